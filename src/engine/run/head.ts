// The head of an open model on hidden states, so many rows at a time that their logits fit into memory.

import { type Manifest, tensorNames as names } from "../../model/index.ts";
import type { Runtime, Session, Tensor } from "../runtime/runtime.ts";
import { headInputs } from "./inputs.ts";

/** logits that the head computes at a time: 64 MB */
const mostLogits = 2 ** 24;

/**
 * @param head the session of the exported head
 * @param hidden [B, T, D]
 * @param rows of [B * T] that are asked for
 * @param candidateIds undefined: logits [N, V]; else log-probabilities of these K ids, [N, K]
 */
export async function runHead(
  { manifest, runtime }: { manifest: Manifest; runtime: Runtime },
  head: Session,
  hidden: Tensor,
  rows: readonly number[],
  candidateIds?: readonly number[],
): Promise<Float32Array> {
  const { vocabulary } = manifest.model;
  const output = candidateIds ? names.logProbs : names.logits;
  const width = candidateIds?.length ?? vocabulary;
  const atOnce = Math.max(1, Math.floor(mostLogits / vocabulary));
  const out = new Float32Array(rows.length > atOnce ? rows.length * width : 0);
  for (let first = 0; first < rows.length; first += atOnce) {
    const asked = headInputs(runtime, rows.slice(first, first + atOnce), candidateIds);
    const answer = await runtime.run(head, { [names.hidden]: hidden, ...asked }, [output]);
    const values = answer[output]!.data as Float32Array;
    answer[output]!.dispose();
    if (rows.length <= atOnce) return values;
    out.set(values, first * width);
  }
  return out;
}
