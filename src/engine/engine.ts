// The engine itself, without a worker around it: the same code in a page's worker and in Node. The outside world (the
// runtime's module, fetch, the store) comes in through ports.

import {
  type CatalogEntry,
  EngineError,
  type ExperimentSpec,
  type SweepResult,
  type SweepSpec,
  type Token,
  tensorNames,
} from "../model/index.ts";
import type { Tokenizer } from "../model/tokenizer/index.ts";
import {
  defaultPatience,
  type FileSpec,
  type OverflowStore,
  overflowing,
  type Patience,
  type Retry,
  Rising,
  space,
  sumOf,
  type WeightStore,
} from "../storage/index.ts";
import type { BuildHost } from "./build/index.ts";
import { describeToPage, describeToPython } from "./load/describe.ts";
import { ModelFiles } from "./load/files.ts";
import { Opener, type Wanted } from "./load/opener.ts";
import { findVersion } from "./load/version.ts";
import { readWeight, readWeightRows, type WeightTensor } from "./load/weights.ts";
import type { Ports } from "./ports.ts";
import { checkForward, toExperiment } from "./run/experiment.ts";
import { Lock } from "./run/lock.ts";
import type { Model } from "./run/model.ts";
import { OpenSweep } from "./run/open-sweep.ts";
import { Pass } from "./run/pass.ts";
import { Recent } from "./run/recent.ts";
import { runExperiment, type Untouched } from "./run/run-experiment.ts";
import { checkOpen, Runs } from "./run/runs.ts";
import { stopwatch } from "./run/stopwatch.ts";
import { type Memory, memory } from "./runtime/memory.ts";
import type { Host } from "./sweep/index.ts";
import type {
  ChosenFile,
  Engine,
  ExperimentResult,
  Forward,
  ForwardSpec,
  LoadOptions,
  ModelInfo,
  ModelState,
  OpenOptions,
  Progress,
  SweepOptions,
} from "./types.ts";
import { type EncodedText, serveBridge } from "./worker/bridge.ts";

/** an open model */
interface Loaded {
  files: ModelFiles;
  tokenizer: Tokenizer;
  wanted: Wanted;
  model: Model;
  untouched: Untouched;
}

/** sentences whose untouched logits are remembered; 116 KB each for bert-base-cased */
const mostUntouched = 16;

