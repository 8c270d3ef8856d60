// Python in colours, line by line, where there is no editor. What of a line does not fit goes on below, further in
// (code-styles.ts); at the left edge it would look like a line of its own. Colours that are still to come change no line.

import { html } from "lit";
import { colours } from "./parts.ts";
import { hangOf, type Piece, toPieces } from "./pieces.ts";
import { drawnCode } from "./prerendered.ts";

/** What goes inside a pre. */
export function staticCode(source: string): unknown {
  return linesOf(source).map((pieces, i, { length }) => {
    const text = pieces.map((piece) => piece.text).join("");
    // a break ends each line but the last; one that is empty would have no height without it
    const end = i < length - 1 || text === "" ? "\n" : "";
    return html`<span class="line" .style=${`--hang:${hangOf(text)}`}>${pieces.map(({ text, classes }) =>
      classes ? html`<span class=${classes}>${text}</span>` : text,
    )}${end}</span>`;
  });
}

function linesOf(source: string): Piece[][] {
  const lines: Piece[][] = [[]];
  for (const piece of drawnCode(source) ?? colours.value?.highlightPython(source) ?? toPieces(source)) {
    if (piece.text === "\n") lines.push([]);
    else lines.at(-1)!.push(piece);
  }
  return lines;
}
