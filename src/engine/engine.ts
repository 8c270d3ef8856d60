// The engine itself, without a worker around it: the same code in a page's worker and in Node. The outside world (the
// runtime's module, fetch, the store) comes in through ports.

import { download, type FileSpec, readFiles, type WeightStore } from "../storage/index.ts";
import { type Processor, wasm, webgpu } from "./device.ts";
import { EngineError, isAbort } from "./errors.ts";
import { checkForward, compare, toExperiment } from "./experiment.ts";
import { checkFits } from "./fits.ts";
import { Lock } from "./lock.ts";
import { cutLayers, type Manifest, parseManifest } from "./manifest.ts";
import { Model } from "./model.ts";
import { type Ort, Runtime } from "./runtime.ts";
import { selfTest } from "./selftest.ts";
import type { Tokenizer } from "./tokenizer.ts";
import type {
  Device,
  Engine,
  ExperimentResult,
  ExperimentSpec,
  Forward,
  ForwardSpec,
  LoadOptions,
  ModelInfo,
  ModelState,
  Progress,
  Timing,
  Token,
} from "./types.ts";

/** where ONNX Runtime comes from */
export interface RuntimeSource {
  /** what it needs besides its code; kept and verified like a model's files. Addresses may be absolute. */
  files: FileSpec[];
  /** the module, ready to open sessions; is given the files' bytes */
  load(bytes: Uint8Array<ArrayBuffer>): Promise<Ort>;
}

export interface Ports {
  fetch: typeof globalThis.fetch;
  store: () => Promise<WeightStore>;
  runtime: RuntimeSource;
  tokenizer: (json: object, config: object) => Promise<Tokenizer>;
}

/** a downloaded model: everything but sessions */
interface Loaded {
  manifest: Manifest;
  /** address of the manifest */
  url: string;
  tokenizer: Tokenizer;
  wanted: "auto" | "webgpu" | "wasm";
  model: Model;
}

