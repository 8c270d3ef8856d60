// A checkpoint from a person's disk made into a model that is kept here, file by file: what the exporter does in Node, by
// the same code, so that both make the same bytes. The record is there before the files that it names; what is left behind
// when the tab closes in the middle is unfinished, and goes when the model is opened again, or removed.

import { buildFiles, finish, keptBytes, type Unfinished } from "../../model/build/index.ts";
import { type Checkpoint, CheckpointError, openCheckpoint } from "../../model/checkpoint/index.ts";
import {
  type CatalogEntry,
  catalogEntry,
  EngineError,
  format,
  isOpened,
  openAgain,
  openedAddress,
  parseManifest,
} from "../../model/index.ts";
import type { Tokenizer } from "../../model/tokenizer/index.ts";
import {
  download,
  type FileSpec,
  inTurn,
  type OverflowStore,
  type Patience,
  type StoredModel,
  sha256,
  space,
  sumOf,
} from "../../storage/index.ts";
import { ModelFiles } from "../load/files.ts";
import { Shards } from "../load/shards.ts";
import type { Memory } from "../runtime/memory.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { OpenOptions } from "../types.ts";
import { blobSource } from "./blob-source.ts";
import { type ChosenFile, checkpointFolder } from "./chosen.ts";
import { goldenInputs, runSteps, selfTestOf } from "./golden.ts";

/** what making a model is given of the engine */
export interface BuildHost {
  store: OverflowStore;
  fetch: typeof globalThis.fetch;
  patience: Patience;
  memory: Memory;
  /** the runtime's own files, which the self-test needs */
  runtime: readonly FileSpec[];
  tokenizer: (json: string, config: string) => Promise<Tokenizer>;
  /** Do something on the CPU, in turn with what is done with any model. @param files where the runtime's are read */
  onCpu<T>(
    files: ModelFiles,
    signal: AbortSignal | undefined,
    task: (runtime: Runtime) => Promise<T>,
  ): Promise<T>;
}

/** As the engine's method of this name; see there. */
export async function open(
  chosen: readonly ChosenFile[],
  host: BuildHost,
  options: OpenOptions,
): Promise<CatalogEntry> {
  try {
    const { name, signal, onProgress } = options;
    const { store } = host;
    const onBusy = () => onProgress?.({ kind: "reading", done: 0, total: 0, waiting: { kind: "other-tab" } });
    return await inTurn(`open-${name}`, { store, signal, onBusy }, () =>
      new Build(host, options).run(chosen),
    );
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    throw new EngineError("checkpoint", error.message, error.hint, { cause: error });
  }
}

/** one model being made */
class Build {
  readonly #host: BuildHost;
  readonly #options: OpenOptions;
  /** bytes of the weights' files, and how many of them were hashed */
  #weights = 0;
  #hashed = 0;

  constructor(host: BuildHost, options: OpenOptions) {
    this.#host = host;
    this.#options = options;
  }

  async run(chosen: readonly ChosenFile[]): Promise<CatalogEntry> {
    const { name } = this.#options;
    await this.#checkName();
    const { name: folder, files } = checkpointFolder(chosen);
    const path = folder || name;
    this.#read(0, 0);
    const checkpoint = await openCheckpoint({
      path,
      name: path,
      names: new Set(files.keys()),
      open: async (file) => this.#source(files.get(file)!, `${path}/${file}`),
    });
    try {
      return await this.#keep(checkpoint);
    } finally {
      await checkpoint.close();
    }
  }

  #source(file: Blob, path: string) {
    // all files of the weights are opened before the first of them is hashed
    if (/\.(safetensors|bin)$/.test(path)) this.#weights += file.size;
    const onHashed = (bytes: number) => {
      this.#hashed += bytes;
      this.#read(this.#hashed, 2 * this.#weights);
    };
    return blobSource(file, { path, signal: this.#options.signal, onHashed });
  }

  /** A site's model of this name would be lost with its record. */
  async #checkName(): Promise<void> {
    const { name } = this.#options;
    const models = await this.#host.store.models();
    if (!models.some((model) => model.name === name && !isOpened(model.url))) return;
    throw new EngineError(
      "checkpoint",
      `This site has a model called ${name}, which is kept here.`,
      "Give the one from your disk another name.",
    );
  }

  async #keep(checkpoint: Checkpoint): Promise<CatalogEntry> {
    const { store, runtime } = this.#host;
    const { name, signal } = this.#options;
    const words = await this.#words(checkpoint);
    await this.#checkRoom(checkpoint);
    const record: StoredModel = {
      name,
      manifest: "",
      url: openedAddress(name),
      files: [...runtime],
      verifiedAt: Date.now(),
      unfinished: true,
    };
    try {
      await store.setModel(record);
      await this.#fetchRuntime();
      const unfinished = await this.#makeFiles(checkpoint, record);
      this.#options.onProgress?.({ kind: "preparing", waiting: undefined });
      const text = finish(unfinished, await this.#selfTest(unfinished, words));
      signal?.throwIfAborted();
      const manifest = parseManifest(text);
      await this.#complete({ ...record, manifest: text });
      return catalogEntry(manifest, {
        manifest: record.url,
        mask: (checkpoint.tokenizer.config as { mask_token: string }).mask_token,
        version: await sha256(new TextEncoder().encode(text)),
        practice: false,
      });
    } catch (error) {
      await this.#forget().catch(() => {});
      throw error;
    }
  }

