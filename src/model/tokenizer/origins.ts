// Which stretch of a text a token stands for, through everything that is done to the text before it is cut: the steps of
// bert-text.ts once more, character by character, with what the Rust crate `tokenizers` says of where each came from.

import { type NormalizerOptions, normalize } from "./bert-text.ts";
import { accents, composed, lowerCase } from "./unicode.ts";

/** A text made of another one. */
export interface Traced {
  text: string;
  /** the stretch of the other text that [first, last) of this one comes from; undefined when that cannot be told */
  origin(first: number, last: number): [start: number, end: number] | undefined;
}

/** a character with the stretch that it comes from */
interface Traces {
  character: string;
  start: number;
  end: number;
}

/** Normalize a text, and remember where each character came from. */
export function traced(text: string, options: NormalizerOptions): Traced {
  const strip = options.strip_accents ?? options.lowercase;
  const spaced = each(whole(text), (character) =>
    normalize(character, { ...options, strip_accents: false, lowercase: false }),
  );
  const bare = strip ? withoutAccents(spaced) : spaced;
  const made = options.lowercase ? each(bare, lowerCase) : bare;
  const normalized = normalize(text, options);
  if (joined(made) !== normalized) return { text: normalized, origin: () => undefined };
  const units = made.flatMap((trace) => Array.from({ length: trace.character.length }, () => trace));
  const origin = (first: number, last: number): [number, number] | undefined =>
    last > first ? [units[first]!.start, units[last - 1]!.end] : undefined;
  return { text: normalized, origin };
}

function whole(text: string): Traces[] {
  let at = 0;
  return Array.from(text, (character) => {
    const start = at;
    at += character.length;
    return { character, start, end: at };
  });
}

const joined = (traces: readonly Traces[]) => traces.map(({ character }) => character).join("");

/** What a function makes of each character comes from where that came from. */
function each(traces: readonly Traces[], change: (character: string) => string): Traces[] {
  return traces.flatMap((trace) =>
    Array.from(change(trace.character), (character) => ({ ...trace, character })),
  );
}

/** NFD, and then no combining marks. */
function withoutAccents(traces: readonly Traces[]): Traces[] {
  const made: Traces[] = [];
  let next = 0;
  const upTo = (unit: number, from: number) => {
    for (let at = from; at < unit; next++) {
      at += traces[next]!.character.length;
      made.push(traces[next]!);
    }
  };
  const text = joined(traces);
  let done = 0;
  for (const { 0: run, index } of text.matchAll(composed)) {
    upTo(index, done);
    const { length } = Array.from(run);
    made.push(...decomposed(traces.slice(next, next + length)));
    next += length;
    done = index + run.length;
  }
  upTo(text.length, done);
  return made.filter(({ character }) => character.replace(accents, "") !== "");
}

/**
 * A run in NFD. Marks may change places; in the crate the first part of a character then counts as the next character of
 * the run that is not yet accounted for, and its other parts as that one's.
 */
function decomposed(run: readonly Traces[]): Traces[] {
  const parts = run.flatMap(({ character }) =>
    Array.from(character.normalize("NFD"), (part, i) => ({ part, first: i === 0 })),
  );
  let at = -1;
  return Array.from(joined(run).normalize("NFD"), (character) => {
    const next = parts.findIndex(({ part }) => part === character);
    if (parts.splice(next, 1)[0]!.first) at++;
    return { ...run[Math.max(at, 0)]!, character };
  });
}

/** A function from places in a text, in UTF-16 units, to places in code points, as Python counts. */
export function codePoints(text: string): (unit: number) => number {
  if (!/[\ud800-\udbff]/.test(text)) return (unit) => unit;
  const points: number[] = [];
  let point = 0;
  for (const character of text) {
    for (let i = 0; i < character.length; i++) points.push(point);
    point++;
  }
  points.push(point);
  return (unit) => points[unit]!;
}
