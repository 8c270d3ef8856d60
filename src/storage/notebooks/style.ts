// How a file is written: its indentation and line breaks, for what is added to it.

import { membersOf, type Span } from "./json.ts";
import type { Json } from "./types.ts";

export interface Style {
  /** "" in a file that is one line */
  readonly newline: string;
  readonly indent: string;
}

/** as Jupyter writes */
export const jupyters: Style = { newline: "\n", indent: " " };

/** The style of a notebook's text: how its first member stands. */
export function styleOf(text: string, { from }: Span): Style {
  const [, newline, indent] = /^\{[ \t]*(\r?\n)([ \t]*)/.exec(text.slice(from, from + 200)) ?? [];
  return newline ? { newline, indent: indent || " " } : { newline: "", indent: "" };
}

/** A value as text, for a place at a depth: its first line is not indented. */
export function write(value: Json, { newline, indent }: Style, depth: number): string {
  if (!newline) return JSON.stringify(value);
  // no string of JSON holds a line break, so each of these is one between values
  return JSON.stringify(value, null, indent).replaceAll("\n", newline + indent.repeat(depth));
}

/** an object's members that are to be different: the text of a value, or undefined where the member has to go */
export type Changes = ReadonlyMap<string, string | undefined>;

/**
 * An object's text with some members changed, and every other character as it was.
 * @param depth of the object
 * @param found its members, where they are known
 */
export function patch(
  text: string,
  span: Span,
  changes: Changes,
  style: Style,
  depth: number,
  found: ReadonlyMap<string, Span> = membersOf(text, span),
): string {
  const members = [...found];
  const kept = members.filter(([key]) => !(changes.has(key) && changes.get(key) === undefined));
  const added = [...changes].flatMap(([key, value]) =>
    value !== undefined && !members.some(([own]) => own === key) ? [{ key, value }] : [],
  );
  if (added.length === 0 && kept.length === members.length) return replaced(text, span, members, changes);
  // members come or go: the object is put together anew from the texts of its values
  const parts = kept.map(([key, place]) => ({
    key,
    value: changes.get(key) ?? text.slice(place.from, place.to),
  }));
  for (const member of added) {
    const before = parts.findIndex(({ key }) => key > member.key);
    parts.splice(before < 0 ? parts.length : before, 0, member);
  }
  const colon = style.newline ? ": " : ":";
  return around(
    "{}",
    parts.map(({ key, value }) => `${JSON.stringify(key)}${colon}${value}`),
    style,
    depth,
  );
}

function replaced(text: string, span: Span, members: [string, Span][], changes: Changes): string {
  let result = "";
  let at = span.from;
  for (const [key, { from, to }] of members.sort(([, a], [, b]) => a.from - b.from)) {
    const value = changes.get(key);
    if (value === undefined) continue;
    result += text.slice(at, from) + value;
    at = to;
  }
  return result + text.slice(at, span.to);
}

/** Texts of members or items in brackets, one a line. @param depth of the brackets */
export function around(brackets: "{}" | "[]", parts: readonly string[], style: Style, depth: number): string {
  if (parts.length === 0) return brackets;
  const line = style.newline + (style.newline && style.indent.repeat(depth + 1));
  const end = style.newline + (style.newline && style.indent.repeat(depth));
  return `${brackets[0]}${line}${parts.join(`,${line}`)}${end}${brackets[1]}`;
}
