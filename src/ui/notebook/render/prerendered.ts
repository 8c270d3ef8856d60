// What the build has drawn of the site's first notebook (vite/front.ts): prose with its formulas, and code in colours. It
// stands in the page before any script has come; the cells of the same text then show that, and what draws other texts
// need not come.

import { type Piece, toPieces } from "./pieces.ts";
import { safeStyle } from "./safe-style.ts";

/** the elements that the build has made, by the text that they show */
const known = new Map<string, Element>();

/** Keep what stands in the page. @param sources the texts, in the order of their elements */
export function adopt(drawn: readonly Element[], sources: readonly string[]): void {
  for (const [i, element] of drawn.entries()) if (sources[i] !== undefined) known.set(sources[i], element);
}

/** Prose as it would be drawn here; undefined where the build has not. */
export function drawnProse(source: string): readonly Node[] | undefined {
  const element = known.get(source);
  if (!element?.matches("div")) return undefined;
  const copy = element.cloneNode(true) as Element;
  // the page's policy forbids the attribute
  for (const styled of copy.querySelectorAll<HTMLElement | MathMLElement>("[data-style]")) {
    for (const [name, value] of safeStyle(styled.dataset.style ?? "")) styled.style.setProperty(name, value);
    styled.removeAttribute("data-style");
  }
  return [...copy.childNodes];
}

/** Python in its colours; undefined where the build has not drawn it. */
export function drawnCode(source: string): Piece[] | undefined {
  const code = known.get(source)?.querySelector(":scope > code");
  if (!code) return undefined;
  return [...code.childNodes].flatMap((node) =>
    toPieces(node.textContent ?? "", node instanceof Element ? node.className : ""),
  );
}

/** Is a text drawn already? */
export function isDrawn(source: string): boolean {
  return known.has(source);
}
