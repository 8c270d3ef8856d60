// The steps of a normalizer as tokenizer.json writes them, and as the Rust crate `tokenizers` takes them; BERT's own is one
// step by itself (bert-text.ts).

import * as v from "valibot";
import { precompiled } from "./precompiled.ts";
import { compatible, composing, lowerCase, marks } from "./unicode.ts";

const step = v.variant("type", [
  v.object({
    type: v.literal("Replace"),
    pattern: v.object({ String: v.pipe(v.string(), v.nonEmpty()) }),
    content: v.string(),
  }),
  v.object({ type: v.literal("NFC") }),
  v.object({ type: v.literal("NFKD") }),
  v.object({ type: v.literal("StripAccents") }),
  v.object({ type: v.literal("Lowercase") }),
  v.object({ type: v.literal("Precompiled"), precompiled_charsmap: v.string() }),
]);
export type NormalizerStep = v.InferOutput<typeof step>;

/** A step, as far as it is known; undefined: it is another one. */
export function normalizerStep(value: unknown): NormalizerStep | undefined {
  const read = v.safeParse(step, value);
  return read.success ? read.output : undefined;
}

/** none, one step, or several */
export const normalizerJson = v.nullable(
  v.variant("type", [
    ...step.options,
    v.object({ type: v.literal("Sequence"), normalizers: v.pipe(v.array(step), v.maxLength(20)) }),
  ]),
);

/**
 * A function that normalizes texts.
 * @throws RangeError as {@link precompiled}
 */
export function normalizerOf(json: v.InferOutput<typeof normalizerJson>): (text: string) => string {
  if (json === null) return (text) => text;
  const steps = (json.type === "Sequence" ? json.normalizers : [json]).map(functionOf);
  return (text) => steps.reduce((made, each) => each(made), text);
}

function functionOf(each: NormalizerStep): (text: string) => string {
  switch (each.type) {
    case "Replace":
      return (text) => text.replaceAll(each.pattern.String, () => each.content);
    case "NFC":
      return (text) => text.replace(composing, (run) => run.normalize("NFC"));
    case "NFKD":
      return (text) => text.replace(compatible, (run) => run.normalize("NFKD"));
    case "StripAccents":
      return (text) => text.replace(marks, "");
    case "Lowercase":
      return lowerCase;
    case "Precompiled":
      return precompiled(each.precompiled_charsmap);
    default:
      return each satisfies never;
  }
}
