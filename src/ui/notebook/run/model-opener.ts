// Opens models in the engine for the cells of a notebook, and shows how that goes. One is open at a time: experiments and
// Python may take turns with different ones.

import type { Progress } from "../../../engine/index.ts";
import type { ModelEntry } from "../../experiment/models.ts";
import type { Loading } from "../../experiment/phase.ts";
import type { Arrivals } from "./arrivals.ts";
import type { DownloadConsent, Need } from "./download-consent.ts";
import { modelNeed } from "./download-needs.ts";
import { findModel, noSuchModel } from "./models.ts";
import type { RunnerWorld } from "./runner-world.ts";

/** a model that is being opened before a cell has asked for it */
interface Ahead {
  readonly name: string;
  readonly stop: AbortController;
  /** rejects as opening does */
  readonly done: Promise<void>;
}

export class ModelOpener {
  readonly #world: RunnerWorld;
  readonly #consent: DownloadConsent;
  readonly #arrivals: Arrivals;
  /** the model opened last */
  #open: string | undefined;
  #ahead: Ahead | undefined;

  constructor(world: RunnerWorld, consent: DownloadConsent, arrivals: Arrivals) {
    this.#world = world;
    this.#consent = consent;
    this.#arrivals = arrivals;
  }

  /** An engine that stopped has none open, whoever noticed. */
  isOpen({ name }: ModelEntry): boolean {
    return this.#open === name && this.#world.engine.model === name;
  }

  /** It has to be opened again. */
  forget(): void {
    this.#open = undefined;
  }

  /**
   * Find a model by the name that a cell gives it, the site's first where it gives none.
   * @throws EngineError "manifest-missing" with the names there are
   */
  async find(name: string | undefined): Promise<ModelEntry> {
    const models = await this.#world.models();
    const model = name === undefined ? models[0] : findModel(models, name);
    if (!model) throw noSuchModel(models, name ?? "");
    return model;
  }

  /**
   * Open a model, unless it is; what has to be downloaded is asked about.
   * @param abort stops what is loading; asked for when the person has agreed
   * @throws AbortError where the download is not wanted
   */
  async open(model: ModelEntry, abort: () => AbortSignal): Promise<void> {
    await this.#meet(model, abort);
    if (this.isOpen(model)) return;
    const need = modelNeed(model, await this.#world.price(model).catch(() => undefined));
    if (!(await this.#consent.ask([need])))
      throw new DOMException("The download was not wanted.", "AbortError");
    await this.#load(model, need, abort());
  }

  /**
   * Open the model that the cells will ask for first, after a person has agreed to `need`; who opens it then waits for
   * this. Where another one is open that stays so, as a cell before may use it. A failure is said to whoever asks.
   */
  openAhead(model: ModelEntry, need: Need): void {
    if (this.#ahead || this.#world.engine.model !== undefined) return;
    const stop = new AbortController();
    const done = this.#load(model, need, stop.signal).finally(() => {
      this.#ahead = undefined;
    });
    done.catch(() => {});
    this.#ahead = { name: model.name, stop, done };
  }

  /** What is opened before it was asked for is not wanted any more. */
  stopAhead(): void {
    this.#ahead?.stop.abort(new DOMException("It was interrupted.", "AbortError"));
  }

  /** Wait for what is opened ahead: if it is this model, until it is open; else it is in the way, and stopped. */
  async #meet({ name }: ModelEntry, abort: () => AbortSignal): Promise<void> {
    const ahead = this.#ahead;
    if (!ahead) return;
    if (ahead.name !== name || ahead.stop.signal.aborted) {
      ahead.stop.abort(new DOMException("Another model is opened.", "AbortError"));
      await ahead.done.catch(() => {});
      return;
    }
    const signal = abort();
    const stop = () => ahead.stop.abort(signal.reason);
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    await ahead.done.finally(() => signal.removeEventListener("abort", stop));
  }

  async #load(model: ModelEntry, need: Need, signal: AbortSignal): Promise<void> {
    const { name, title, manifest } = model;
    const { keep } = need;
    if (need.bytes > 0) this.#arrivals.expect([need]);
    const onProgress = (progress: Progress) => this.#arrivals.tell(name, title, loadingOf(progress, keep));
    this.#open = undefined;
    try {
      const info = await this.#world.engine.load(manifest, { keep, signal, onProgress });
      this.#open = info.name;
    } finally {
      this.#arrivals.tell(name, title, undefined);
    }
  }
}

/** A download or an opening as the page shows it. */
export function loadingOf(progress: Progress, keep: boolean): Loading {
  return { ...progress, interrupted: false, thenRun: false, keep };
}
