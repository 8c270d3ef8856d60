// New notebooks and cells, and what a notebook is called.

import { isObject } from "./outputs.ts";
import type { Cell, CellKind, Json, JsonObject, Notebook } from "./types.ts";

/** An id for a cell: eight hexadecimal digits, as Jupyter's own. */
export function newId(): string {
  const [low = 0] = crypto.getRandomValues(new Uint32Array(1));
  return low.toString(16).padStart(8, "0");
}

/** A cell that has not run. */
export function newCell(kind: CellKind, source = "", metadata: JsonObject = {}): Cell {
  return {
    id: newId(),
    kind,
    source,
    metadata,
    outputs: [],
    count: undefined,
    attachments: undefined,
    origin: undefined,
  };
}

/** A notebook for Python without a cell. */
export function newNotebook(): Notebook {
  return {
    metadata: {
      kernelspec: { display_name: "Python 3", language: "python", name: "python3" },
      language_info: { name: "python" },
    },
    cells: [],
    origin: undefined,
  };
}

/** The language of a notebook that is not in Python, as it names it; undefined for Python, and where it names none. */
export function foreignLanguage({ metadata }: Pick<Notebook, "metadata">): string | undefined {
  const named = (key: string, field: string) => {
    const holder = metadata[key];
    const value = isObject(holder) ? holder[field] : undefined;
    return typeof value === "string" && value.trim() ? value.trim().slice(0, 60) : undefined;
  };
  const language = named("language_info", "name") ?? named("kernelspec", "language");
  return language === undefined || /^i?python\d?$/i.test(language) ? undefined : language;
}

/** characters of a notebook's own title; more than a person can type into the page's fields */
const longestTitle = 300;

/** metadata.title, which Jupyter's tools know; else the first heading; else "Untitled" */
export function titleOf({ metadata, cells }: Notebook): string {
  if (typeof metadata.title === "string" && metadata.title.trim())
    return metadata.title
      .trim()
      .slice(0, longestTitle)
      .replace(/[\ud800-\udbff]$/, "");
  for (const { kind, source } of cells) {
    const heading = kind === "markdown" ? headingOf(source) : "";
    if (heading) return heading;
  }
  return "Untitled";
}

/** characters of a heading's line that are looked at; a title has fewer */
const longest = 1000;

/** the words of the first heading of a text in Markdown or HTML; "" when it has none */
function headingOf(source: string): string {
  const text = source.replace(/^(```|~~~)[\s\S]*?(?:^\1|$(?![\s\S]))/gm, "");
  return (marked(text) ?? inHtml(text) ?? underlined(text) ?? "")
    .slice(0, longest)
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/<[^>]*>|[*`]|\b_|_\b/g, "")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 200);
}

// This is asked at every key, and of texts from anywhere: nothing in it may look at a text twice.

function marked(text: string): string | undefined {
  const line = /^ {0,3}#{1,6}[ \t](.+)/m.exec(text)?.[1];
  return line?.slice(0, longest).trim().replace(/#+$/, "");
}

function inHtml(text: string): string | undefined {
  const from = text.search(/<h[1-6][\s>]/i);
  const part = from < 0 ? "" : text.slice(from, from + longest);
  return /^<[^>]*>([\s\S]*?)<\/h[1-6]>/i.exec(part)?.[1];
}

function underlined(text: string): string | undefined {
  for (const { index } of text.matchAll(/\n=+[ \t]*$/gm)) {
    const line = text.slice(text.lastIndexOf("\n", index - 1) + 1, index);
    if (line.trim() !== "") return line;
  }
  return undefined;
}

/** true when two values read the same as JSON */
export function same(a: Json | undefined, b: Json | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && JSON.stringify(a) === JSON.stringify(b));
}
