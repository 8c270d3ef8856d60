// A checkpoint from a person's disk, or from the Hub, made into a model that is kept here, file by file: what the exporter does
// in Node, by the same code, so that both make the same bytes. The record is there before the files that it names; what is left
// behind when the tab closes in the middle is unfinished, and goes when the model is opened again, or removed. What has arrived
// from the Hub is kept in the unfinished record as pieces of its files, which the next attempt takes up.

import { type BuiltFile, buildFiles, finish, type Unfinished } from "../../model/build/index.ts";
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
  isOpened,
  openAgain,
  openedAddress,
  openedEntry,
  parseManifest,
} from "../../model/index.ts";
import type { Tokenizer } from "../../model/tokenizer/index.ts";
import { download, type FileSpec, inTurn, type StoredModel, sha256 } from "../../storage/index.ts";
import type { HubFiles } from "../hub/index.ts";
import type { HubModel, OpenOptions } from "../types.ts";
import { blobSource } from "./blob-source.ts";
import { type ChosenFile, checkpointFolder } from "./chosen.ts";
import type { BuildHost } from "./host.ts";
import { madeBefore } from "./made-before.ts";
import { leftBehind, Pieces } from "./pieces.ts";
import { refusedCheckpoint } from "./refused.ts";
import { Room } from "./room.ts";
import { selfTest } from "./self-test.ts";

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
  /** bytes of the weights' files, how many of them were hashed, and of how many the model's files were made */
  #weights = 0;
  #hashed = 0;
  #made = 0;
  /** how often all weights are read */
  #readings = 1;
  readonly #record: StoredModel;
  /** pieces of files from the Hub, which are in the record while the model is made */
  readonly #pieces: Pieces;
  readonly #room: Room;
  /** the record has been kept */
  #written = false;

  constructor(host: BuildHost, options: OpenOptions) {
    this.#host = host;
    this.#options = options;
    const { store } = host;
    this.#room = new Room(host, options, () => this.#pieces.all);
    this.#pieces = new Pieces({ store, signal: options.signal, write: () => this.#write() });
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
    await this.#room.check(hub.bytes);
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
    const hubFiles = await hub();
    const pieces = this.#pieces.of(model.commit, await leftBehind(name, store));
    return hubFiles(model, { fetch, patience, signal, store: pieces, onProgress });
  }

  /** Keep the record of what there is so far. */
  async #write(): Promise<void> {
    const { files } = this.#record;
    this.#written = true;
    await this.#host.store.setModel({ ...this.#record, files: [...files, ...this.#pieces.all] });
  }

  #source(file: Blob, path: string) {
    // all files of the weights are opened before the first of them is hashed
    if (/\.(safetensors|bin)$/.test(path)) this.#weights += file.size;
    const onHashed = (bytes: number) => {
      this.#hashed += bytes;
      this.#report();
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
    const both = await this.#room.forBoth(checkpoint, hub);
    await this.#write();
    await hub?.download();
    await this.#fetchRuntime();
    if (!both) hub?.readOnce();
    const unfinished = await this.#makeFiles(checkpoint);
    this.#options.onProgress?.({ kind: "preparing", waiting: undefined });
    const text = finish(unfinished, await selfTest(unfinished, words, this.#host, signal));
    signal?.throwIfAborted();
    const manifest = parseManifest(text);
    await this.#complete(text);
    const version = await sha256(new TextEncoder().encode(text));
    return openedEntry(manifest, checkpoint.tokenizer.config, version);
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
    this.#readings = checkpoint.hashed ? 2 : 1;
    const onProgress = (done: number, total: number) => {
      this.#made = (this.#weights * done) / total;
      this.#report();
    };
    const files = buildFiles(checkpoint, { name, sha256, overlap: true, onProgress });
    const keep = async ({ spec, bytes }: BuiltFile) => {
      // a file that no record names would go with the next model that is removed
      this.#record.files.push(spec);
      await this.#write();
      await store.set(spec.sha256, bytes);
    };
    // while a file is kept the next one is made
    let keeping: Promise<void> = Promise.resolve();
    try {
      for (;;) {
        const { done, value } = await files.next();
        await keeping;
        signal?.throwIfAborted();
        if (done) return value;
        keeping = keep(value);
        keeping.catch(() => {});
      }
    } finally {
      // when making fails nothing is still being written
      await keeping.catch(() => {});
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
    if (!this.#written && !(pieces && this.#pieces.all.length > 0)) return;
    const { store, runtime } = this.#host;
    const { name } = this.#options;
    if (!pieces && this.#pieces.all.length > 0) {
      this.#record.files = [...runtime];
      await this.#write();
      return;
    }
    await store.deleteModel(name, openedAddress(name), "unfinished");
  }

  #report(): void {
    this.#read(this.#hashed + this.#made, this.#readings * this.#weights);
  }

  #read(done: number, total: number): void {
    this.#options.onProgress?.({ kind: "reading", done: Math.round(done), total, waiting: undefined });
  }
}

const includes = (files: readonly FileSpec[], { sha256 }: FileSpec): boolean =>
  files.some((file) => file.sha256 === sha256);
