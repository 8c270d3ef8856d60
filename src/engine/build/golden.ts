// The short runs whose answers a manifest stores as its self-test, computed segment by segment with one session open at a
// time, so that this needs little more memory than the largest segment. Node and the tab get the same logits bit for bit.
//
// B = 1 batch, T positions, V vocabulary.

import { type Manifest, tensorNames as names, tutorialSentence } from "../../model/index.ts";
import type { Tokenizer } from "../../model/tokenizer/index.ts";
import { askedInputs, batchInputs, headInputs } from "../run/inputs.ts";
import type { ExternalFile, Feeds, Runtime } from "../runtime/runtime.ts";

/** how many of the highest logits the self-test stores */
const TOP = 8;

/** a graph and the shards that it refers to, both read when its session is opened */
export interface Step {
  graph: () => Uint8Array | Promise<Uint8Array>;
  shards: readonly string[];
}

/** which of T tokens are asked for */
export type Asked = (length: number, ids: readonly number[]) => number[];
export const everywhere: Asked = (length) => Array.from({ length }, (_, i) => i);

/** The tutorial's sentence, and a shorter and a longer run of arbitrary tokens, as ids. */
export function goldenInputs(
  { vocabulary, positions }: Manifest["model"],
  { encode, special }: Tokenizer,
): number[][] {
  const sentence = encode(tutorialSentence(special.mask.text)).map(({ id }) => id);
  const arbitrary = (length: number) =>
    Array.from({ length: Math.min(length, positions) }, (_, i) => (i * 7919 + 1) % vocabulary);
  return [sentence.slice(0, positions), arbitrary(3), arbitrary(40)];
}

/**
 * Open one segment after the other, each on all inputs.
 * @param external the shards of a step, as fp32
 * @param asked which tokens the tail is asked for; steps without a tail need all
 * @param touch is given what lies between two steps, input by input, and may write into it
 * @returns logits [N, V] of the asked tokens per input
 */
export async function runSteps(
  runtime: Runtime,
  steps: readonly Step[],
  external: (shards: readonly string[]) => ExternalFile[] | Promise<ExternalFile[]>,
  inputs: readonly number[][],
  asked = everywhere,
  touch: (states: readonly Feeds[]) => void = () => {},
): Promise<Float32Array[]> {
  // everything a graph may ask for; sessions take what they name
  const given: Feeds[] = inputs.map((inputIds) => {
    const batch = { ids: [inputIds] };
    const rows = asked(inputIds.length, inputIds);
    return {
      ...batchInputs(runtime, batch),
      ...askedInputs(runtime, batch, [rows]),
      ...headInputs(runtime, [...rows.keys()]),
    };
  });
  let states = given;
  for (const { graph, shards } of steps) {
    const session = await runtime.open(await graph(), await external(shards), { lean: true });
    try {
      const next: Feeds[] = [];
      // what lay between earlier steps goes
      for (const [i, state] of states.entries())
        next.push({ ...given[i]!, ...(await runtime.run(session, state, session.outputNames)) });
      states = next;
      touch(states);
    } finally {
      await session.release();
    }
  }
  return states.map((state) => state[names.logits]!.data as Float32Array);
}

/** What a manifest stores of the logits of {@link goldenInputs}, [T, V] each: the highest ones at the mask, else at the first token. */
export function selfTestOf(
  inputs: readonly number[][],
  logits: readonly Float32Array[],
  { model }: Pick<Manifest, "model">,
  { special }: Tokenizer,
): Manifest["selfTest"] {
  return inputs.map((inputIds, i) => {
    const position = Math.max(0, inputIds.indexOf(special.mask.id));
    const row = logits[i]!.subarray(position * model.vocabulary, (position + 1) * model.vocabulary);
    const highest = [...row.keys()].sort((a, b) => row[b]! - row[a]!).slice(0, TOP);
    return { inputIds, position, top: highest.map((id) => ({ id, logit: row[id]! })) };
  });
}
