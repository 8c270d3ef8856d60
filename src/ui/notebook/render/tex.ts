// TeX in Markdown as Jupyter has it ($…$, $$…$$, \(…\), \[…\], \begin{…}…\end{…}), turned into MathML, which the
// browser lays out by itself. Pure.

import type { Env, MarkdownIt, StateBlock, StateInline } from "markdown-it";
import temml from "temml";
import type { Meter } from "./budget.ts";
import { escapeHtml } from "./highlight.ts";

/** A formula as MathML; what is no TeX stays as it was typed, and says why when pointed at. */
export function texToHtml(tex: string, display: boolean): string {
  left = 500 + 20 * tex.length;
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
    if (error instanceof RangeError) return asTyped(tex, display, "This formula is nested too deep.");
    return asTyped(tex, display, error instanceof Error ? error.message.split("\n")[0]! : "This is no TeX.");
  }
}

function asTyped(tex: string, display: boolean, why: string): string {
  const dollars = display ? "$$" : "$";
  return `<code class="tex-error" title="${escapeHtml(why)}">${escapeHtml(dollars + tex + dollars)}</code>`;
}

/** The same, as far as a meter allows. */
function metered(tex: string, display: boolean, env: Env | undefined): string {
  const { meter } = (env ?? {}) as { meter?: Meter };
  if (meter && !(meter.take("formulas") && meter.take("tex", tex.length)))
    return asTyped(tex, display, "There are too many formulas to draw all of them unasked.");
  return texToHtml(tex, display);
}

/** what the commands of the formula at hand may still become, in characters or names */
let left = 0;

function spend(tokens: number): void {
  left -= tokens;
  if (left < 0) throw new Error("The commands in this formula become too long.");
}

/** the part of temml that puts for a command what it stands for */
interface Expander {
  _getExpansion(name: string): { tokens: readonly { text: string }[]; numArgs: number } | null | undefined;
  consumeArgs(count: number, delimiters: unknown): readonly (readonly unknown[])[];
}

/** temml bounds how often that is done, and not to what it grows: a line of definitions can fill the memory. */
function bound(expander: Expander): void {
  const { _getExpansion, consumeArgs } = expander;
  /** where in what is put the arguments go */
  let places = 0;
  expander._getExpansion = function (name) {
    places = 0;
    const expansion = _getExpansion.call(this, name);
    if (!expansion?.tokens) return expansion;
    spend(expansion.tokens.length);
    if (expansion.numArgs > 0) places = expansion.tokens.filter(({ text }) => text === "#").length;
    return expansion;
  };
  expander.consumeArgs = function (count, delimiters) {
    const args = consumeArgs.call(this, count, delimiters);
    spend(places * args.reduce((sum, { length }) => sum + length, 0));
    return args;
  };
}

// only a command that is a function gets to see it
temml.renderToString("\\expander", {
  macros: { "\\expander": (expander: Expander) => bound(Object.getPrototypeOf(expander)) ?? "" },
});

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