export class LocalEngine implements Engine {
  readonly #ports: Ports;
  readonly #lock = new Lock();
  #store: Promise<WeightStore> | undefined;
  #ort: Ort | undefined;
  #loaded: Loaded | undefined;
  /** the processor outlives models, and with it the pipelines compiled on it */
  #runtime: Runtime | undefined;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  async state(url: string, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<ModelState> {
    const { manifest } = await this.#manifest(url, signal);
    const store = await this.#openStore();
    const keys = await store.keys();
    const files = this.#files(manifest);
    return {
      bytes: sum(files),
      kept: sum(files.filter((file) => keys.has(file.sha256))),
      store: store.kind,
    };
  }

  async load(url: string, { device = "auto", signal, onProgress }: LoadOptions = {}): Promise<ModelInfo> {
    signal?.throwIfAborted();
    const { manifest, text } = await this.#manifest(url, signal);
    const tokenizer = await this.#download(manifest, text, url, signal, onProgress);
    onProgress?.({ kind: "preparing" });
    return this.#lock.run(async () => {
      signal?.throwIfAborted();
      await this.#loaded?.model.close();
      this.#loaded = undefined;
      const model = await this.#open(manifest, url, device, signal);
      this.#loaded = { manifest, url, tokenizer, wanted: device, model };
      return describe(manifest, model.runtime.processor.device);
    });
  }

  async tokenize(sentence: string): Promise<Token[]> {
    return this.#model().tokenizer.encode(sentence);
  }

  async run(
    spec: ExperimentSpec,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<ExperimentResult> {
    return this.#lock.run(async () => {
      signal?.throwIfAborted();
      const loaded = this.#model();
      const { manifest, tokenizer } = loaded;
      const clock = stopwatch();
      const experiment = toExperiment(spec, manifest, tokenizer);
      const tokenize = clock.lap();
      const model = await this.#revive(loaded, signal);
      await model.openLayer(experiment.layer, signal);
      const open = clock.lap();
      const ids = experiment.tokens.map(({ id }) => id);
      const last = model.halfway;
      const halfway = await model.runPre(ids);
      const preTime = clock.lap();
      // the outputs of the run before were still there: nothing ran
      const pre = halfway === last ? 0 : preTime;
      signal?.throwIfAborted();

      const { position, neuron, hook, candidates } = experiment;
      const before = await model.runPost(halfway, [position]);
      const beforeTime = clock.lap();
      signal?.throwIfAborted();
      const edit = { position, neuron, hook };
      const { after, activation } = await model.withEdits(halfway, [edit], async ([touched]) => ({
        after: await model.runPost(halfway, [position]),
        activation: touched!,
      }));
      const timing: Timing = {
        tokenize,
        open,
        pre,
        before: beforeTime,
        after: clock.lap(),
        total: clock.total(),
      };
      return {
        experiment,
        rows: compare(candidates, before, after),
        activation,
        provenance: {
          model: manifest.name,
          repo: manifest.source.repo,
          revision: manifest.source.revision,
          encoding: manifest.encoding,
          device: model.runtime.processor.device,
          runtime: model.runtime.version,
          timing,
          at: new Date().toISOString(),
        },
      };
    });
  }

  async forward(
    { ids, layer, edits = [], positions = [...ids.keys()] }: ForwardSpec,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<Forward> {
    return this.#lock.run(async () => {
      signal?.throwIfAborted();
      const loaded = this.#model();
      const at = layer ?? loaded.manifest.defaultLayer;
      checkForward(ids, at, edits, positions, loaded.manifest);
      const model = await this.#revive(loaded, signal);
      await model.openLayer(at, signal);
      const halfway = await model.runPre(ids);
      const mlpPost = await model.runtime.read(halfway.mlpPost);
      signal?.throwIfAborted();
      const logits = await model.withEdits(halfway, edits, () => model.runPost(halfway, positions));
      return { logits, mlpPost };
    });
  }

  async remove(name: string): Promise<void> {
    const store = await this.#openStore();
    await store.deleteModel(name);
  }

  async dispose(): Promise<void> {
    return this.#lock.run(async () => {
      await this.#loaded?.model.close();
      this.#loaded = undefined;
      this.#runtime?.destroy();
      this.#runtime = undefined;
    });
  }

  /** The manifest from the network, or as it was kept when the server cannot be reached. */
  async #manifest(
    url: string,
    signal: AbortSignal | undefined,
  ): Promise<{ manifest: Manifest; text: string }> {
    let text: string;
    try {
      text = await this.#fetchManifest(url, signal);
    } catch (error) {
      if (!(error instanceof EngineError && error.code === "network")) throw error;
      const models = await this.#openStore().then((store) => store.models().catch(() => []));
      const kept = models.find((model) => model.url === url);
      if (!kept) throw error;
      text = kept.manifest;
    }
    return { manifest: parseManifest(text, url), text };
  }

  async #fetchManifest(url: string, signal: AbortSignal | undefined): Promise<string> {
    const { fetch } = this.#ports;
    const hint = "Check the address and the connection, then try again.";
    let response: Response;
    try {
      response = await fetch(url, { cache: "no-cache", signal: signal ?? null });
    } catch (cause) {
      if (isAbort(cause)) throw cause;
      throw new EngineError("network", `The server could not be reached for ${url}.`, hint, { cause });
    }
    if (!response.ok)
      throw new EngineError(
        "manifest-missing",
        `There is no model at ${url} (HTTP ${response.status}).`,
        hint,
      );
    return response.text();
  }

  /** Everything that opening a model needs: its own files and the runtime's. */
  #files(manifest: Manifest): FileSpec[] {
    return [...this.#ports.runtime.files, ...allFiles(manifest)];
  }

  /** Fetch what is missing, runtime included, in one progress that never falls; the model's record is written last. */
  async #download(
    manifest: Manifest,
    text: string,
    url: string,
    signal: AbortSignal | undefined,
    onProgress: ((progress: Progress) => void) | undefined,
  ): Promise<Tokenizer> {
    const store = await this.#openStore();
    const ports = { network: { fetch: this.#ports.fetch, base: url }, store, signal };
    const files = this.#files(manifest);
    await download(files, {
      ...ports,
      onProgress: (done, total) => onProgress?.({ kind: "downloading", done, total }),
    });
    await store.setModel({ name: manifest.name, manifest: text, url, files, keptAt: Date.now() });
    this.#ort ??= await this.#ports.runtime.load(await readFiles(this.#ports.runtime.files, ports));
    const { json, config } = manifest.tokenizer;
    const read = async (file: FileSpec) =>
      JSON.parse(new TextDecoder().decode(await readFiles([file], ports))) as object;
    return this.#ports.tokenizer(await read(json), await read(config));
  }

  /** Open on the wanted processor and pass the self-test, or with "auto" fall back to WASM and say why. */
  async #open(
    manifest: Manifest,
    url: string,
    wanted: Loaded["wanted"],
    signal: AbortSignal | undefined,
  ): Promise<Model> {
    if (wanted !== "wasm") {
      try {
        return await this.#openOn("webgpu", webgpu, manifest, url, signal);
      } catch (error) {
        if (isAbort(error) || wanted === "webgpu") throw error;
        const reason = error instanceof EngineError ? error.message : String(error);
        return this.#openOn("wasm", async () => wasm(reason), manifest, url, signal);
      }
    }
    return this.#openOn("wasm", async () => wasm(""), manifest, url, signal);
  }

  async #openOn(
    kind: Device["kind"],
    processor: () => Promise<Processor>,
    manifest: Manifest,
    url: string,
    signal: AbortSignal | undefined,
  ): Promise<Model> {
    if (!this.#ort)
      throw new EngineError("not-loaded", "ONNX Runtime has not been loaded.", "Load the model first.");
    if (kind === "wasm" || this.#runtime?.processor.device.kind !== kind || this.#runtime.lost) {
      if (this.#runtime && !this.#runtime.lost) this.#runtime.destroy();
      this.#runtime = new Runtime(this.#ort, await processor());
    }
    const { gpu, device } = this.#runtime.processor;
    checkFits(manifest, gpu?.limits, device.name);
    const store = await this.#openStore();
    const network = { fetch: this.#ports.fetch, base: url };
    const model = new Model(manifest, this.#runtime, (files, abort) =>
      readFiles(files, { network, store, signal: abort }),
    );
    try {
      await model.openLayer(manifest.defaultLayer, signal);
      await selfTest(model, signal);
      signal?.throwIfAborted();
    } catch (error) {
      await model.close();
      throw error;
    }
    return model;
  }

  /** The open model; after a lost GPU, the same model opened anew. */
  async #revive(loaded: Loaded, signal: AbortSignal | undefined): Promise<Model> {
    if (!loaded.model.runtime.lost) return loaded.model;
    await loaded.model.close();
    loaded.model = await this.#open(loaded.manifest, loaded.url, loaded.wanted, signal);
    return loaded.model;
  }

  #openStore(): Promise<WeightStore> {
    this.#store ??= this.#ports.store();
    return this.#store;
  }

  #model(): Loaded {
    if (this.#loaded) return this.#loaded;
    throw new EngineError("not-loaded", "No model is loaded.", "Load a model first.");
  }
}

