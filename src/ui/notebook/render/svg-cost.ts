// What drawing an SVG takes. A few hundred characters can ask for as much work as one likes, by referring to a part that
// refers to a part, and by filters; so an image is counted with all it refers to, as often as it does. Pure.

/** what a filter's steps cost, in elements: these compute anew for every pixel, from many others */
const slow = /^fe(turbulence|convolvematrix|morphology|diffuselighting|specularlighting|displacementmap)$/;

/** An element with an id, or the whole: what stands in it, up to the next one with an id. */
interface Part {
  own: number;
  readonly inside: Part[];
  readonly refers: string[];
  total?: number;
}

/** Elements that an SVG comes to; Infinity for what cannot be told. `image` says what images in it come to. */
export function svgCost(source: string, image: (address: string) => number): number {
  // entities unfold, and what changes by itself is drawn for ever
  if (/<!entity|<([\w-]+:)?(animate\w*|set)\b/i.test(source)) return Number.POSITIVE_INFINITY;
  const whole: Part = { own: source.length / 100, inside: [], refers: [] };
  const parts = new Map<string, Part>();
  const open: Part[] = [whole];
  let at = 0;
  for (;;) {
    const from = source.indexOf("<", at);
    if (from === -1) break;
    const [start, end] = skipped.find(([begin]) => source.startsWith(begin, from)) ?? ["<", undefined];
    if (end !== undefined) {
      const to = source.indexOf(end, from + start.length);
      if (to === -1) break;
      // a style sheet may stand in it
      if (start === "<![CDATA[" && isTricky(source.slice(from, to))) return Number.POSITIVE_INFINITY;
      at = to + end.length;
      continue;
    }
    tag.lastIndex = from;
    const found = tag.exec(source);
    // what is no XML is not drawn at all
    if (!found) return whole.own;
    const text = source.slice(at, from);
    if (text.includes("{") && isTricky(text)) return Number.POSITIVE_INFINITY;
    at = tag.lastIndex;
    const [, slash, fullName = "", rest = "", closed] = found;
    if (slash === "/") {
      if (open.length > 1) open.pop();
      continue;
    }
    const name = fullName.replace(/^.*:/, "").toLowerCase();
    let part = open.at(-1)!;
    const own: string[] = [];
    let cost = slow.test(name) ? 20_000 : /^fe[a-z]/.test(name) ? 500 : 1;
    for (const [, attribute = "", quoted = ""] of rest.matchAll(attributes)) {
      const value = unescaped(quoted.slice(1, -1));
      if (attribute === "id" && !parts.has(value)) {
        const inner: Part = { own: 0, inside: [], refers: [] };
        part.inside.push(inner);
        parts.set(value, inner);
        part = inner;
      } else if (/(^|:)href$/.test(attribute)) {
        if (value.startsWith("#")) own.push(value.slice(1));
        else if (/^\s*data:/i.test(value)) cost += image(value);
      } else {
        if (/\\|blur\(|drop-shadow\(/i.test(value)) cost += 500;
        for (const [, id = ""] of value.matchAll(/url\(\s*["']?#([^"')]*)/gi)) own.push(id.trim());
      }
    }
    part.own += cost;
    part.refers.push(...own);
    if (!closed) open.push(part);
  }
  try {
    return totalOf(whole, parts, new Set());
  } catch (error) {
    // a chain too long to follow
    if (error instanceof RangeError) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

const skipped = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
  ["<!", ">"],
] as const;

const tag = /<(\/?)([^\s<>/="']+)((?:\s+[^\s<>/="']+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const attributes = /([^\s<>/="']+)\s*=\s*("[^"]*"|'[^']*')/g;

/** Does a style sheet do more than colours and strokes? Which elements it reaches is not looked at. */
function isTricky(css: string): boolean {
  return /url|\\|@|&|filter|animation|transition|blur/i.test(css);
}

function unescaped(value: string): string {
  return value.replace(/&#(x?)([\da-f]+);/gi, (_, hex, digits) => {
    const code = Number.parseInt(digits, hex ? 16 : 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : "";
  });
}

function totalOf(part: Part, parts: ReadonlyMap<string, Part>, within: Set<Part>): number {
  if (part.total !== undefined) return part.total;
  // a browser does not draw what refers to itself; whether it finds that out at once is its affair
  if (within.has(part)) return Number.POSITIVE_INFINITY;
  within.add(part);
  let total = part.own;
  for (const inner of part.inside) total += totalOf(inner, parts, within);
  for (const id of part.refers) {
    const target = parts.get(id);
    if (target) total += totalOf(target, parts, within);
  }
  within.delete(part);
  part.total = total;
  return total;
}
