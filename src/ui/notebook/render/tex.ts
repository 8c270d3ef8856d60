// TeX in Markdown as Jupyter has it ($…$, $$…$$, \(…\), \[…\], \begin{…}…\end{…}), turned into MathML, which the
// browser lays out by itself: here is where formulas begin and end. Pure.

import type { Env, MarkdownIt, StateBlock, StateInline } from "markdown-it";
import { asTyped } from "./as-typed.ts";
import type { Meter } from "./budget.ts";
import { formulas } from "./parts.ts";

/** A formula as MathML, as far as a meter allows. */
function metered(tex: string, display: boolean, env: Env | undefined): string {
  const { meter } = (env ?? {}) as { meter?: Meter };
  if (meter && !(meter.take("formulas") && meter.take("tex", tex.length)))
    return asTyped(tex, display, "There are too many formulas to draw all of them unasked.");
  return (
    formulas.value?.texToHtml(tex, display) ?? asTyped(tex, display, "What draws formulas did not arrive.")
  );
}

/** Teach markdown-it formulas. */
export function tex(markdown: MarkdownIt): void {
  markdown.inline.ruler.before("escape", "tex", inlineTex);
  markdown.block.ruler.before("fence", "tex", blockTex, {
    alt: ["paragraph", "reference", "blockquote", "list"],
  });
  markdown.renderer.rules.tex_inline = (tokens, i, _, env) =>
    metered(tokens[i]!.content, tokens[i]!.block, env);
  markdown.renderer.rules.tex_block = (tokens, i, _, env) =>
    `<p class="tml-display">${metered(tokens[i]!.content, true, env)}</p>\n`;
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
  const to = endsIn(state).after(from, close);
  if (to === -1 || to + close.length > posMax || to === from) return false;
  if (close === "$" && !isFormula(src, from, to)) return false;
  if (!silent) {
    const token = state.push("tex_inline", "math", 0);
    token.content = src.slice(from, to).trim();
    token.block = display;
  }
  state.pos = to + close.length;
  return true;
}

/** characters of the longest formula; in what is longer two marks stand that have nothing to do with each other */
const longest = 10_000;

/** Where formulas end in a text. No part of it is searched twice: text from anywhere may begin one in every line. */
class Ends {
  readonly #src: string;
  /** by what ends a formula: a stretch in which none stands */
  readonly #without = new Map<string, { from: number; to: number }>();

  constructor(src: string) {
    this.#src = src;
  }

  /** Where the next one stands, not before an offset; -1 when it is too far away, or there is none. */
  after(offset: number, close: string): number {
    const known = this.#without.get(close);
    const stretch =
      known && known.from <= offset && offset <= known.to ? known : { from: offset, to: offset };
    const at = this.#next(stretch.to, offset + longest, close);
    this.#without.set(close, {
      from: stretch.from,
      to: at === -1 ? Math.max(stretch.to, offset + longest) : at,
    });
    return at;
  }

  #next(from: number, last: number, close: string): number {
    const part = this.#src.slice(from, last + close.length);
    let at = part.indexOf(close);
    // a dollar after a backslash does not open a formula
    while (at !== -1 && close.startsWith("$") && isEscaped(this.#src, from + at))
      at = part.indexOf(close, at + 1);
    return at === -1 ? -1 : from + at;
  }
}

const ends = new WeakMap<StateBlock | StateInline, Ends>();

function endsIn(state: StateBlock | StateInline): Ends {
  const known = ends.get(state) ?? new Ends(state.src);
  ends.set(state, known);
  return known;
}

function isEscaped(src: string, at: number): boolean {
  let backslashes = 0;
  while (src[at - 1 - backslashes] === "\\") backslashes++;
  return backslashes % 2 === 1;
}

/** Sums of money are not formulas: no space inside the dollars, no digit after them. */
function isFormula(src: string, from: number, to: number): boolean {
  return !/\s/.test(src[from]!) && !/\s/.test(src[to - 1]!) && !/\d/.test(src[to + 1] ?? "");
}

/** A formula that begins a line and ends one, whatever Markdown its lines would be. */
function blockTex(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const { src, bMarks, tShift, eMarks } = state;
  const lineAt = (line: number) => src.slice(bMarks[line]! + tShift[line]!, eMarks[line]).trim();
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
  const at = endsIn(state).after(bMarks[startLine]! + tShift[startLine]! + open.length, close);
  if (at === -1) return false;
  let line = startLine;
  while (eMarks[line]! < at) if (++line >= endLine || state.isEmpty(line)) return false;
  // nothing follows it in its line
  if (!src.endsWith(close, state.skipSpacesBack(eMarks[line]!, at))) return false;
  if (silent) return true;
  const lines = Array.from({ length: line + 1 - startLine }, (_, i) => lineAt(startLine + i));
  const whole = lines.join("\n");
  const token = state.push("tex_block", "math", 0);
  token.block = true;
  token.content = (open === "" ? whole : whole.slice(open.length, -close.length)).trim();
  token.map = [startLine, line + 1];
  state.line = line + 1;
  return true;
}
