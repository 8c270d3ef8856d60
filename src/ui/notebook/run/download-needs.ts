// What the cells that wait will have to fetch, with its price: Python, and the models that they name.

import type { ModelState } from "../../../engine/index.ts";
import type { ModelEntry } from "../../experiment/models.ts";
import { fits, missing } from "../../experiment/price.ts";
import { experimentIn } from "../book/experiment-source.ts";
import type { NotebookState } from "../book/notebook-state.ts";
import { cellOf } from "../book/state.ts";
import type { Need } from "./download-consent.ts";
import { findModel, mentioned } from "./models.ts";
import type { RunnerWorld } from "./runner-world.ts";

export const python = "Python";

/**
 * What the queue will have to fetch, as far as can be seen.
 * @param running what is there already: Python, and the model that is open
 */
export async function needsOf(
  state: NotebookState,
  world: RunnerWorld,
  running: { python: boolean; isOpen(model: ModelEntry): boolean },
): Promise<Need[]> {
  const cells = state.queue.flatMap((id) => cellOf(state, id) ?? []);
  const experiments = cells.flatMap((cell) => experimentIn(cell) ?? []);
  const needs: Need[] = [];
  if (cells.length > experiments.length && !running.python) {
    const price = await world.pythonPrice();
    needs.push({ name: python, title: "Python itself", bytes: price.bytes - price.kept, keep: true });
  }
  const models = await world.models();
  const sources = cells.filter((cell) => !experimentIn(cell)).map(({ source }) => source);
  const named = experiments.map(({ model }) => (model ? findModel(models, model) : models[0]));
  const wanted = new Set([...mentioned(models, sources), ...named.filter((model) => model !== undefined)]);
  for (const model of wanted)
    if (!running.isOpen(model)) needs.push(modelNeed(model, await world.price(model)));
  return needs;
}

/** What opening a model needs; without a price it may be all of it. */
export function modelNeed({ name, title, bytes }: ModelEntry, price: ModelState | undefined): Need {
  return {
    name,
    title: `the model ${title} with what runs it`,
    bytes: price ? missing(price) : bytes,
    keep: !price || fits(price),
  };
}
