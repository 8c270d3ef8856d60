// A notebook as a Python script in the percent format, which editors show as cells. What only a notebook understands, the
// lines of magic, becomes comments.

import type { Notebook } from "./types.ts";

/** The notebook's cells as a .py text: Markdown as comments, %magic and !shell lines commented out. Outputs are left out. */
export function toScript({ cells }: Notebook): string {
  const parts = cells.map(({ kind, source }) => {
    if (kind === "markdown") return `# %% [markdown]\n${commented(source)}`;
    if (kind === "raw") return `# %% [raw]\n${commented(source)}`;
    return `# %%\n${withoutMagic(source)}`.trimEnd();
  });
  return parts.length === 0 ? "" : `${parts.join("\n\n")}\n`;
}

function commented(source: string): string {
  if (source === "") return "#";
  return source
    .split("\n")
    .map((line) => (line === "" ? "#" : `# ${line}`))
    .join("\n");
}

/** Python with each line of magic commented out. Lines inside of strings and brackets are Python whatever they begin with. */
function withoutMagic(source: string): string {
  if (/^\s*%%/.test(source)) return commented(source);
  const result: string[] = [];
  const reader = new Reader();
  let magic = false;
  for (const line of source.split("\n")) {
    magic = magic || (reader.atStart && isMagic(line));
    if (!magic) {
      reader.read(line);
      result.push(line);
      continue;
    }
    const [, indent = "", rest = ""] = /^(\s*)(.*)$/.exec(line) ?? [];
    // a block must not become empty
    result.push(`${indent}${indent ? "pass  " : ""}# ${rest}`);
    magic = line.endsWith("\\");
  }
  return result.join("\n");
}

function isMagic(line: string): boolean {
  return /^(?:\s*[%!?]|\s*[\w.]+\?{1,2}\s*$|[\w\s,]+=\s*(?:!|%[a-zA-Z]))/.test(line);
}

/** Knows whether a line begins a statement: not within brackets, a string of three quotes, or after a backslash. */
class Reader {
  #depth = 0;
  #quote = "";
  #goesOn = false;

  get atStart(): boolean {
    return this.#depth === 0 && this.#quote === "" && !this.#goesOn;
  }

  read(line: string): void {
    this.#goesOn = line.endsWith("\\");
    const tokens = /\\[\s\S]|"""|'''|["'#()[\]{}]/g;
    /** a string that ends with its line */
    let short = "";
    for (const [token] of line.matchAll(tokens)) {
      const open = this.#quote || short;
      if (open) {
        if (token === this.#quote) this.#quote = "";
        else if (token[0] === short) short = "";
      } else if (token === "#") return;
      else if (token.length === 3) this.#quote = token;
      else if (token === '"' || token === "'") short = token;
      else if ("([{".includes(token)) this.#depth++;
      else if (")]}".includes(token)) this.#depth = Math.max(0, this.#depth - 1);
    }
  }
}
