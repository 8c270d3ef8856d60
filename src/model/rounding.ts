// What rounding a model's weights has changed, in words; the numbers were measured when it was exported.

import { change, probability } from "./format.ts";
import type { Manifest } from "./manifest-schema.ts";

/** For who chooses a model: a few sentences. Undefined where nothing is rounded, or that was not measured. */
export function roundingText({
  encoding,
  rounding,
}: Pick<Manifest, "encoding" | "rounding">): string | undefined {
  if (!rounding) return undefined;
  const { sentences, logit, tutorial } = rounding;
  const moved = tutorial ? ` The tutorial’s change of “${tutorial.word}” ${movedText(tutorial)}.` : "";
  return `Its weights are rounded to ${encoding}: on ${sentences} test sentences a probability was off by at most ${points(rounding)}, a logit by ${logit.toPrecision(2)}.${moved}`;
}

function movedText({ exact, rounded }: { exact: number; rounded: number }): string {
  const [was, is] = [change(exact), change(rounded)];
  return was === is ? `stays at ${is}` : `is ${is} instead of ${was}`;
}

/** For where a result comes from, in brackets after its weights; undefined as {@link roundingText}. */
export function roundedText({ rounding }: Pick<Manifest, "rounding">): string | undefined {
  return (
    rounding && `rounded, a probability off by at most ${points(rounding)} on ${rounding.sentences} sentences`
  );
}

/** What a result's weights are, and what rounding changed where it did: "fp32 weights", "int8 weights (rounded, …)". */
export const weightsText = ({
  encoding,
  rounded,
}: {
  encoding: string;
  rounded?: string | undefined;
}): string => `${encoding} weights${rounded ? ` (${rounded})` : ""}`;

const points = ({ probability: p }: { probability: number }) =>
  `${probability(p).replace(/\s*%$/, "")} percentage points`;
