// .ipynb read: nbformat 4.0 to 4.5, generous to what is missing and strict to what is something else than it should be.

import { newId } from "./cells.ts";
import { itemsOf, JsonError, membersOf, parsed, type Span, whole } from "./json.ts";
import { isObject, readBundle, readOutput, textOf } from "./outputs.ts";
import { damaged, invalid, largestFile, noNotebook, tooLarge } from "./refuse.ts";
import type { Cell, CellKind, Json, JsonObject, Notebook, Origin } from "./types.ts";

/** cells of the longest notebook; nobody reads a longer one, and a link of a few hundred characters can hold millions */
const mostCells = 20_000;

/** what stood in the file, for comparison when it is written */
export interface Read<T> {
  readonly value: T;
  readonly members: ReadonlyMap<string, Span>;
  /** a cell's id in the file, whether it can be one or not */
  readonly id?: Json | undefined;
}

/** by identity of the place, which edits keep; what has lost it (by way of postMessage) is read again */
const readCells = new WeakMap<Origin, Read<Cell>>();

/** where a notebook's members and its cells stand, so that saving does not look through the whole file each time */
interface Parts {
  readonly members: ReadonlyMap<string, Span>;
  readonly places: readonly Span[];
}

const readParts = new WeakMap<Origin, Parts>();

export function partsOf(origin: Origin): Parts {
  const known = readParts.get(origin);
  if (known) return known;
  const members = membersOf(origin.text, origin);
  const parts = { members, places: itemsOf(origin.text, members.get("cells")!) };
  readParts.set(origin, parts);
  return parts;
}

/** What a cell was when it was read. */
export function asRead(origin: Origin): Read<Cell> {
  return readCells.get(origin) ?? readCell(origin, 0, new Set());
}

/**
 * A notebook from the text of its file.
 *
 * A cell whose id is missing, taken or not allowed gets a new one. Other fields that 4.5 wants and that are missing are
 * taken as empty. @throws StorageError "notebook-invalid"
 */
export function parseNotebook(text: string): Notebook {
  if (last?.origin?.text !== text) last = readNotebook(text);
  return last;
}

/** the notebook read last: one that is made, renamed or copied is read for that, and opened next */
let last: Notebook | undefined;

function readNotebook(text: string): Notebook {
  if (text.length > largestFile) throw tooLarge(text.length);
  const span = wholeOf(text);
  if (text[span.from] !== "{") throw noNotebook();
  const members = membersOf(text, span);
  const field = (key: string) => {
    const found = members.get(key);
    return found && parsed(text, found);
  };
  checkVersion(field("nbformat"), field("nbformat_minor"), members);
  const metadata = field("metadata") ?? {};
  if (!isObject(metadata))
    throw invalid("The notebook’s metadata are not an object, as they must be.", damaged);
  const list = members.get("cells");
  if (!list || text[list.from] !== "[") throw invalid("The notebook has no list of cells.", damaged);
  const taken = new Set<string>();
  const places = itemsOf(text, list);
  if (places.length > mostCells)
    throw invalid(
      `The notebook has ${places.length} cells, and notebooks of up to ${mostCells} cells can be opened here.`,
      "Split it into several notebooks.",
    );
  const cells = places.map(
    (place, i) => readCell({ text, from: place.from, to: place.to }, i + 1, taken).value,
  );
  const origin = { text, ...span };
  readParts.set(origin, { members, places });
  return { metadata, cells, origin };
}

function wholeOf(text: string): Span {
  try {
    return whole(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    if (!/^\s*\{/.test(text.replace(/^\ufeff/, ""))) throw noNotebook(error);
    const before = text.slice(0, error.at).split("\n");
    const place = `line ${before.length}, column ${before.at(-1)!.length + 1}`;
    throw invalid(`The file is damaged or cut off: ${error.message} at ${place}.`, damaged, error);
  }
}

function checkVersion(
  major: Json | undefined,
  minor: Json | undefined,
  members: ReadonlyMap<string, Span>,
): void {
  if (major === undefined && !members.has("cells") && !members.has("worksheets")) throw noNotebook();
  const old = major === undefined ? members.has("worksheets") : typeof major === "number" && major < 4;
  if (old)
    throw invalid(
      `The notebook is in ${major === undefined ? "an old format" : `the old format ${major}`}, from before 2015; formats 4.0 to 4.5 can be opened here.`,
      "Convert it with: jupyter nbconvert --to notebook --nbformat 4 file.ipynb",
    );
  if (major !== 4 || (minor !== undefined && typeof minor !== "number"))
    throw invalid(
      `The notebook says it is in format ${shown(major ?? null)}.${shown(minor ?? 0)}; formats 4.0 to 4.5 can be opened here.`,
      "Save it from Jupyter in format 4.",
    );
}

/**
 * @param number of the cell, from 1, for complaints
 * @param taken ids of the cells before it
 */
function readCell(origin: Origin, number: number, taken: Set<string>): Read<Cell> {
  const { text } = origin;
  const complain = (what: string) => invalid(`Cell ${number} of the notebook ${what}.`, damaged);
  if (text[origin.from] !== "{") throw complain("is not an object");
  const members = membersOf(text, origin);
  const field = (key: string) => {
    const found = members.get(key);
    return found && parsed(text, found);
  };
  const kind = field("cell_type");
  if (!isKind(kind))
    throw complain(
      kind === undefined ? "does not say of which kind it is" : `is of the unknown kind ${shown(kind)}`,
    );
  const source = textOf(field("source") ?? "");
  if (source === undefined) throw complain("has a source that is neither text nor a list of lines");
  const metadata = field("metadata") ?? {};
  if (!isObject(metadata)) throw complain("has metadata that are not an object");
  const attachments = field("attachments");
  if (attachments !== undefined && !isObject(attachments))
    throw complain("has attachments that are not an object");
  const outputs = kind === "code" ? (field("outputs") ?? []) : [];
  if (!Array.isArray(outputs)) throw complain("has outputs that are not a list");
  const id = field("id");
  const value: Cell = {
    id: idFor(id, taken),
    kind,
    source,
    metadata,
    outputs: outputs.map((each, i) => {
      const output = readOutput(each);
      if (!output) throw complain(`has an output that cannot be understood, number ${i + 1}`);
      return output;
    }),
    count: countOf(kind === "code" ? field("execution_count") : null),
    attachments: attachments && joined(attachments),
    origin,
  };
  const read = { value, members, id };
  readCells.set(origin, read);
  return read;
}

function isKind(value: Json | undefined): value is CellKind {
  return value === "markdown" || value === "code" || value === "raw";
}

function countOf(value: Json | undefined): number | undefined {
  return typeof value === "number" && Number.isInteger(value) ? value : undefined;
}

function idFor(id: Json | undefined, taken: Set<string>): string {
  let own = typeof id === "string" && /^[\w-]{1,64}$/.test(id) ? id : newId();
  while (taken.has(own)) own = newId();
  taken.add(own);
  return own;
}

function joined(attachments: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(attachments).map(([name, bundle]) => [name, readBundle(bundle)]));
}

/** a value as a complaint names it */
function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
