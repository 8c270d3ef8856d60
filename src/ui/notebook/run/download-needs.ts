// What the cells that wait will have to fetch, with its price: Python, and the models that they name.

import type { ModelState } from "../../../engine/index.ts";
import type { ModelEntry } from "../../experiment/models.ts";
import { fits, missing } from "../../experiment/price.ts";
import { experimentIn } from "../book/experiment-source.ts";
import type { NotebookState } from "../book/notebook-state.ts";
import { cellOf } from "../book/state.ts";
import type { Need } from "./download-consent.ts";
import { findModel, mentioned } from "./models.ts";
import type { Price } from "./notebook-status.ts";
import type { RunnerWorld } from "./runner-world.ts";

export const python = "Python";

/**
 * What these cells will have to fetch, as far as can be seen.
 * @param ids in the order in which they will run
 * @param running what is there already: Python, and the model that is open
 */
export async function needsOf(
  state: NotebookState,
  ids: readonly string[],
  world: RunnerWorld,
  running: { python: boolean; isOpen(model: ModelEntry): boolean },
): Promise<Need[]> {
  const cells = ids.flatMap((id) => cellOf(state, id) ?? []);
  const experiments = cells.flatMap((cell) => experimentIn(cell) ?? []);
  const needs: Need[] = [];
  if (cells.length > experiments.length && !running.python) {
    const price = await world.pythonPrice();
    needs.push(pythonNeed(price));
  }
  const models = await world.models();
  // in the order in which they will be asked for
  const wanted = cells.flatMap((cell) => {
    const experiment = experimentIn(cell);
    if (!experiment) return mentioned(models, [cell.source]);
    const { model } = experiment;
    return (model ? findModel(models, model) : models[0]) ?? [];
  });
  for (const model of new Set(wanted))
    if (!running.isOpen(model)) needs.push(modelNeed(model, await world.price(model)));
  return needs;
}

function pythonNeed({ bytes, kept }: Price): Need {
  return { name: python, title: "Python itself", shortTitle: python, bytes: bytes - kept, kept, keep: true };
}

/** What opening a model needs; without a price it may be all of it. */
export function modelNeed({ name, title, bytes }: ModelEntry, price: ModelState | undefined): Need {
  return {
    name,
    title: `the model ${title} with what runs it`,
    shortTitle: title,
    bytes: price ? missing(price) : bytes,
    kept: price ? price.bytes - missing(price) : 0,
    keep: !price || fits(price),
  };
}
