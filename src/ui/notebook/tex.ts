// TeX in Markdown as Jupyter has it ($…$, $$…$$, \(…\), \[…\], \begin{…}…\end{…}), turned into MathML, which the
// browser lays out by itself. Pure.

import type { MarkdownIt, StateBlock, StateInline } from "markdown-it";
import temml from "temml";
import { escapeHtml } from "./highlight.ts";

/** A formula as MathML; what is no TeX stays as it was typed, and says why when pointed at. */
export function texToHtml(tex: string, display: boolean): string {
  try {
    return temml.renderToString(tex, {
      displayMode: display,
      throwOnError: true,
      // bounds for what a formula from anywhere can cost
      maxExpand: 1000,
      maxSize: [20, 20],
      trust: false,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0]! : "This is no TeX.";
    const dollars = display ? "$$" : "$";
    return `<code class="tex-error" title="${escapeHtml(why)}">${escapeHtml(dollars + tex + dollars)}</code>`;
  }
}

/** Teach markdown-it formulas. */
export function tex(markdown: MarkdownIt): void {
  markdown.inline.ruler.before("escape", "tex", inlineTex);
  markdown.block.ruler.before("fence", "tex", blockTex, {
    alt: ["paragraph", "reference", "blockquote", "list"],
  });
  markdown.renderer.rules.tex_inline = (tokens, i) => texToHtml(tokens[i]!.content, tokens[i]!.block);
  markdown.renderer.rules.tex_block = (tokens, i) =>
    `<p class="tml-display">${texToHtml(tokens[i]!.content, true)}</p>\n`;
}

/** where a formula can begin in a line, what ends it, and whether it stands alone */
const inline: readonly (readonly [open: string, close: string, display: boolean])[] = [
  ["$$", "$$", true],
  ["$", "$", false],
  ["\\(", "\\)", false],
  ["\\[", "\\]", true],
];

function inlineTex(state: StateInline, silent: boolean): boolean {
  const { src, pos, posMax } = state;
  const kind = inline.find(([open]) => src.startsWith(open, pos));
  if (!kind) return false;
  const [open, close, display] = kind;
  const from = pos + open.length;
  const to = endOf(src, from, close);
  if (to === -1 || to > posMax || to === from) return false;
  if (close === "$" && !isFormula(src, from, to)) return false;
  if (!silent) {
    const token = state.push("tex_inline", "math", 0);
    token.content = src.slice(from, to).trim();
    token.block = display;
  }
  state.pos = to + close.length;
  return true;
}

/** Where the text that ends a formula stands; a dollar after a backslash is none. */
function endOf(src: string, from: number, close: string): number {
  for (let at = src.indexOf(close, from); at !== -1; at = src.indexOf(close, at + 1)) {
    const backslashes = /\\*$/.exec(src.slice(from, at))![0].length;
    if (!close.startsWith("$") || backslashes % 2 === 0) return at;
  }
  return -1;
}

/** Sums of money are no formulas: no space inside the dollars, no digit after them. */
function isFormula(src: string, from: number, to: number): boolean {
  return !/\s/.test(src[from]!) && !/\s/.test(src[to - 1]!) && !/\d/.test(src[to + 1] ?? "");
}

/** A formula that begins a line and ends one, whatever Markdown its lines would be. */
function blockTex(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const lineAt = (line: number) =>
    state.src.slice(state.bMarks[line]! + state.tShift[line]!, state.eMarks[line]).trim();
  const first = lineAt(startLine);
  const environment = /^\\begin\{([a-zA-Z]+\*?)\}/.exec(first);
  const [open, close] = first.startsWith("$$")
    ? ["$$", "$$"]
    : first.startsWith("\\[")
      ? ["\\[", "\\]"]
      : environment
        ? ["", `\\end{${environment[1]}}`]
        : ["", ""];
  if (close === "" || state.sCount[startLine]! - state.blkIndent >= 4) return false;
  let text = first.slice(open.length);
  let line = startLine;
  while (!text.trimEnd().endsWith(close)) {
    if (text.includes(close) || ++line >= endLine || lineAt(line) === "") return false;
    text += `\n${lineAt(line)}`;
  }
  if (silent) return true;
  const token = state.push("tex_block", "math", 0);
  token.block = true;
  const whole = text.trimEnd();
  token.content = (open === "" ? whole : whole.slice(0, -close.length)).trim();
  token.map = [startLine, line + 1];
  state.line = line + 1;
  return true;
}
