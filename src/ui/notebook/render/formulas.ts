// TeX to MathML, which the browser lays out by itself. Pure. It is the largest part of drawing prose, so it comes only
// where there is a formula.

import temml from "temml";
import { asTyped } from "./as-typed.ts";

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
