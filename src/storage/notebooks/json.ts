// JSON as text with places. JSON.parse forgets how a file was written: the order of keys, 1.0 and 1e3, \u00e9, indentation,
// a key twice. A notebook keeps all that where nothing was changed, so its parts are found here as places in the text and
// become values only when somebody asks. NaN and Infinity pass, since Python writes them; as values they are null.

import type { Json } from "./types.ts";

/** a value's place in a text: [from, to) */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** the text is not JSON, at this offset */
export class JsonError extends Error {
  override readonly name = "JsonError";
  readonly at: number;

  constructor(reason: string, at: number) {
    super(reason);
    this.at = at;
  }
}

/** no notebook is nested this deep, and JSON.stringify needs a stack for what it writes */
const deepest = 200;

/** The place of the one value that a text consists of. @throws JsonError */
export function whole(text: string): Span {
  const from = skipBlank(text, text.startsWith("\ufeff") ? 1 : 0);
  const to = valueEnd(text, from);
  const end = skipBlank(text, to);
  if (end < text.length) throw new JsonError("something follows after its end", end);
  return { from, to };
}

/** The members of an object, by their keys; of a key that stands there twice the last, as everywhere. */
export function membersOf(text: string, { from }: Span): Map<string, Span> {
  const members = new Map<string, Span>();
  let at = skipBlank(text, from + 1);
  while (text[at] !== "}") {
    const end = stringEnd(text, at);
    const key = JSON.parse(text.slice(at, end)) as string;
    const start = keyEnd(text, at);
    const to = valueEnd(text, start);
    members.set(key, { from: start, to });
    at = skipBlank(text, to);
    if (text[at] === ",") at = skipBlank(text, at + 1);
  }
  return members;
}

/** The items of an array. */
export function itemsOf(text: string, { from }: Span): Span[] {
  const items: Span[] = [];
  let at = skipBlank(text, from + 1);
  while (text[at] !== "]") {
    const to = valueEnd(text, at);
    items.push({ from: at, to });
    at = skipBlank(text, to);
    if (text[at] === ",") at = skipBlank(text, at + 1);
  }
  return items;
}

/** A part of a text that is known to be JSON, as a value. */
export function parsed(text: string, { from, to }: Span): Json {
  const part = text.slice(from, to);
  try {
    return JSON.parse(part);
  } catch {
    // strings are matched so that what stands in them is left alone
    return JSON.parse(
      part.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?(?:NaN|Infinity)/g, (it) => (it[0] === '"' ? it : "null")),
    );
  }
}

const stringOrBlank = /["\s]/g;

/** The text of a JSON value without the blanks between its parts, which stay as they are written. @throws JsonError */
export function compact(text: string): string {
  const { from, to } = whole(text);
  let result = "";
  let at = from;
  while (at < to) {
    stringOrBlank.lastIndex = at;
    const found = stringOrBlank.exec(text)?.index ?? to;
    const end = text[found] === '"' ? stringEnd(text, found) : found;
    result += text.slice(at, Math.min(end, to));
    at = skipBlank(text, end);
  }
  return result;
}

/**
 * Where the value that begins at an offset ends. Not recursive: a hostile file is as deep as it likes.
 * @throws JsonError
 */
function valueEnd(text: string, from: number): number {
  const open: string[] = [];
  let at = from;
  for (;;) {
    const bracket = text[at];
    if (bracket === "{" || bracket === "[") {
      const inner = skipBlank(text, at + 1);
      if (text[inner] !== closing(bracket)) {
        if (open.push(bracket) > deepest)
          throw new JsonError(`it is nested more than ${deepest} levels deep`, at);
        at = bracket === "{" ? keyEnd(text, inner) : inner;
        continue;
      }
      at = inner + 1;
    } else at = scalarEnd(text, at);
    // a value has ended: so may what it stands in
    for (;;) {
      const around = open.at(-1);
      if (around === undefined) return at;
      at = skipBlank(text, at);
      if (text[at] === ",") {
        at = skipBlank(text, at + 1);
        if (around === "{") at = keyEnd(text, at);
        break;
      }
      if (text[at] !== closing(around)) throw unexpected(text, at);
      open.pop();
      at++;
    }
  }
}

function closing(bracket: string): string {
  return bracket === "{" ? "}" : "]";
}

/** where the value begins whose key begins here */
function keyEnd(text: string, at: number): number {
  const colon = skipBlank(text, stringEnd(text, at));
  if (text[colon] !== ":") throw unexpected(text, colon);
  return skipBlank(text, colon + 1);
}

const scalar = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|NaN|-?Infinity)(?![\w.+-])/y;

function scalarEnd(text: string, at: number): number {
  if (text[at] === '"') return stringEnd(text, at);
  scalar.lastIndex = at;
  if (!scalar.test(text)) throw unexpected(text, at);
  return scalar.lastIndex;
}

/** what a string cannot go past without a look: its end, an escape, and control characters, which must not stand there */
const special = /[^ !#-[\]-\uffff]/g;
const escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

function stringEnd(text: string, at: number): number {
  if (text[at] !== '"') throw unexpected(text, at);
  let end = at + 1;
  for (;;) {
    special.lastIndex = end;
    const found = special.exec(text);
    if (!found) throw unexpected(text, text.length);
    if (found[0] === '"') return found.index + 1;
    escaped.lastIndex = found.index;
    if (!escaped.test(text)) throw unexpected(text, found.index);
    end = escaped.lastIndex;
  }
}

function skipBlank(text: string, at: number): number {
  let end = at;
  for (;;) {
    const code = text.charCodeAt(end);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return end;
    end++;
  }
}

function unexpected(text: string, at: number): JsonError {
  return new JsonError(at < text.length ? "something unexpected stands" : "it ends too early", at);
}
