// The outside world of a page, an embedded page and an element: the only place that joins engine, storage and ui.
// Everything is found relative to the site's address, which an element's document is no part of.

import { files as runtime } from "virtual:onnxruntime";
import { createEngine, detect, EngineError, type ExperimentResult } from "../engine/index.ts";
import { openStore, report } from "../storage/index.ts";
import { pageAddress } from "./address.ts";
import { keptPrice } from "./kept.ts";
import { type ModelEntry, readModels } from "./models.ts";
import type { World } from "./page.ts";
import { borrow, type Standing } from "./place.ts";
import recorded from "./recorded.json";

/** @param site address of the folder that this site's pages and models/ lie in, or of a page there */
export function createWorld(site: string, { place, lent }: Standing): World {
  const engine = createEngine();
  let store = openStore(lent);
  if (lent) store.then((own) => engine.use(own));
  return {
    engine,
    detect,
    models: () => fetchModels(new URL("models/index.json", site).href),
    price: async (model) => keptPrice(model, await store, runtime),
    recorded: recorded as ExperimentResult,
    storage: async () => report(await store),
    persist: async () => (await navigator.storage?.persist()) ?? false,
    place,
    ownAddress: (settings) => pageAddress(site, settings),
    access: async () => {
      const factory = await borrow();
      const own = factory && (await openStore(factory));
      // what is lent but cannot be written to is no better than what there is
      if (own?.kind !== "indexeddb") return false;
      await engine.use(own);
      store = Promise.resolve(own);
      return true;
    },
  };
}

async function fetchModels(url: string): Promise<ModelEntry[]> {
  const missing = (cause?: unknown) =>
    new EngineError(
      "manifest-missing",
      "This site’s list of models, models/index.json, could not be read.",
      "Check the connection and reload; whoever runs the site finds in the README how a model is exported.",
      { cause },
    );
  const response = await fetch(url).catch((cause) => {
    throw missing(cause);
  });
  if (!response.ok) throw missing();
  const models = readModels(
    await response.json().catch((cause) => {
      throw missing(cause);
    }),
    url,
  );
  if (models.length === 0) throw missing();
  return models;
}
