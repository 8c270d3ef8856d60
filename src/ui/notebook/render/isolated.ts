// Names that somebody else has given, inside our own sentences: not longer than a sentence can be, and without a hold on
// the direction in which the words around them are read. Pure.

/** characters of a name that a sentence shows */
const longest = 200;
/** what turns the direction of text around, or opens or closes a part with a direction of its own */
const turning = /[\u202a-\u202e\u2066-\u2069]/g;
/** letters that are written from right to left, and the marks that stand for one */
const rightToLeft =
  /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc]|[\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** A name or an address from anywhere, as our own words show it. */
export function isolated(name: string): string {
  const whole = name.length <= longest;
  const head = whole ? name : name.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, "");
  const shown = `${head.replace(turning, "")}${whole ? "" : "…"}`;
  // a part with a direction of its own, which nothing in it can close any more
  return rightToLeft.test(shown) ? `\u2068${shown}\u2069` : shown;
}
