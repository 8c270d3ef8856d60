// Markdown as HTML. Raw HTML in it passes through, as notebooks expect, so nothing of this may reach a page before
// sanitize.ts has seen it. Pure.

import MarkdownIt, { type Env, type MarkdownIt as Parser, type StateCore } from "markdown-it";
import type { JsonObject } from "../../../storage/index.ts";
import { Meter } from "./budget.ts";
import { attachmentAddress } from "./image-address.ts";
import { colours } from "./parts.ts";
import { slug } from "./slug.ts";
import { tex } from "./tex.ts";

const parser: Parser = new MarkdownIt({
  html: true,
  linkify: true,
  highlight: (source, language) =>
    /^(i?python\d?|py)$/i.test(language) ? (colours.value?.pythonToHtml(source) ?? "") : "",
});
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
tex(parser);
parser.core.ruler.push("heading_ids", headingIds);
parser.core.ruler.push("attachments", attachments);

/**
 * Markdown to HTML that is not safe yet. Formulas and Python are drawn where what draws them is there (parts.ts).
 * @param attached images of the cell, name -> MIME bundle, which the text calls attachment:name
 * @param meter what it may cost; without one, all of it is there
 */
export function markdownToHtml(source: string, attached: JsonObject = {}, meter = new Meter()): string {
  return parser.render(beginning(source, meter), { attached, meter });
}

/** a heading of a text */
export interface Heading {
  /** as {@link markdownToHtml} gives it */
  readonly id: string;
  /** from 1 */
  readonly level: number;
  /** its words, without what marks them */
  readonly text: string;
}

/** The headings of a text, in their order. */
export function headingsIn(source: string): Heading[] {
  const tokens = parser.parse(source, { attached: {}, meter: new Meter() });
  return tokens.flatMap((token, i) =>
    token.type === "heading_open"
      ? [
          {
            id: String(token.attrGet("id") ?? ""),
            level: Number(token.tag.slice(1)),
            text: wordsOf(tokens, i).trim(),
          },
        ]
      : [],
  );
}

/** a stretch that is data of an image in an address where it is long, and is read quickly then */
const data = /[A-Za-z\d+/=]+/g;

/** What of a text markdown-it is given: it takes time for each character, though less for those of images. */
function beginning(source: string, meter: Meter): string {
  const pieces: string[] = [];
  let at = 0;
  const isWhole = (to: number) => {
    pieces.push(meter.head("source", source.slice(at, to)));
    return pieces.at(-1)!.length === to - at;
  };
  for (const { index, 0: run } of source.matchAll(data)) {
    if (run.length < 1000) continue;
    if (!isWhole(index) || !meter.take("source", 200 + run.length / 200)) return pieces.join("");
    pieces.push(run);
    at = index + run.length;
  }
  isWhole(source.length);
  return pieces.join("");
}

/** the words of the heading that a token opens */
const wordsOf = (tokens: StateCore["tokens"], opening: number): string =>
  tokens[opening + 1]?.children?.map(({ content }) => content).join("") ?? "";

/** Headings can be linked to; of several with one name the later ones are numbered. */
function headingIds({ tokens }: StateCore): void {
  const seen = new Map<string, number>();
  for (const [i, token] of tokens.entries()) {
    if (token.type !== "heading_open") continue;
    const id = slug(wordsOf(tokens, i));
    if (id === "") continue;
    const count = seen.get(id) ?? 0;
    seen.set(id, count + 1);
    token.attrSet("id", count === 0 ? id : `${id}-${count}`);
  }
}

/** characters of all images in a text, each as often as it stands there; no notebook has more of different ones */
const imageLimit = 64 * 2 ** 20;

function attachments({ tokens, env }: StateCore): void {
  let left = imageLimit;
  for (const image of tokens.flatMap(({ children }) => children ?? [])) {
    const source = image.type === "image" ? String(image.attrGet("src")) : "";
    if (!source.startsWith("attachment:")) continue;
    const { attached } = env as Env & { attached: JsonObject };
    const address = left > 0 ? (attachmentAddress(attached, source.slice(11)) ?? "") : "";
    left -= address.length;
    image.attrSet("src", left >= 0 ? address : "");
  }
}
