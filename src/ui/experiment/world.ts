// The outside world of a page, an embedded page and an element: the only place that joins engine, storage and ui.
// Everything is found relative to the site's address, which has nothing to do with an element's document.

import { files as runtime } from "virtual:onnxruntime";
import { arrivedOf, createEngine, detect, type ExperimentResult } from "../../engine/index.ts";
import { openStore, report, sumOf } from "../../storage/index.ts";
import { keptPrice } from "../kit/kept.ts";
import { named, OpenedModels } from "../kit/opened-models.ts";
import { pageAddress } from "./address.ts";
import { borrow, type Standing } from "./embedding.ts";
import { fetchModels } from "./fetch-models.ts";
import type { World } from "./page-world.ts";
import recorded from "./recorded.json";

/** @param site address of the folder that this site's pages and models/ lie in, or of a page there */
export function createWorld(site: string, { embedding, lent }: Standing): World {
  const engine = createEngine();
  let store = openStore(lent);
  if (lent) store.then((own) => engine.use(own));
  const opened = new OpenedModels();
  return {
    engine,
    detect,
    models: async (onRetry) =>
      opened.listed(fetchModels(new URL("models/index.json", site).href, { onRetry }), store),
    open: async (from, options) => {
      const model = named(await engine.open(from, options));
      opened.add(model);
      return model;
    },
    hub: import.meta.env.HUB
      ? {
          endpoint: import.meta.env.HUB,
          find: engine.find,
          arrived: async (model, name) => arrivedOf(model, name, await store),
        }
      : undefined,
    toFetch: async () => {
      const keys = await (await store).keys();
      return sumOf(runtime.filter((file) => !keys.has(file.sha256)));
    },
    forget: (name) => opened.forget(name),
    price: async (model) => keptPrice(model, await store, runtime),
    recorded: recorded as ExperimentResult,
    storage: async () => report(await store),
    persist: async () => (await navigator.storage?.persist()) ?? false,
    embedding,
    ownAddress: (settings) => pageAddress(site, settings),
    access: async () => {
      const factory = await borrow();
      const own = factory && (await openStore(factory));
      // a lent store that cannot be written to is not better than our own
      if (own?.kind !== "indexeddb") return false;
      await engine.use(own);
      store = Promise.resolve(own);
      return true;
    },
  };
}
