// The outside world of a page, an embedded page and an element: the only place that joins engine, storage and ui.
// Everything is found relative to the site's address, which has nothing to do with an element's document.

import { files as runtime } from "virtual:onnxruntime";
import { createEngine, detect, type ExperimentResult } from "../../engine/index.ts";
import { EngineError } from "../../model/index.ts";
import {
  fetchText,
  openStore,
  type Patience,
  type Retry,
  report,
  StorageError,
} from "../../storage/index.ts";
import { keptPrice } from "../kit/kept.ts";
import { pageAddress } from "./address.ts";
import { borrow, type Standing } from "./embedding.ts";
import { type ModelEntry, readModels } from "./models.ts";
import type { World } from "./page-world.ts";
import recorded from "./recorded.json";

/** @param site address of the folder that this site's pages and models/ lie in, or of a page there */
export function createWorld(site: string, { embedding, lent }: Standing): World {
  const engine = createEngine();
  let store = openStore(lent);
  if (lent) store.then((own) => engine.use(own));
  return {
    engine,
    detect,
    models: (onRetry) => fetchModels(new URL("models/index.json", site).href, { onRetry }),
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

/** bytes of the longest list that is read; an entry has a few hundred */
const longest = 4 * 2 ** 20;

interface ListPorts {
  onRetry?: ((retry: Retry) => void) | undefined;
  fetch?: typeof globalThis.fetch;
  patience?: Patience;
}

/** The models of a site's list. @throws EngineError "manifest-missing" when there is no list, or nothing in it */
export async function fetchModels(
  url: string,
  { fetch = globalThis.fetch.bind(globalThis), ...ports }: ListPorts = {},
): Promise<ModelEntry[]> {
  const text = await fetchText(url, { fetch, longest, ...ports }).catch((error: unknown) => {
    throw error instanceof StorageError ? unlisted(error.message, error) : error;
  });
  let index: unknown;
  try {
    index = JSON.parse(text);
  } catch (cause) {
    throw unlisted("It is not JSON.", cause);
  }
  const models = readModels(index, url);
  if (models.length === 0) throw unlisted("It names no model.");
  return models;
}

function unlisted(why: string, cause?: unknown): EngineError {
  return new EngineError(
    "manifest-missing",
    `This site’s list of models, models/index.json, could not be read. ${why}`,
    "Try again; if it stays so, tell whoever runs the site that it offers no model.",
    { cause },
  );
}
