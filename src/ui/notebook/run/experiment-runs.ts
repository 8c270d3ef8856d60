// Runs the experiment of a cell on the engine, without Python. What one of its form's fields got wrong is said there.

import type { ExperimentResult } from "../../../engine/index.ts";
import { EngineError, type ExperimentSpec } from "../../../model/index.ts";
import type { Emission } from "../../../python/index.ts";
import { fieldOf } from "../../experiment/spec.ts";
import { summary } from "../../experiment/words.ts";
import { resultOutput } from "../book/result-output.ts";
import type { CellExperiment } from "../events.ts";
import type { ModelOpener } from "./model-opener.ts";
import type { RunnerPage, RunnerWorld } from "./runner-world.ts";

/** errors after which the model has to be opened again */
const reopens: ReadonlySet<string> = new Set(["not-loaded", "model-changed", "gpu-lost", "runtime"]);

export class ExperimentRuns {
  readonly #world: RunnerWorld;
  readonly #page: RunnerPage;
  readonly #models: ModelOpener;

  constructor(world: RunnerWorld, page: RunnerPage, models: ModelOpener) {
    this.#world = world;
    this.#page = page;
    this.#models = models;
  }

  /** Run a cell's experiment and put out its result. @returns whether there is one: else a field says what is wrong */
  async run(
    id: string,
    { model: name, ...spec }: CellExperiment,
    { put, abort }: { put(output: Emission): void; abort(): AbortSignal },
  ): Promise<boolean> {
    this.#page.experiment(id, { problem: undefined });
    await this.#models.open(await this.#models.find(name), abort);
    const result = await this.#compute(id, spec, abort());
    if (!result) return false;
    this.#page.experiment(id, { tokens: result.experiment.tokens });
    put(resultOutput(result));
    this.#page.say(`Done: ${summary(result.rows)}`);
    return true;
  }

  async #compute(
    id: string,
    spec: ExperimentSpec,
    signal: AbortSignal,
  ): Promise<ExperimentResult | undefined> {
    try {
      return await this.#world.engine.run(spec, { signal });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (reopens.has(error.code)) this.#models.forget();
      if (!fieldOf(error.code)) throw error;
      this.#page.experiment(id, { problem: error });
      return undefined;
    }
  }
}