export class LocalEngine implements Engine {
  readonly #ports: Ports;
  readonly #memory: Memory;
  readonly #patience: Patience;
  readonly #lock = new Lock();
  readonly #runs = new Runs(async (task) => {
    this.#model();
    return this.#lock.run(async () => task(await this.#revive(this.#model(), undefined)));
  });
  /** the one that a notebook's Python has open */
  readonly #sweeps = new OpenSweep(async (name, spec, signal, note) => {
    const host = this.#sweepHost(signal);
    checkOpen(name, host.manifest);
    const { sweepSteps } = await this.#ports.sweep();
    return sweepSteps(spec, host, signal, note);
  });
  /** the loads that are under way */
  readonly #loads = new Set<AbortController>();
  #store: Promise<OverflowStore> | undefined;
  #loaded: Loaded | undefined;
  readonly #opener: Opener;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#memory = ports.memory ?? memory;
    this.#opener = new Opener(ports.runtime, this.#memory);
    this.#patience = ports.patience ?? defaultPatience;
  }

  get model(): string | undefined {
    return this.#loaded?.files.version.manifest.name;
  }

  async state(url: string, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<ModelState> {
    // the page asks this unasked, so one attempt will do
    const patience = { ...this.#patience, attempts: 1 };
    const { version, store, all } = await this.#files(url, signal, { patience });
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
        ({ name, manifest, unfinished }) =>
          !unfinished && name === version.manifest.name && manifest !== version.text,
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
      (await this.#openStore()).memoryOnly = !keep;
      return await this.#loadVersion(url, device, stop.signal, onProgress);
    } finally {
      this.#loads.delete(stop);
      signal?.removeEventListener("abort", abort);
    }
  }

  async #loadVersion(
    url: string,
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
      const files = await this.#files(url, signal, { onRetry });
      return this.#load(files, device, signal, report);
    };
    return attempt().catch((error: unknown) => {
      // the server has another version by now: once more, with that one
      if (error instanceof EngineError && error.code === "model-changed") return attempt();
      throw error;
    });
  }

  async open(files: readonly ChosenFile[], options: OpenOptions): Promise<CatalogEntry> {
    const { fetch, runtime, tokenizer } = this.#ports;
    const { open } = await this.#ports.build();
    const store = await this.#openStore();
    store.memoryOnly = options.keep === false;
    const host: BuildHost = {
      store,
      fetch,
      tokenizer,
      runtime: runtime.files,
      patience: this.#patience,
      memory: this.#memory,
      onCpu: (own, signal, task) =>
        this.#lock.run(async () => {
          await this.#opener.start(own, signal);
          return task(this.#opener.onCpu());
        }),
    };
    return open(files, host, options);
  }

  async tokenize(sentence: string): Promise<Token[]> {
    return this.#model().tokenizer.encode(sentence);
  }

  async run(
    spec: ExperimentSpec,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<ExperimentResult> {
    this.#model();
    return this.#lock.run(async () => {
      signal?.throwIfAborted();
      const loaded = this.#model();
      const { tokenizer } = loaded;
      const { manifest } = loaded.files.version;
      const clock = stopwatch();
      const experiment = toExperiment(spec, manifest, tokenizer);
      const tokenize = clock.lap();
      const model = await this.#revive(loaded, signal);
      const { rows, activations, timing } = await runExperiment(model, experiment, loaded.untouched, signal);
      return {
        experiment,
        rows,
        activations,
        provenance: {
          model: manifest.name,
          repo: manifest.source.repo,
          revision: manifest.source.revision,
          encoding: manifest.encoding,
          device: model.runtime.processor.device,
          runtime: model.runtime.version,
          timing: { tokenize, ...timing, total: clock.total() },
          at: new Date().toISOString(),
        },
      };
    });
  }

  async forward(
    { ids, layer, edits = [], positions = [...ids.keys()] }: ForwardSpec,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<Forward> {
    this.#model();
    return this.#lock.run(async () => {
      signal?.throwIfAborted();
      const loaded = this.#model();
      const { manifest } = loaded.files.version;
      const at = layer ?? manifest.defaultLayer;
      checkForward(ids, at, edits, positions, manifest);
      const model = await this.#revive(loaded, signal);
      const point = tensorNames.mlpPost(at);
      const pass = await Pass.start(model, { ids: [ids] }, [point], signal);
      try {
        const mlpPost = await pass.read();
        await pass.edit(
          edits.map(({ position, neuron, hook }) => ({
            point,
            positions: [position],
            indexes: [neuron],
            operation: hook,
          })),
        );
        const logits = await pass.finish({ at: positions.map((position) => [0, position] as const) }, signal);
        return { logits, mlpPost };
      } finally {
        pass.release();
      }
    });
  }

  async sweep(spec: SweepSpec, options: SweepOptions = {}): Promise<SweepResult> {
    const host = this.#sweepHost(options.signal);
    const { sweep } = await this.#ports.sweep();
    return sweep(spec, host, options);
  }

  async connect(port: MessagePort): Promise<void> {
    serveBridge(port, {
      describe: async () => {
        const { files, tokenizer } = this.#model();
        return describeToPython(files.version.manifest, tokenizer);
      },
      encode: async (model, text) => this.#encode(model, text),
      weights: (model, name) => this.#weights(model, name),
      start: (model, batch, points, read) => this.#runs.start(model, batch, points, read),
      resume: (run, written) => this.#runs.resume(run, written),
      predict: (model, hidden) => this.#runs.predict(model, hidden),
      drop: (run) => this.#runs.drop(run),
      sweep: (model, spec) => this.#sweeps.start(model, spec),
      sweepOn: (id) => this.#sweeps.next(id),
      sweepEnd: (id) => this.#sweeps.end(id),
    });
  }

  async remove(name: string): Promise<number> {
    const store = await this.#openStore();
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
      this.#opener.destroy();
    });
  }

  /** The version of a model that is to be opened, and its files. */
  async #files(
    url: string,
    signal: AbortSignal | undefined,
    { patience = this.#patience, onRetry }: { patience?: Patience; onRetry?: (waiting: Retry) => void },
  ): Promise<ModelFiles> {
    const { fetch, runtime } = this.#ports;
    const store = await this.#openStore();
    const version = await findVersion(url, { fetch, store, signal, patience, onRetry });
    return new ModelFiles(version, {
      fetch,
      store,
      memory: this.#memory,
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
    await this.#opener.start(files, signal);
    await this.#loaded?.model.close();
    this.#loaded = undefined;
    const model = await this.#opener.open(files, wanted, signal);
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
      this.#memory.free(bytes);
      return text;
    };
    return this.#ports.tokenizer(await read(json), await read(config));
  }

  /** The open model; after a lost GPU, the same model opened anew. */
  async #revive(loaded: Loaded, signal: AbortSignal | undefined): Promise<Model> {
    if (!loaded.model.runtime.lost) return loaded.model;
    await loaded.model.close();
    loaded.model = await this.#opener.open(loaded.files, loaded.wanted, signal);
    return loaded.model;
  }

  #encode(model: string, text: string): EncodedText {
    const { tokenizer, files } = this.#model();
    checkOpen(model, files.version.manifest);
    const spans = tokenizer.spans(text);
    return {
      numbers: spans.flatMap(({ id, word, start, end }) => [id, word, start, end]),
      texts: spans.map((span) => span.text),
    };
  }

  async #weights(model: string, name: string): Promise<WeightTensor> {
    const { files } = this.#model();
    const { manifest } = files.version;
    checkOpen(model, manifest);
    return readWeight(manifest, name, (file) => files.read(file), this.#memory);
  }

  /** What a sweep of the open model is given. */
  #sweepHost(signal: AbortSignal | undefined): Host {
    const loaded = this.#model();
    const { files, tokenizer } = loaded;
    const { manifest } = files.version;
    const inTurn = <T>(task: () => Promise<T>) => this.#lock.run(task);
    const onModel = <T>(task: (model: Model) => Promise<T>) =>
      inTurn(async () => {
        if (this.#loaded !== loaded)
          throw new EngineError(
            "run-ended",
            `${manifest.name} is not open any more, so its sweep ended before it was done.`,
            "Open the model again and sweep what is missing; what was computed stays.",
          );
        return task(await this.#revive(loaded, signal));
      });
    const weightRows = (name: string, rows: readonly number[]) =>
      readWeightRows(manifest, { name, rows }, (file) => files.read(file, signal), this.#memory);
    const runtime = () => loaded.model.runtime;
    return { manifest, tokenizer, runtime, weightRows, onModel, inTurn };
  }

  #openStore(): Promise<OverflowStore> {
    this.#store ??= this.#ports.store().then(overflowing);
    return this.#store;
  }

  #model(): Loaded {
    if (this.#loaded) return this.#loaded;
    throw new EngineError("not-loaded", "No model is loaded.", "Load a model first.");
  }
}