/** Every file of a model: weights, all graphs, tokenizer. */
export function allFiles(manifest: Manifest): FileSpec[] {
  const { tokenizer, head, splits, shards } = manifest;
  const graphs = [head, ...splits.flatMap((split) => split.segments)].map((segment) => segment.graph);
  const chunks = Object.values(shards).flatMap((shard) => shard.chunks);
  const files = [tokenizer.json, tokenizer.config, ...graphs, ...chunks];
  return [...new Map(files.map((file) => [file.sha256, file])).values()];
}

const sum = (files: readonly FileSpec[]) => files.reduce((total, file) => total + file.byteLength, 0);

function describe(manifest: Manifest, device: Device): ModelInfo {
  const { name, title, source, licence, encoding, model, defaultLayer } = manifest;
  const { layers, dModel, dMlp, positions, vocabulary } = model;
  const cuts = cutLayers(manifest);
  return {
    name,
    title,
    ...source,
    licence,
    encoding,
    layers,
    dModel,
    dMlp,
    positions,
    vocabulary,
    cuts,
    defaultLayer,
    device,
  };
}

/** Milliseconds since the last lap, and in all. */
function stopwatch() {
  const start = performance.now();
  let last = start;
  return {
    lap(): number {
      const from = last;
      last = performance.now();
      return last - from;
    },
    total: () => performance.now() - start,
  };
}
