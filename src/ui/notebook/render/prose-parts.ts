// What a text needs to be drawn as prose.

import { type AnyPart, Part } from "./part.ts";
import { colours, formulas } from "./parts.ts";

/** Markdown and HTML to what may be drawn of them */
export const prose = new Part(() => import("./prose.ts"));

/** What Markdown is drawn with. A text may have formulas or Python that turn out to be none. */
export function proseParts(source: string): AnyPart[] {
  const parts: AnyPart[] = [prose];
  if (/\$|\\[([]|\\begin\{/.test(source)) parts.push(formulas);
  if (/(```|~~~)[ \t]*(ipython|py)/i.test(source)) parts.push(colours);
  return parts;
}
