// .ipynb written: nbformat 4.5, of what was read byte for byte what has not been touched.

import { same } from "./cells.ts";
import { membersOf, parsed, type Span } from "./json.ts";
import { isObject, linesOf, writeOutput } from "./outputs.ts";
import { asRead, partsOf } from "./read.ts";
import { around, type Changes, jupyters, patch, type Style, styleOf, write } from "./style.ts";
import type { Cell, Json, JsonObject, Notebook } from "./types.ts";

/** cells stand in a list in the notebook's object */
const cellDepth = 2;

/**
 * The text of a notebook's file.
 *
 * A notebook that was read and not touched is written as it was read, but for what 4.5 demands: nbformat_minor becomes 5,
 * cells whose id is missing, not allowed or there twice get one, fields that must be there are added (metadata; outputs
 * and execution_count of code cells), and a byte order mark goes. Of a touched cell only the touched fields are
 * written anew, in the file's own indentation; cells that come, go or move leave the others' text as it is.
 */
export function serializeNotebook(notebook: Notebook): string {
  const { origin } = notebook;
  if (!origin) return fresh(notebook);
  const { text } = origin;
  const style = styleOf(text, origin);
  const { members, places } = partsOf(origin);
  const changes = new Map<string, string | undefined>();
  const cells = writeCells(notebook, members.get("cells")!, places, style);
  if (cells !== undefined) changes.set("cells", cells);
  setMetadata(changes, text, members.get("metadata"), notebook.metadata, style, 1);
  const minor = members.get("nbformat_minor");
  const version = minor && parsed(text, minor);
  if (typeof version !== "number" || version < 5) changes.set("nbformat_minor", "5");
  if (!members.has("nbformat")) changes.set("nbformat", "4");
  if (changes.size === 0) return withoutMark(text);
  const body = patch(text, origin, changes, style, 0, members);
  return withoutMark(text.slice(0, origin.from)) + body + text.slice(origin.to);
}

function withoutMark(text: string): string {
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

function fresh({ metadata, cells }: Notebook): string {
  const parts = cells.map((cell) => writeCell(cell, jupyters));
  const members = [
    `"cells": ${around("[]", parts, jupyters, 1)}`,
    `"metadata": ${write(metadata, jupyters, 1)}`,
    '"nbformat": 4',
    '"nbformat_minor": 5',
  ];
  return `${around("{}", members, jupyters, 0)}\n`;
}

/** the list of cells; undefined when it is as it was */
function writeCells(
  { cells, origin }: Notebook,
  list: Span,
  places: readonly Span[],
  style: Style,
): string | undefined {
  const { text } = origin!;
  const parts = cells.map((cell) => writeCell(cell, style, text));
  const inPlace =
    cells.length === places.length &&
    cells.every((cell, i) => cell.origin?.from === places[i]!.from && cell.origin.text === text);
  if (!inPlace) return around("[]", parts, style, 1);
  let result = "";
  let at = list.from;
  for (const [i, { from, to }] of places.entries()) {
    result += text.slice(at, from) + parts[i];
    at = to;
  }
  result += text.slice(at, list.to);
  return result === text.slice(list.from, list.to) ? undefined : result;
}

/** @param file the text of the notebook; cells that come from another file are indented as this one is */
function writeCell(cell: Cell, style: Style, file?: string): string {
  const { origin } = cell;
  if (!origin) return write(toJson(cell), style, cellDepth);
  const { text } = origin;
  const changes = changesOf(cell, style);
  if (text === file)
    return changes.size === 0
      ? text.slice(origin.from, origin.to)
      : patch(text, origin, changes, style, cellDepth);
  return write(JSON.parse(patch(text, origin, changes, style, cellDepth)), style, cellDepth);
}

/** what of a cell that was read is not as it was, as text */
function changesOf(cell: Cell, style: Style): Changes {
  const { text } = cell.origin!;
  const { value: before, members, id } = asRead(cell.origin!);
  const depth = cellDepth + 1;
  const changes = new Map<string, string | undefined>();
  if (cell.id !== id) changes.set("id", JSON.stringify(cell.id));
  if (cell.kind !== before.kind) changes.set("cell_type", JSON.stringify(cell.kind));
  const source = members.get("source");
  if (cell.source !== before.source || !source)
    // a file that has its sources as one string keeps them so
    changes.set(
      "source",
      source && text[source.from] === '"'
        ? JSON.stringify(cell.source)
        : write(linesOf(cell.source), style, depth),
    );
  if (cell.metadata !== before.metadata || !members.has("metadata"))
    setMetadata(changes, text, members.get("metadata"), cell.metadata, style, depth);
  const code = cell.kind === "code";
  if (!code)
    for (const key of ["outputs", "execution_count"]) if (members.has(key)) changes.set(key, undefined);
  if (code) {
    if (!members.has("outputs") || !sameOutputs(cell, before))
      changes.set("outputs", write(cell.outputs.map(writeOutput), style, depth));
    if (!members.has("execution_count") || cell.count !== before.count)
      changes.set("execution_count", JSON.stringify(cell.count ?? null));
  }
  if (!same(cell.attachments, before.attachments))
    changes.set("attachments", cell.attachments && write(cell.attachments, style, depth));
  return changes;
}

function sameOutputs(cell: Cell, before: Cell): boolean {
  return (
    cell.outputs === before.outputs ||
    (cell.outputs.length === before.outputs.length &&
      cell.outputs.every(
        (output, i) =>
          output === before.outputs[i] || JSON.stringify(output) === JSON.stringify(before.outputs[i]),
      ))
  );
}

/** Change what is different in an object of metadata, key by key. @param depth of the object */
function setMetadata(
  changes: Map<string, string | undefined>,
  text: string,
  span: Span | undefined,
  after: JsonObject,
  style: Style,
  depth: number,
): void {
  const written = span ? rewritten(text, span, after, style, depth) : write(after, style, depth);
  if (!span || written !== text.slice(span.from, span.to)) changes.set("metadata", written);
}

/** a value's text made to say another value; what is the same in both stays as it was written */
function rewritten(text: string, span: Span, after: Json, style: Style, depth: number): string {
  const before = parsed(text, span);
  if (same(before, after)) return text.slice(span.from, span.to);
  if (!isObject(before) || !isObject(after)) return write(after, style, depth);
  const changes = new Map<string, string | undefined>();
  const members = membersOf(text, span);
  for (const key of members.keys()) if (!Object.hasOwn(after, key)) changes.set(key, undefined);
  for (const [key, value] of Object.entries(after)) {
    const place = members.get(key);
    const wanted = place ? rewritten(text, place, value, style, depth + 1) : write(value, style, depth + 1);
    if (!place || wanted !== text.slice(place.from, place.to)) changes.set(key, wanted);
  }
  return patch(text, span, changes, style, depth);
}

/** a cell as nbformat 4.5 has it, its keys in Jupyter's order */
function toJson({ id, kind, source, metadata, outputs, count, attachments }: Cell): Json {
  const code = kind === "code";
  return {
    ...(attachments ? { attachments } : {}),
    cell_type: kind,
    ...(code ? { execution_count: count ?? null } : {}),
    id,
    metadata,
    ...(code ? { outputs: outputs.map(writeOutput) } : {}),
    source: linesOf(source),
  };
}
