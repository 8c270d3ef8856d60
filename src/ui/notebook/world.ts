// The outside world of the notebook's page: the only place that joins engine, kernel, storage and this page.

import { files as runtime } from "virtual:onnxruntime";
import { createEngine } from "../../engine/index.ts";
import { tutorial } from "../../model/index.ts";
import { createKernel, runsPython } from "../../python/index.ts";
import { type NotebookStore, openStore, sumOf } from "../../storage/index.ts";
import { fetchModels } from "../experiment/fetch-models.ts";
import { keptPrice } from "../kit/kept.ts";
import { OpenedModels } from "../kit/opened-models.ts";
import { Autosave } from "./library/autosave.ts";
import type { NotebookWorld } from "./notebook-world.ts";
import { connectFrame, kernelFiles } from "./run/frame.ts";

const singlesKey = "neuron-notebook single keys";

/** @param site address of the folder that this site's pages lie in, or of a page there */
export function createNotebookWorld(site: string, notebooks: NotebookStore): NotebookWorld {
  const engine = createEngine();
  const store = openStore();
  const list = new URL("models/index.json", site).href;
  const opened = new OpenedModels();
  let listed: ReturnType<typeof fetchModels> | undefined;
  return {
    engine,
    kernel: ({ open, onStatus }) =>
      createKernel({
        files: kernelFiles,
        store: () => store,
        connect: connectFrame,
        engine,
        open,
        onStatus,
      }),
    models: async (onRetry) => {
      // a list that did not arrive is asked for anew by the next who needs it
      listed ??= fetchModels(list, { onRetry }).catch((error: unknown) => {
        listed = undefined;
        throw error;
      });
      // what was opened may have been so since, in another tab
      return opened.listed(listed, store);
    },
    price: async (model) => keptPrice(model, await store, runtime),
    pythonPrice: async () => {
      // what is to run says why; nothing should be offered for download before
      if (!runsPython()) throw new Error("Python cannot run in this browser.");
      const [files, keys] = [Object.values(await kernelFiles()), await (await store).keys()];
      return { bytes: sumOf(files), kept: sumOf(files.filter(({ sha256 }) => keys.has(sha256))) };
    },
    saver: (record, handlers) => new Autosave(notebooks, record, handlers),
    lasting: notebooks.kind === "indexeddb",
    persist: async () => (await navigator.storage?.persist().catch(() => false)) ?? false,
    runsPython: runsPython(),
    experiment: tutorial,
    mac: /Mac|iPhone|iPad/.test(navigator.userAgent),
    singleKeyShortcuts: {
      get: () => read(singlesKey) !== "off",
      set: (on) => write(singlesKey, on ? "on" : "off"),
    },
  };
}

/** Small settings; where the browser keeps nothing, they are as at first. */
function read(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // it then counts until the tab closes
  }
}
