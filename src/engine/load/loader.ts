// Keeps one model open: finds its version, downloads what is missing, opens it, opens it anew after a lost GPU, and lets it
// go for another. Who runs something on it asks for it by `current`.

import { EngineError } from "../../model/index.ts";
import type { Tokenizer } from "../../model/tokenizer/index.ts";
import {
  defaultPatience,
  type FileSpec,
  isSameModel,
  type OverflowStore,
  overflowing,
  type Patience,
  type Retry,
  Rising,
  space,
  sumOf,
  type WeightStore,
} from "../../storage/index.ts";
import type { Ports } from "../ports.ts";
import type { Lock } from "../run/lock.ts";
import type { Model } from "../run/model.ts";
import { Recent } from "../run/recent.ts";
import type { Untouched } from "../run/run-experiment.ts";
import { type Memory, memory } from "../runtime/memory.ts";
import type { LoadOptions, ModelInfo, ModelState, Progress } from "../types.ts";
import { describeToPage } from "./describe.ts";
import { ModelFiles } from "./files.ts";
import { Opener, type Wanted } from "./opener.ts";
import { findVersion } from "./version.ts";

/** an open model */
export interface Loaded {
  files: ModelFiles;
  tokenizer: Tokenizer;
  wanted: Wanted;
  model: Model;
  untouched: Untouched;
}

/** sentences whose untouched logits are remembered; 116 KB each for bert-base-cased */
const mostUntouched = 16;

export class Loader {
  readonly memory: Memory;
  readonly patience: Patience;
  readonly opener: Opener;
  readonly #ports: Ports;
  readonly #lock: Lock;
  /** the loads that are under way */
  readonly #loads = new Set<AbortController>();
  #store: Promise<OverflowStore> | undefined;
  #loaded: Loaded | undefined;

  /** @param lock what is done with a model is done under it */
  constructor(ports: Ports, lock: Lock) {
    this.#ports = ports;
    this.#lock = lock;
    this.memory = ports.memory ?? memory;
    this.patience = ports.patience ?? defaultPatience;
    this.opener = new Opener(ports.runtime, this.memory);
  }

  /** the open model, if one is */
  get loaded(): Loaded | undefined {
    return this.#loaded;
  }

  async state(url: string, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<ModelState> {
    // the page asks this unasked, so one attempt will do
    const patience = { ...this.patience, attempts: 1 };
    const { version, store, all } = await this.#files(url, await this.store(), signal, { patience });
    const [keys, models, { free }, spilled] = await Promise.all([
      store.keys(),
      store.models(),
      space(),
      store.spilled(all),
    ]);
    return {
      bytes: sumOf(all),
      kept: sumOf(all.filter((file) => keys.has(file.sha256))),
      store: spilled ? "memory" : store.kind,
      outdated: models.some(
        (each) =>
          !each.unfinished &&
          isSameModel(each, { name: version.manifest.name, url }) &&
          each.manifest !== version.text,
      ),
      free,
    };
  }

  async load(
    url: string,
    { device = "auto", keep = true, signal, onProgress }: LoadOptions = {},
  ): Promise<ModelInfo> {
    signal?.throwIfAborted();
    const stop = new AbortController();
    const abort = () => stop.abort(signal?.reason);
    signal?.addEventListener("abort", abort);
    this.#loads.add(stop);
    try {
      const store = (await this.store()).forTask(!keep);
      return await this.#loadVersion(url, store, device, stop.signal, onProgress);
    } finally {
      this.#loads.delete(stop);
      signal?.removeEventListener("abort", abort);
    }
  }

  async #loadVersion(
    url: string,
    store: OverflowStore,
    device: Wanted,
    signal: AbortSignal,
    onProgress: LoadOptions["onProgress"],
  ): Promise<ModelInfo> {
    const rising = new Rising();
    const report = (progress: Progress) =>
      onProgress?.(progress.kind === "downloading" ? rising.raise(progress) : progress);
    const attempt = async () => {
      // what has to come is known when the manifest is there
      const onRetry = (waiting: Retry) => report({ kind: "downloading", done: 0, total: 0, waiting });
      const files = await this.#files(url, store, signal, { onRetry });
      return this.#load(files, device, signal, report);
    };
    return attempt().catch((error: unknown) => {
      // the server has another version by now: once more, with that one
      if (error instanceof EngineError && error.code === "model-changed") return attempt();
      throw error;
    });
  }

