// A checkpoint from a person's disk, or from the Hub, made into a model that is kept here, file by file: what the exporter does
// in Node, by the same code, so that both make the same bytes. The record is there before the files that it names; what is left
// behind when the tab closes in the middle is unfinished, and goes when the model is opened again, or removed. What has arrived
// from the Hub is kept in the unfinished record as pieces of its files, which the next attempt takes up.

import { buildFiles, finish, keptBytes, readings, type Unfinished } from "../../model/build/index.ts";
import {
  type Checkpoint,
  CheckpointError,
  type CheckpointFiles,
  openCheckpoint,
} from "../../model/checkpoint/index.ts";
import { HubError } from "../../model/hub/index.ts";
import {
  type CatalogEntry,
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
import type { HubFiles, hubFiles, PieceStore } from "../hub/index.ts";
import { ModelFiles } from "../load/files.ts";
import { Shards } from "../load/shards.ts";
import type { Memory } from "../runtime/memory.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { HubModel, OpenOptions } from "../types.ts";
import { blobSource } from "./blob-source.ts";
import { type ChosenFile, checkpointFolder } from "./chosen.ts";
import { goldenInputs, runSteps, selfTestOf } from "./golden.ts";
import { entryOf, madeBefore } from "./made-before.ts";
import { refusedCheckpoint } from "./refused.ts";

/** what making a model is given of the engine */
export interface BuildHost {
  store: OverflowStore;
  fetch: typeof globalThis.fetch;
  patience: Patience;
  memory: Memory;
  /** the runtime's own files, which the self-test needs */
  runtime: readonly FileSpec[];
  tokenizer: (json: string, config: string) => Promise<Tokenizer>;
  /** the files of a model on the Hub */
  hub: () => Promise<typeof hubFiles>;
  /** Do something on the CPU, in turn with what is done with any model. @param files where the runtime's are read */
  onCpu<T>(
    files: ModelFiles,
    signal: AbortSignal | undefined,
    task: (runtime: Runtime) => Promise<T>,
  ): Promise<T>;
}

/** As the engine's method of this name; see there. */
export async function open(
  from: readonly ChosenFile[] | HubModel,
  host: BuildHost,
  options: OpenOptions,
): Promise<CatalogEntry> {
  try {
    const { name, signal, onProgress } = options;
    const { store } = host;
    const onBusy = () => onProgress?.({ kind: "reading", done: 0, total: 0, waiting: { kind: "other-tab" } });
    return await inTurn(`open-${name}`, { store, signal, onBusy }, () => new Build(host, options).run(from));
  } catch (error) {
    throw refusedCheckpoint(error);
  }
}

/** one model being made */
class Build {
  readonly #host: BuildHost;
  readonly #options: OpenOptions;
  /** bytes of the weights' files, and how many of them were hashed */
  #weights = 0;
  #hashed = 0;
  readonly #record: StoredModel;
  /** pieces of files from the Hub, which are in the record while the model is made */
  readonly #pieces = new Map<string, FileSpec>();
  /** the record has been kept */
  #written = false;

  constructor(host: BuildHost, options: OpenOptions) {
    this.#host = host;
    this.#options = options;
    const { name } = options;
    this.#record = {
      name,
      manifest: "",
      url: openedAddress(name),
      files: [...host.runtime],
      verifiedAt: Date.now(),
      unfinished: true,
    };
  }

  async run(from: readonly ChosenFile[] | HubModel): Promise<CatalogEntry> {
    await this.#checkName();
    this.#read(0, 0);
    if (!("commit" in from)) return this.#openAndKeep(this.#chosenFiles(from));
    const { store } = this.#host;
    const made = await madeBefore(from, this.#options, store, (done, total) => this.#read(done, total));
    if (made) return made;
    const hub = await this.#hubFiles(from);
    this.#weights = hub.bytes;
    // what the model takes is known when its header was read, which of some files is after all of it
    await this.#checkRoom(hub.bytes);
    return this.#openAndKeep(hub, hub);
  }

  /** @param hub where the files come from there */
  async #openAndKeep(files: CheckpointFiles, hub?: HubFiles): Promise<CatalogEntry> {
    try {
      const checkpoint = await openCheckpoint(files);
      try {
        return await this.#keep(checkpoint, hub);
      } finally {
        await checkpoint.close();
      }
    } catch (error) {
      // a checkpoint that cannot be used is of no use the next time; what a server refuses today may come tomorrow
      const useless = error instanceof CheckpointError && !(error instanceof HubError);
      await this.#forget(useless).catch(() => {});
      throw error;
    }
  }

  #chosenFiles(chosen: readonly ChosenFile[]): CheckpointFiles {
    const { name: folder, files } = checkpointFolder(chosen);
    const path = folder || this.#options.name;
    return {
      path,
      name: path,
      names: new Set(files.keys()),
      open: async (file) => this.#source(files.get(file)!, `${path}/${file}`),
    };
  }

  async #hubFiles(model: HubModel): Promise<HubFiles> {
    const { hub, fetch, patience, store } = this.#host;
    const { name, signal, onProgress = () => {} } = this.#options;
    const [hubFiles, models] = [await hub(), await store.models()];
    // pieces that an earlier attempt has left, of the same commit
    const prefix = `hub/${model.commit}/`;
    const left = models.find((each) => each.name === name && each.unfinished && isOpened(each.url));
    for (const file of left?.files ?? []) if (file.file.startsWith(prefix)) this.#pieces.set(file.file, file);
    const pieces = this.#pieceStore(prefix);
    return hubFiles(model, { fetch, patience, signal, store: pieces, onProgress });
  }

  #pieceStore(prefix: string): PieceStore {
    const { store } = this.#host;
    const nameOf = (path: string, index: number) => `${prefix}${path}/${index}`;
    return {
      kept: (path) => {
        const own = [...this.#pieces.values()].filter(({ file }) =>
          file.startsWith(nameOf(path, 0).slice(0, -1)),
        );
        return new Map(own.map((piece) => [Number(piece.file.split("/").at(-1)), piece]));
      },
      keep: async (path, index, bytes) => {
        this.#options.signal?.throwIfAborted();
        const file = nameOf(path, index);
        const piece = { file, byteLength: bytes.byteLength, sha256: await sha256(bytes) };
        this.#pieces.set(file, piece);
        await this.#write();
        await store.set(piece.sha256, bytes);
        return piece;
      },
      get: async (piece) => {
        this.#options.signal?.throwIfAborted();
        const bytes = await store.get(piece.sha256);
        return bytes && (await sha256(bytes)) === piece.sha256 ? bytes : undefined;
      },
      drop: async (pieces) => {
        for (const { file } of pieces) this.#pieces.delete(file);
        await this.#write();
      },
    };
  }

  /** Keep the record of what there is so far. */
  async #write(): Promise<void> {
    const { files } = this.#record;
    this.#written = true;
    await this.#host.store.setModel({ ...this.#record, files: [...files, ...this.#pieces.values()] });
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

  async #keep(checkpoint: Checkpoint, hub: HubFiles | undefined): Promise<CatalogEntry> {
    const { signal } = this.#options;
    const words = await this.#words(checkpoint);
    const both = await this.#roomForBoth(checkpoint, hub);
    await this.#write();
    await hub?.download();
    await this.#fetchRuntime();
    if (!both) hub?.readOnce();
    const unfinished = await this.#makeFiles(checkpoint);
    this.#options.onProgress?.({ kind: "preparing", waiting: undefined });
    const text = finish(unfinished, await this.#selfTest(unfinished, words));
    signal?.throwIfAborted();
    const manifest = parseManifest(text);
    await this.#complete(text);
    return entryOf(text, manifest, checkpoint.tokenizer.config);
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

  /**
   * Is there room for the model and for all that it is made of? Only then what has arrived stays until the model is complete.
   * @throws EngineError "storage-full" where there is no room even when it goes as it is read
   */
  async #roomForBoth(checkpoint: Checkpoint, hub: HubFiles | undefined): Promise<boolean> {
    const kept = keptBytes(checkpoint);
    if (!hub) await this.#checkRoom(kept);
    if (!hub) return true;
    const free = await this.#checkRoom(hub.mostAtOnce(readings(checkpoint)));
    return free !== undefined && (await this.#wanted(kept + hub.bytes)) <= free;
  }

  /**
   * @param bytes with all pieces of what comes from the Hub
   * @returns bytes that are free; undefined where nothing is kept, or the browser does not tell
   * @throws EngineError "storage-full" where the browser says that there is no room
   */
  async #checkRoom(bytes: number): Promise<number | undefined> {
    const { name, keep = true } = this.#options;
    const { free } = await space();
    if (!keep || this.#host.store.kind === "memory" || free === undefined) return undefined;
    const wanted = await this.#wanted(bytes);
    if (wanted <= free) return free;
    throw new EngineError(
      "storage-full",
      `The browser lets this site keep ${format.bytes(free)} more, and ${name} needs ${format.bytes(wanted)}.`,
      "Free disk space or remove another model, or open it without keeping it.",
    );
  }

  /** Of so many bytes those that are not here, and what is missing of the runtime. */
  async #wanted(bytes: number): Promise<number> {
    const { store, runtime } = this.#host;
    const keys = await store.keys();
    const pieces = [...this.#pieces.values()].filter((piece) => keys.has(piece.sha256));
    return bytes - sumOf(pieces) + sumOf(runtime.filter((file) => !keys.has(file.sha256)));
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
  async #makeFiles(checkpoint: Checkpoint): Promise<Unfinished> {
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
      this.#record.files.push(value.spec);
      await this.#write();
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
  async #complete(manifest: string): Promise<void> {
    const { store } = this.#host;
    const record = { ...this.#record, manifest };
    // the unfinished record goes only with a complete one of the same manifest
    await store.setModel(record);
    const keys = await store.keys();
    if (record.files.some((file) => !keys.has(file.sha256)))
      throw openAgain(`${record.name} was removed from this device while it was being opened.`);
    await store.setModel({ ...record, unfinished: false });
    if (this.#options.keep === false) await this.#clearBelow();
  }

  /**
   * Of a model that is not kept nothing stays kept, either, that earlier attempts have left. Where another tab is at one of this
   * name, it has its own use for what is there.
   */
  async #clearBelow(): Promise<void> {
    const { store, runtime } = this.#host;
    const { name } = this.#record;
    const busy = new AbortController();
    const turn = { store: store.forTask(false), signal: busy.signal, onBusy: () => busy.abort() };
    await inTurn(`open-${name}`, turn, async () => {
      const others = (await store.models()).filter((each) => each.name !== name || !isOpened(each.url));
      // it may have been kept for the unfinished one alone, and is needed
      const needed = runtime.filter((file) => !others.some(({ files }) => includes(files, file)));
      for (const { sha256 } of needed) {
        const bytes = await store.get(sha256);
        if (bytes) await store.set(sha256, bytes);
      }
      await store.deleteModel(name, openedAddress(name), "unfinished");
    }).catch(() => {});
  }

  /**
   * Remove what was made of a model that came to nothing. One of its name that is complete stays, and what has arrived from
   * the Hub, unless it is of no use.
   */
  async #forget(pieces: boolean): Promise<void> {
    if (!this.#written && !(pieces && this.#pieces.size > 0)) return;
    const { store, runtime } = this.#host;
    const { name } = this.#options;
    if (!pieces && this.#pieces.size > 0) {
      this.#record.files = [...runtime];
      await this.#write();
      return;
    }
    await store.deleteModel(name, openedAddress(name), "unfinished");
  }

  #read(done: number, total: number): void {
    this.#options.onProgress?.({ kind: "reading", done: Math.round(done), total, waiting: undefined });
  }
}

const includes = (files: readonly FileSpec[], { sha256 }: FileSpec): boolean =>
  files.some((file) => file.sha256 === sha256);
