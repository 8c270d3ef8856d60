// HTML from anywhere, read once from left to right and written out again with nothing but known tags and attributes,
// and no more of them than a meter allows. The browser's parser then gets a string whose size and depth are known: what
// it could read otherwise than this (comments, scripts, other raw text, what is never closed) is not in it any more.
// This bounds; making harmless is the sanitiser's part. Pure.

import type { Meter } from "./budget.ts";

/** which tags and attributes stay, all lower case; an attribute may get another name */
export interface Known {
  readonly tags: ReadonlySet<string>;
  readonly attributes: ReadonlyMap<string, string>;
}

export interface Scanned {
  readonly html: string;
  /** names of elements that were left out with what stands in them */
  readonly without: ReadonlySet<string>;
}

/** elements whose content is not prose: left out up to the end of the element */
const hidden = new Set(
  "applet audio canvas iframe noembed noframes noscript object script select style svg template textarea title video xmp".split(
    " ",
  ),
);

const empty = new Set("area base br col embed hr img input link meta param source track wbr".split(" "));

/** these begin again in each paragraph or cell for as long as they are not closed */
const formatting = new Set("a b big code em font i nobr s small strike strong tt u".split(" "));

/** what ends by itself where another one of these begins */
const ending: Readonly<Record<string, readonly string[]>> = {
  li: ["li"],
  dt: ["dt", "dd"],
  dd: ["dt", "dd"],
  td: ["td", "th"],
  th: ["td", "th"],
  tr: ["td", "th", "tr"],
  tbody: ["td", "th", "tr", "tbody", "thead", "tfoot"],
  thead: ["td", "th", "tr", "tbody", "thead", "tfoot"],
  tfoot: ["td", "th", "tr", "tbody", "thead", "tfoot"],
};

/** an open paragraph ends where one of these begins */
const blocks = new Set(
  "address article aside blockquote center dd del details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table ul".split(
    " ",
  ),
);

const optional = new Set([...Object.keys(ending), "p", "caption", "colgroup", "rp", "rt"]);

/** Read HTML; what there is too much of is left out, and the meter says so. */
export function scan(source: string, { tags, attributes }: Known, meter: Meter): Scanned {
  const out: string[] = [];
  const without = new Set<string>();
  const open: { name: string; kept: boolean }[] = [];
  let [dangling, foreign, depth, at] = [0, 0, 0, 0];

  const text = (to: number) => {
    const piece = meter.head("text", source.slice(at, to));
    out.push(piece);
    const whole = piece.length === to - at;
    at = to;
    return whole;
  };
  const pop = () => {
    const { name, kept } = open.pop()!;
    if (kept) depth--;
    if (name === "math") foreign--;
    return kept;
  };
  /** where an element that is left out as a whole ends; behind its tag, when it does not */
  const ends = endFinder(source);

  while (at < source.length) {
    const bracket = source.indexOf("<", at);
    if (!text(bracket === -1 ? source.length : bracket) || bracket === -1) break;
    const next = source[bracket + 1] ?? "";
    if (!/[a-z/!?]/i.test(next)) {
      out.push("&lt;");
      at = bracket + 1;
      continue;
    }
    const isEnd = next === "/";
    if (next === "!" || next === "?" || (isEnd && !/[a-z]/i.test(source[bracket + 2] ?? ""))) {
      const comment = source.startsWith("<!--", bracket);
      const end = source.indexOf(comment ? "-->" : ">", bracket + (comment ? 4 : 1));
      if (end === -1) break;
      at = end + (comment ? 3 : 1);
      continue;
    }
    const tag = readTag(source, bracket + (isEnd ? 2 : 1), attributes);
    if (!tag) break;
    const { name } = tag;
    at = tag.end;
    if (hidden.has(name)) {
      without.add(name);
      if (!isEnd && !(tag.closed && name === "svg")) at = ends(name, at);
      continue;
    }
    if (name === "plaintext") break;
    if (!tags.has(name)) {
      without.add(name);
      continue;
    }
    if (isEnd) {
      let top = open.length - 1;
      while (top >= 0 && open[top]!.name !== name && foreign === 0 && optional.has(open[top]!.name)) top--;
      const matched = open[top]?.name === name;
      let kept = true;
      if (matched) {
        if (formatting.has(name)) dangling--;
        while (open.length > top) kept = pop();
      }
      // one that ends nothing here may do something to what is open, so it is passed on, and counts
      else if (!meter.take("elements", 1 + again(dangling))) break;
      if (kept) out.push(`</${name}>`);
      continue;
    }
    if (foreign === 0) {
      if (blocks.has(name) && open.at(-1)?.name === "p") pop();
      const ended = ending[name] ?? [];
      if (open.at(-1)?.name === "p" && ended.includes(open.at(-2)?.name ?? "")) pop();
      while (ended.includes(open.at(-1)?.name ?? "")) pop();
    }
    if (!meter.take("elements", 1 + again(dangling))) break;
    const kept = meter.fits("depth", depth + 1);
    if (kept) out.push(`<${name}${tag.attributes}>`);
    if (empty.has(name)) continue;
    // in a formula a slash ends an element
    if (tag.closed && (foreign > 0 || name === "math")) {
      if (kept) out.push(`</${name}>`);
      continue;
    }
    if (formatting.has(name)) dangling++;
    if (name === "math") foreign++;
    if (kept) depth++;
    open.push({ name, kept });
  }
  return { html: out.join(""), without };
}

