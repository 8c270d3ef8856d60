// The model on the engine: loaded when it is asked for, run with what stands in the form, halted when another one is
// wanted. What arrives after its end was asked for is not shown.

import type { Progress } from "../../engine/index.ts";
import { EngineError, type ExperimentSpec } from "../../model/index.ts";
import { isAbort } from "../../storage/index.ts";
import { toProblem } from "../kit/problem.ts";
import type { ExperimentPage } from "./experiment-page.ts";
import type { ModelEntry } from "./models.ts";
import type { Offers } from "./offers.ts";
import { isLoading, openModel, wantsRun } from "./phase.ts";
import { fits } from "./price.ts";
import type { Page } from "./state.ts";

export class ModelSession {
  readonly #page: ExperimentPage;
  readonly #offers: Offers;
  #loading: AbortController | undefined;
  #running: AbortController | undefined;
  /** the engine has done with the last load, even if that was halted */
  ended: Promise<void> = Promise.resolve();

  constructor(page: ExperimentPage, offers: Offers) {
    this.#page = page;
    this.#offers = offers;
  }

  /** Load the chosen model, or join the load that is under way. @param keep on this device, where there is room */
  load(thenRun: boolean, keep = true): void {
    const page = this.#page;
    const { model, phase } = page.state;
    if (!model) return;
    const joined = isLoading(phase);
    page.dispatch({ kind: "load", thenRun, keep });
    if (joined || !isLoading(page.state.phase)) return;
    this.halt();
    this.#offers.awake = true;
    this.ended = this.#open(model, keep);
  }

  /** Run what stands in the form, with the model loaded first where it is not open. */
  runOrLoad(): void {
    const page = this.#page;
    if (openModel(page.state.phase)) void this.#run(page.state.draft);
    else void this.#offers.begun(() => this.load(true));
  }

  /**
   * Have the chosen model open, loading it where it is not.
   * @throws EngineError where that fails; AbortError where it is cancelled, or another model is chosen meanwhile
   */
  async opened(signal: AbortSignal): Promise<void> {
    const page = this.#page;
    if (openModel(page.state.phase)) return;
    await this.#offers.begun(() => this.load(false));
    // for what there is no room, a person has to choose what to do
    const pending = ({ phase }: Page) => isLoading(phase) || phase.kind === "no-room";
    await page.until((now) => !pending(now), signal);
    const { phase } = page.state;
    if (openModel(phase)) return;
    if (phase.kind !== "error") throw new DOMException("The model was not loaded.", "AbortError");
    const { code, message, hint } = phase.problem;
    throw new EngineError(code, message, hint);
  }

  /** Stop whatever is under way; the model that was open is no longer the one that is asked for. */
  halt(): void {
    this.#loading?.abort();
    this.#running?.abort();
    this.#loading = undefined;
    this.#running = undefined;
  }

  /** Stop the run: at once, and even if the result is on its way already. */
  stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.#page.dispatch({ kind: "stopped" });
  }

  /** Find out how the open model reads the sentence in the form. */
  async tokenize(): Promise<void> {
    const page = this.#page;
    const { sentence } = page.state.draft;
    if (!openModel(page.state.phase) || page.live?.sentence === sentence) return;
    const tokens = await page.world.engine.tokenize(sentence).catch(() => []);
    if (sentence !== page.state.draft.sentence) return;
    page.live = { sentence, tokens };
    page.draw();
  }

  async #open(model: ModelEntry, keep: boolean): Promise<void> {
    const page = this.#page;
    const { engine } = page.world;
    const mine = new AbortController();
    this.#loading = mine;
    const { signal } = mine;
    const onProgress = (progress: Progress) => {
      if (mine === this.#loading) page.dispatch({ kind: "progress", progress });
    };
    try {
      // asked for before its price is known: nothing is fetched that there may be no room for
      if (!page.state.price) await this.#offers.pricing;
      if (mine !== this.#loading) return;
      const { price } = page.state;
      if (keep && price && !fits(price)) return page.dispatch({ kind: "no-room" });
      let { device } = page.state;
      let info = await engine.load(model.manifest, { device, keep, signal, onProgress });
      // another device was asked for meanwhile: everything is here, only the sessions are opened anew
      while (mine === this.#loading && device !== page.state.device) {
        ({ device } = page.state);
        info = await engine.load(model.manifest, { device, keep, signal, onProgress });
      }
      if (mine !== this.#loading) return;
      const wanted = wantsRun(page.state.phase);
      page.dispatch({ kind: "loaded", info });
      page.live = undefined;
      const first = wanted ? this.#run(page.state.draft) : this.tokenize();
      void first.then(() => this.#learnWords(mine));
    } catch (error) {
      if (mine === this.#loading && !isAbort(error))
        page.dispatch({ kind: "failed", during: "load", problem: toProblem(error) });
    } finally {
      void this.#offers.refresh();
    }
  }

  /** The words that the model knows, which complete what is typed: looked for only once there is something to see. */
  async #learnWords(mine: AbortController): Promise<void> {
    const page = this.#page;
    const words = await page.world.engine.words().catch(() => []);
    if (mine !== this.#loading) return;
    page.words = words;
    page.draw();
  }

  async #run(spec: ExperimentSpec): Promise<void> {
    const page = this.#page;
    const { world } = page;
    this.#running?.abort();
    const mine = new AbortController();
    this.#running = mine;
    page.dispatch({ kind: "run", spec });
    try {
      const result = await world.engine.run(spec, { signal: mine.signal });
      if (mine !== this.#running) return;
      page.dispatch({ kind: "done", result });
      world.onResult?.(result);
    } catch (error) {
      if (mine !== this.#running) return;
      if (isAbort(error)) page.dispatch({ kind: "stopped" });
      else page.dispatch({ kind: "failed", during: "run", problem: toProblem(error) });
      // the model has to be loaded again: by now that may cost something
      if (!openModel(page.state.phase)) void this.#offers.refresh();
    }
  }
}