  /** The tokenizer as it will be kept. @throws CheckpointError before anything is written, where it cannot be read */
  async #words({ tokenizer: { json, config } }: Checkpoint): Promise<Tokenizer> {
    try {
      return await this.#host.tokenizer(JSON.stringify(json), JSON.stringify(config));
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      // the error speaks of what the exporter wrote, and says after a colon what is wrong
      const said = error.message.slice(error.message.indexOf(": ") + 2);
      throw new CheckpointError(
        `The tokenizer of this checkpoint cannot be read: ${said}`,
        "Download or save the checkpoint again.",
        { cause: error },
      );
    }
  }

  /** @throws EngineError "storage-full" before anything is written, where the browser says that there is no room */
  async #checkRoom(checkpoint: Checkpoint): Promise<void> {
    const { store, runtime } = this.#host;
    const { name, keep = true } = this.#options;
    const { free } = await space();
    if (!keep || store.kind === "memory" || free === undefined) return;
    const keys = await store.keys();
    const wanted = keptBytes(checkpoint) + sumOf(runtime.filter((file) => !keys.has(file.sha256)));
    if (wanted <= free) return;
    throw new EngineError(
      "storage-full",
      `The browser lets this site keep ${format.bytes(free)} more, and ${name} needs ${format.bytes(wanted)}.`,
      "Free disk space or remove another model, or open it without keeping it.",
    );
  }

  async #fetchRuntime(): Promise<void> {
    const { store, runtime, fetch, patience } = this.#host;
    const { signal, onProgress } = this.#options;
    const keys = await store.keys();
    if (runtime.every((file) => keys.has(file.sha256))) return;
    // their addresses are absolute
    const network = { fetch, base: runtime[0]!.file };
    await download(runtime, {
      network,
      store,
      signal,
      patience,
      name: "onnxruntime",
      onProgress: (progress) => onProgress?.({ kind: "downloading", ...progress }),
    });
  }

  /** All files but the manifest; the record comes to name them. */
  async #makeFiles(checkpoint: Checkpoint, record: StoredModel): Promise<Unfinished> {
    const { store } = this.#host;
    const { name, signal } = this.#options;
    // read for the first time where the checkpoint says of itself which version it is, else for the second
    const onProgress = (done: number, total: number) =>
      this.#read(this.#hashed + (this.#weights * done) / total, this.#hashed + this.#weights);
    const files = buildFiles(checkpoint, { name, sha256, onProgress });
    for (;;) {
      const { done, value } = await files.next();
      signal?.throwIfAborted();
      if (done) return value;
      // a file that no record names would go with the next model that is removed
      record.files.push(value.spec);
      await store.setModel(record);
      await store.set(value.spec.sha256, value.bytes);
    }
  }

  /** What the model says, computed as the exporter does. */
  async #selfTest(unfinished: Unfinished, words: Tokenizer) {
    const { store, fetch, memory, runtime, patience, onCpu } = this.#host;
    const { signal } = this.#options;
    const manifest = { ...unfinished, selfTest: [] };
    const version = { url: openedAddress(manifest.name), text: "", manifest };
    const files = new ModelFiles(version, { fetch, store, memory, runtime, patience });
    const steps = [...manifest.splits.at(-1)!.segments, manifest.head];
    const inputs = goldenInputs(manifest.model, words);
    const shards = new Shards(
      manifest,
      steps.map((step) => step.shards),
      { read: (file) => files.read(file, signal), memory, signal },
    );
    const opened = steps.map(({ graph, shards: names }) => ({
      graph: () => files.read(graph, signal),
      shards: names,
    }));
    try {
      const logits = await onCpu(files, signal, (on) =>
        runSteps(
          on,
          opened,
          (names) => {
            signal?.throwIfAborted();
            shards.keep(names);
            return shards.take(names);
          },
          inputs,
        ),
      );
      return selfTestOf(inputs, logits, manifest, words);
    } finally {
      await shards.close();
    }
  }

  /** The record of a model that is all there. @throws EngineError "not-loaded" when some of it was removed meanwhile */
  async #complete(record: StoredModel): Promise<void> {
    const { store } = this.#host;
    // the unfinished record goes only with a complete one of the same manifest
    await store.setModel(record);
    const keys = await store.keys();
    if (record.files.some((file) => !keys.has(file.sha256)))
      throw openAgain(`${record.name} was removed from this device while it was being opened.`);
    await store.setModel({ ...record, unfinished: false });
  }

  /** Remove what was made of a model that came to nothing. One of its name that is complete stays. */
  async #forget(): Promise<void> {
    const { store } = this.#host;
    const { name } = this.#options;
    const before = (await store.models()).find(
      (model) => model.url === openedAddress(name) && !model.unfinished,
    );
    if (!before) {
      await store.deleteModel(name, openedAddress(name));
      return;
    }
    // an unfinished record of the same manifest takes the place of the one at hand, and goes with the complete one
    await store.setModel({ ...before, unfinished: true });
    await store.setModel(before);
  }

  #read(done: number, total: number): void {
    this.#options.onProgress?.({ kind: "reading", done: Math.round(done), total, waiting: undefined });
  }
}