  async remove(name: string): Promise<number> {
    const store = await this.store();
    return store.deleteModel(name);
  }

  async use(store: WeightStore): Promise<void> {
    this.#store = Promise.resolve(overflowing(store));
  }

  async dispose(): Promise<void> {
    for (const load of this.#loads) load.abort(new DOMException("The engine was disposed of.", "AbortError"));
    return this.#lock.run(async () => {
      await this.#loaded?.model.close();
      this.#loaded = undefined;
      this.opener.destroy();
    });
  }

  /** The open model. @throws EngineError "not-loaded" */
  current(): Loaded {
    if (this.#loaded) return this.#loaded;
    throw new EngineError("not-loaded", "No model is loaded.", "Load a model first.");
  }

  /** The open model; after a lost GPU, the same model opened anew. */
  async revive(loaded: Loaded, signal: AbortSignal | undefined): Promise<Model> {
    if (!loaded.model.runtime.lost) return loaded.model;
    await loaded.model.close();
    loaded.model = await this.opener.open(loaded.files, loaded.wanted, signal);
    return loaded.model;
  }

  /** where models are kept */
  store(): Promise<OverflowStore> {
    this.#store ??= this.#ports.store().then(overflowing);
    return this.#store;
  }

  /** The version of a model that is to be opened, and its files. */
  async #files(
    url: string,
    store: OverflowStore,
    signal: AbortSignal | undefined,
    { patience = this.patience, onRetry }: { patience?: Patience; onRetry?: (waiting: Retry) => void },
  ): Promise<ModelFiles> {
    const { fetch, runtime } = this.#ports;
    const version = await findVersion(url, { fetch, store, signal, patience, onRetry });
    return new ModelFiles(version, {
      fetch,
      store,
      memory: this.memory,
      runtime: runtime.files,
      patience,
    });
  }

  /**
   * Download what is missing, runtime included, in one progress, and open it. What is open stays open until all files of
   * the other model are there; where nothing is, opening goes on beside the download, file by file.
   */
  async #load(
    files: ModelFiles,
    wanted: Wanted,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<ModelInfo> {
    const downloaded = files.download(signal, onProgress).then(() => {
      files.onWaiting = (waiting) => onProgress({ kind: "preparing", waiting });
      files.onWaiting(undefined);
    });
    if (this.#loaded) await downloaded;
    const opened = this.#lock.run(() => this.#openFiles(files, wanted, signal, downloaded));
    // when the download fails, opening does too, and that says less
    await Promise.allSettled([downloaded, opened]);
    await downloaded;
    return opened;
  }

  async #openFiles(
    files: ModelFiles,
    wanted: Wanted,
    signal: AbortSignal,
    downloaded: Promise<void>,
  ): Promise<ModelInfo> {
    if (this.#loaded) await downloaded;
    signal.throwIfAborted();
    const tokenizer = await this.#tokenizer(files, signal);
    await this.opener.start(files, signal);
    await this.#loaded?.model.close();
    this.#loaded = undefined;
    const model = await this.opener.open(files, wanted, signal);
    try {
      await downloaded;
      await files.confirm(signal);
      files.onWaiting = undefined;
      this.#loaded = { files, tokenizer, wanted, model, untouched: new Recent(mostUntouched) };
      return await describeToPage(files, tokenizer.special.mask.text, model.runtime.processor.device);
    } catch (error) {
      await model.close();
      throw error;
    }
  }

  async #tokenizer(files: ModelFiles, signal: AbortSignal | undefined): Promise<Tokenizer> {
    const { json, config } = files.version.manifest.tokenizer;
    const read = async (file: FileSpec) => {
      const bytes = await files.read(file, signal);
      const text = new TextDecoder().decode(bytes);
      this.memory.free(bytes);
      return text;
    };
    return this.#ports.tokenizer(await read(json), await read(config));
  }
}
