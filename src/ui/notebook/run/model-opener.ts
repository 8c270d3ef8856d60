// Opens models in the engine for the cells of a notebook, and shows how that goes. One is open at a time: experiments and
// Python may take turns with different ones.

import type { Progress } from "../../../engine/index.ts";
import type { ModelEntry } from "../../experiment/models.ts";
import type { Loading } from "../../experiment/phase.ts";
import type { DownloadConsent } from "./download-consent.ts";
import { modelNeed } from "./download-needs.ts";
import { findModel, noSuchModel } from "./models.ts";
import type { RunnerPage, RunnerWorld } from "./runner-world.ts";

export class ModelOpener {
  readonly #world: RunnerWorld;
  readonly #page: RunnerPage;
  readonly #consent: DownloadConsent;
  /** the model opened last */
  #open: string | undefined;

  constructor(world: RunnerWorld, page: RunnerPage, consent: DownloadConsent) {
    this.#world = world;
    this.#page = page;
    this.#consent = consent;
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
    if (this.isOpen(model)) return;
    const need = modelNeed(model, await this.#world.price(model).catch(() => undefined));
    const { keep } = need;
    if (!(await this.#consent.ask([need])))
      throw new DOMException("The download was not wanted.", "AbortError");
    const show = (phase: Loading | undefined) =>
      this.#page.show({ loading: phase && { title: model.title, phase } });
    const onProgress = (progress: Progress) => show(loadingOf(progress, keep));
    this.#open = undefined;
    try {
      const info = await this.#world.engine.load(model.manifest, { keep, signal: abort(), onProgress });
      this.#open = info.name;
    } finally {
      show(undefined);
    }
  }
}

/** A download or an opening as the page shows it. */
export function loadingOf(progress: Progress, keep: boolean): Loading {
  return { ...progress, interrupted: false, thenRun: false, keep };
}
