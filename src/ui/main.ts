// The only place that joins engine, storage and ui.

import { createEngine, detect, EngineError, type ExperimentResult } from "../engine/index.ts";
import { openStore } from "../storage/index.ts";
import { type ModelEntry, readModels } from "./models.ts";
import { startPage } from "./page.ts";
import recorded from "./recorded.json";

/** size of ONNX Runtime's WebAssembly file, which comes with a first load; vite.config.ts fills it in */
declare const __ORT_WASM_BYTES__: number;

const store = openStore();

startPage(document, {
  engine: createEngine(),
  detect,
  models: () => fetchModels(new URL("models/index.json", document.baseURI).href),
  price: async ({ name, bytes }) => {
    const kept = await store;
    const record = (await kept.models()).find((model) => model.name === name);
    const files = record?.files ?? [];
    return {
      bytes: bytes + __ORT_WASM_BYTES__,
      kept: files.reduce((sum, file) => sum + file.byteLength, 0),
      store: kept.kind,
    };
  },
  recorded: recorded as ExperimentResult,
});

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
