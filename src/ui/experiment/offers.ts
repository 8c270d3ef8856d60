// What the site and the browser offer: the list of models, the device, what is kept, and what opening the chosen model
// costs by that. It is asked for anew where it could not be found out, and after whatever may have changed it.

import type { Retry } from "../../storage/index.ts";
import { toProblem } from "../kit/problem.ts";
import type { ExperimentPage } from "./experiment-page.ts";
import type { ModelEntry } from "./models.ts";

export class Offers {
  readonly #page: ExperimentPage;
  /** the engine has been started, and knows best */
  awake = false;
  /** settled when what the model costs is known, or cannot be */
  pricing: Promise<void> = Promise.resolve();
  /** settled when what the site offers is known; undefined when it could not be found out */
  #beginning: Promise<void> | undefined;

  constructor(page: ExperimentPage) {
    this.#page = page;
  }

  /** Find out what the site and the browser offer; once more where that has failed. */
  begin(): Promise<void> {
    const page = this.#page;
    const { world } = page;
    if (page.state.phase.kind !== "starting") page.dispatch({ kind: "starting" });
    const onRetry = (waiting: Retry) => page.dispatch({ kind: "starting", waiting });
    this.#beginning = Promise.all([world.models(onRetry), world.detect()]).then(
      ([models, capability]) => {
        page.dispatch({ kind: "started", models, capability });
        return this.refresh();
      },
      (error: unknown) => {
        this.#beginning = undefined;
        page.dispatch({ kind: "failed", during: "start", problem: toProblem(error) });
      },
    );
    return this.#beginning;
  }

  /** Do something when that is known, which is asked for again where it could not be found out. */
  async begun(work: () => void): Promise<void> {
    const page = this.#page;
    if (page.state.models.length === 0) await (this.#beginning ?? this.begin());
    if (page.state.models.length > 0) work();
  }

  /** Find out anew what the model costs. `freed`: at least so many bytes are free by now, whatever the browser says yet. */
  ask(model: ModelEntry, freed = 0): Promise<void> {
    this.pricing = this.#learn(model, freed);
    return this.pricing;
  }

  /** Look anew at what is kept, and at what the model costs by that. */
  async refresh(freed = 0): Promise<void> {
    const page = this.#page;
    const report = page.world.storage().then(
      (report) => page.dispatch({ kind: "storage", report }),
      (error: unknown) => console.warn(error),
    );
    const { model } = page.state;
    await Promise.all([report, model && this.ask(model, freed)]);
  }

  async #learn(model: ModelEntry, freed: number): Promise<void> {
    const { world } = this.#page;
    // the engine knows best, but is not started for this
    const kept = () => world.price(model);
    // without a connection it knows nothing
    const known = this.awake ? world.engine.state(model.manifest).catch(kept) : kept();
    const found = await known.catch(() => undefined);
    if (!found) return;
    const free = found.free === undefined ? undefined : Math.max(found.free, freed);
    this.#page.dispatch({ kind: "price", model, price: { ...found, free } });
  }
}
