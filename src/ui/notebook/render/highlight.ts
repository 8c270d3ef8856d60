// Python as coloured text without an editor: for cells far from the viewport, code inside prose, and reading copies.
// The classes are the editor's too, so a cell looks the same before and after its editor has come.

import { highlightCode, tags as t, tagHighlighter } from "@lezer/highlight";
import { parser } from "@lezer/python";
import { escapeHtml } from "./escape-html.ts";
import { type Piece, toPieces } from "./pieces.ts";

/** the classes of code's parts; code-styles.ts gives them their colours */
export const highlighter = tagHighlighter([
  { tag: [t.keyword, t.operatorKeyword, t.self, t.modifier], class: "tok-keyword" },
  { tag: [t.string, t.special(t.string), t.escape, t.regexp], class: "tok-string" },
  { tag: [t.number, t.bool, t.null, t.atom], class: "tok-number" },
  { tag: [t.comment], class: "tok-comment" },
  {
    tag: [t.function(t.definition(t.variableName)), t.definition(t.className), t.className],
    class: "tok-definition",
  },
  { tag: [t.function(t.variableName), t.function(t.propertyName)], class: "tok-call" },
  { tag: [t.meta], class: "tok-meta" },
  { tag: [t.heading], class: "tok-heading" },
  { tag: [t.strong], class: "tok-strong" },
  { tag: [t.emphasis], class: "tok-emphasis" },
  { tag: [t.link, t.url, t.monospace], class: "tok-link" },
]);

/** characters that are given colours; what is no Python at all takes its parser long */
const longest = 20_000;

/** Python as pieces in one colour each; line breaks are in the pieces. */
export function highlightPython(source: string): Piece[] {
  const pieces: Piece[] = [];
  // whole lines, if they are of any reasonable length
  const end = source.length <= longest ? source.length : source.lastIndexOf("\n", longest) + 1;
  const coloured = source.slice(0, end);
  highlightCode(
    coloured,
    parser.parse(coloured),
    highlighter,
    (text, classes) => pieces.push({ text, classes }),
    () => pieces.push({ text: "\n", classes: "" }),
  );
  return [...pieces, ...toPieces(source.slice(end))];
}

/** The same as HTML, escaped: spans with classes, to go inside a pre. */
export function pythonToHtml(source: string): string {
  return highlightPython(source)
    .map(({ text, classes }) =>
      classes ? `<span class="${classes}">${escapeHtml(text)}</span>` : escapeHtml(text),
    )
    .join("");
}