/** how many elements are made again by a tag while formatting is open */
function again(dangling: number): number {
  return dangling > 4 ? dangling : 0;
}

/** Finds the ends of elements left out; nothing is searched twice. */
function endFinder(source: string): (name: string, from: number) => number {
  const none = new Set<string>();
  return (name, from) => {
    if (none.has(name)) return from;
    const tags = new RegExp(`<(/?)${name}(?=[\\s/>])`, "gi");
    tags.lastIndex = from;
    const nests = name === "svg" || name === "object" || name === "template";
    let level = 1;
    for (let found = tags.exec(source); found; found = tags.exec(source)) {
      if (found[1] === "/") level--;
      else if (nests) level++;
      if (level > 0) continue;
      const end = source.indexOf(">", tags.lastIndex);
      return end === -1 ? source.length : end + 1;
    }
    // raw text goes on to the end; of what else is never closed only the tag is left out
    none.add(name);
    return /^(script|style|xmp|iframe|no|textarea|title)/.test(name) ? source.length : from;
  };
}

interface Tag {
  readonly name: string;
  /** those that are known, each once, as they go into a tag */
  readonly attributes: string;
  /** it ends in a slash */
  readonly closed: boolean;
  /** behind it */
  readonly end: number;
}

const blank = /[\t\n\f\r ]/;

/** The tag whose name begins at an offset, as the HTML standard reads it; undefined when it does not end. */
function readTag(source: string, from: number, known: ReadonlyMap<string, string>): Tag | undefined {
  let at = from;
  const until = (stop: RegExp) => {
    const start = at;
    while (at < source.length && !stop.test(source[at]!)) at++;
    return source.slice(start, at);
  };
  const skipBlank = () => {
    while (at < source.length && blank.test(source[at]!)) at++;
  };
  const name = until(/[\t\n\f\r />]/).toLowerCase();
  const seen = new Map<string, string>();
  for (;;) {
    while (at < source.length && (blank.test(source[at]!) || source[at] === "/")) at++;
    if (at >= source.length) return undefined;
    if (source[at] === ">") break;
    const start = at++;
    until(/[\t\n\f\r />=]/);
    const attribute = known.get(source.slice(start, at).toLowerCase());
    skipBlank();
    let value: string | undefined;
    if (source[at] === "=") {
      at++;
      skipBlank();
      const quote = source[at];
      if (quote === '"' || quote === "'") {
        const end = source.indexOf(quote, at + 1);
        if (end === -1) return undefined;
        value = source.slice(at, end + 1);
        at = end + 1;
      } else value = `"${until(/[\t\n\f\r >]/).replaceAll('"', "&quot;")}"`;
    }
    if (attribute !== undefined && !seen.has(attribute))
      seen.set(attribute, value === undefined ? ` ${attribute}` : ` ${attribute}=${value}`);
  }
  return { name, attributes: [...seen.values()].join(""), closed: source[at - 1] === "/", end: at + 1 };
}
