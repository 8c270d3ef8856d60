// What a notebook in which nothing stands yet can begin with. Pure.

import type { Cell } from "../../../storage/index.ts";

/** Is there one cell, with nothing in it? */
export function isBlank(cells: readonly Cell[]): boolean {
  const [cell, ...more] = cells;
  return cell?.kind === "code" && more.length === 0 && cell.source.trim() === "" && cell.outputs.length === 0;
}

/** A few lines: the five words that a model finds most probable. @param model its name on this site */
export const firstLines = (model: string) => `from transformer_lens import HookedEncoder

model = HookedEncoder.from_pretrained(${JSON.stringify(model)})

tokens = model.tokenizer("Raymond is selling [MASK] sketches.", return_tensors="pt")["input_ids"]
probabilities = model(tokens)[0, 4].softmax(-1)  # of every word, at the [MASK]

best = probabilities.topk(5)
[{"word": model.tokenizer.decode(id), "probability": p} for p, id in zip(best.values.tolist(), best.indices.tolist())]`;
