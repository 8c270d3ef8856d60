// Models that a person opened here, as the lists of models have them: those that are kept, and those that are in this
// tab's memory alone.

import { isOpened } from "../../model/index.ts";
import type { WeightStore } from "../../storage/index.ts";
import { NoModels } from "../experiment/fetch-models.ts";
import type { ModelEntry } from "../experiment/models.ts";

export class OpenedModels {
  /** what was opened since this page was */
  #here: ModelEntry[] = [];

  add(model: ModelEntry): void {
    this.forget(model.name);
    this.#here.push(model);
  }

  forget(name: string): void {
    this.#here = this.#here.filter((model) => model.name !== name);
  }

  /**
   * As {@link joined}, of the site's list.
   * @throws what its list rejects with; of a site without models only where none was opened
   */
  async listed(
    list: Promise<readonly ModelEntry[]>,
    store: WeightStore | Promise<WeightStore>,
  ): Promise<ModelEntry[]> {
    try {
      // both are waited for at once, so that no failure goes unheard
      const [models, kept] = await Promise.all([list, store]);
      return await this.joined(models, kept);
    } catch (error) {
      const own = error instanceof NoModels ? await this.joined([], await store) : [];
      if (own.length === 0) throw error;
      return own;
    }
  }

  /** A site's models, and after them those that were opened. What is kept under a name that the site has by now gets another. */
  async joined(models: readonly ModelEntry[], store: WeightStore): Promise<ModelEntry[]> {
    const names = new Set(models.map(({ name }) => name));
    const kept = await this.#kept(store, names);
    const fresh = this.#here.filter(({ name }) => !kept.some((model) => model.name === name));
    const opened = [...kept, ...fresh].filter(({ name }) => !names.has(name));
    return [...models, ...opened.map(named)];
  }

  async #kept(store: WeightStore, taken: ReadonlySet<string>): Promise<ModelEntry[]> {
    const records = await store.models().catch(() => []);
    const opened = records.filter(({ url, unfinished }) => isOpened(url) && !unfinished);
    // what reads manifests is fetched by those alone who have opened a model
    if (opened.length === 0) return [];
    const { entryOf, renamed } = await import("../opening/entry.ts");
    const entries: ModelEntry[] = [];
    for (const record of opened) {
      const own = taken.has(record.name) ? await renamed(record, taken, store) : record;
      const entry = await entryOf(own, store);
      // what got its name in the middle of this is there twice
      if (entry && !entries.some(({ name }) => name === entry.name)) entries.push(entry);
    }
    return entries;
  }
}

/** An opened model is called as its owner called it: two folders may have one name. */
export function named(model: ModelEntry): ModelEntry {
  return { ...model, title: model.name };
}
