// The engine itself, without a worker around it: the same code in a page's worker and in Node. The outside world (the
// runtime's module, fetch, the store) comes in through ports.

import {
  type CatalogEntry,
  EngineError,
  type ExperimentSpec,
  roundedText,
  type SweepResult,
  type SweepSpec,
  type Token,
  tensorNames,
  withOwnMask,
} from "../model/index.ts";
import type { WeightStore } from "../storage/index.ts";
import type { BuildHost } from "./build/index.ts";
import { architectureOf, describeToPython } from "./load/describe.ts";
import { Loader } from "./load/loader.ts";
import { readWeight, readWeightRows, type WeightTensor } from "./load/weights.ts";
import type { Ports } from "./ports.ts";
import { checkForward, toExperiment } from "./run/experiment.ts";
import { knownWords } from "./run/likeliest.ts";
import { Lock } from "./run/lock.ts";
import type { Model } from "./run/model.ts";
import { OpenSweep } from "./run/open-sweep.ts";
import { Pass } from "./run/pass.ts";
import { runExperiment } from "./run/run-experiment.ts";
import { checkOpen, Runs } from "./run/runs.ts";
import { stopwatch } from "./run/stopwatch.ts";
import type { Host } from "./sweep/index.ts";
import type {
  ChosenFile,
  Engine,
  ExperimentResult,
  FindOptions,
  Forward,
  ForwardSpec,
  HubModel,
  HubQuestion,
  LoadOptions,
  ModelInfo,
  ModelState,
  OpenOptions,
  SweepOptions,
  Waiting,
} from "./types.ts";
import { type EncodedText, serveBridge } from "./worker/bridge.ts";

export class LocalEngine implements Engine {
  readonly #ports: Ports;
  readonly #lock = new Lock();
  readonly #loader: Loader;
  readonly #runs = new Runs(async (task) => {
    this.#loader.current();
    return this.#lock.run(async () => task(await this.#loader.revive(this.#loader.current(), undefined)));
  });
  /** the one that a notebook's Python has open */
  readonly #sweeps = new OpenSweep(async (name, spec, signal, note) => {
    const host = this.#sweepHost(signal);
    checkOpen(name, host.manifest);
    const { sweepSteps } = await this.#ports.sweep();
    return sweepSteps(spec, host, signal, note);
  });

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#loader = new Loader(ports, this.#lock);
  }

  get model(): string | undefined {
    return this.#loader.loaded?.files.version.manifest.name;
  }

  async state(url: string, options?: { signal?: AbortSignal | undefined }): Promise<ModelState> {
    return this.#loader.state(url, options);
  }

  async load(url: string, options?: LoadOptions): Promise<ModelInfo> {
    return this.#loader.load(url, options);
  }

  async remove(name: string): Promise<number> {
    return this.#loader.remove(name);
  }

  async use(store: WeightStore): Promise<void> {
    return this.#loader.use(store);
  }

  async dispose(): Promise<void> {
    return this.#loader.dispose();
  }

  async find(question: HubQuestion, { signal, onProgress }: FindOptions = {}): Promise<HubModel> {
    const { fetch } = this.#ports;
    const { endpoint, part } = this.#hub();
    const { find } = await part();
    const onRetry = (waiting: Waiting) => onProgress?.({ kind: "asking", waiting });
    return find(question, endpoint, { fetch, patience: this.#loader.patience, signal, onRetry });
  }

  #hub(): NonNullable<Ports["hub"]> {
    const { hub } = this.#ports;
    if (hub) return hub;
    throw new EngineError(
      "checkpoint",
      "This site was built without the Hugging Face Hub.",
      "Download the model's files and choose their folder. Whoever deploys the site allows the Hub by building it with HUB=1 npm run build.",
    );
  }

  async open(from: readonly ChosenFile[] | HubModel, options: OpenOptions): Promise<CatalogEntry> {
    const { fetch, runtime, tokenizer } = this.#ports;
    const { open } = await this.#ports.build();
    const store = (await this.#loader.store()).forTask(options.keep === false);
    const host: BuildHost = {
      store,
      fetch,
      tokenizer,
      hub: async () => (await this.#hub().part()).hubFiles,
      runtime: runtime.files,
      patience: this.#loader.patience,
      memory: this.#loader.memory,
      onCpu: (own, signal, task) =>
        this.#lock.run(async () => {
          await this.#loader.opener.start(own, signal);
          return task(this.#loader.opener.onCpu());
        }),
    };
    return open(from, host, options);
  }

  async tokenize(sentence: string): Promise<Token[]> {
    const { tokenizer } = this.#loader.current();
    return tokenizer.encode(withOwnMask(sentence, tokenizer.special.mask.text));
  }

  async words(): Promise<string[]> {
    const loaded = this.#loader.current();
    return knownWords(loaded.tokenizer, () => this.#loader.loaded === loaded);
  }

  async run(
    spec: ExperimentSpec,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<ExperimentResult> {
    this.#loader.current();
    return this.#lock.run(async () => {
      signal?.throwIfAborted();
      const loaded = this.#loader.current();
      const { tokenizer } = loaded;
      const { manifest } = loaded.files.version;
      const clock = stopwatch();
      const experiment = toExperiment(spec, manifest, tokenizer);
      const tokenize = clock.lap();
      const model = await this.#loader.revive(loaded, signal);
      const outcome = await runExperiment(model, experiment, tokenizer, loaded.untouched, signal);
      const { timing, ...numbers } = outcome;
      return {
        experiment,
        ...numbers,
        provenance: {
          model: manifest.name,
          repo: manifest.source.repo,
          revision: manifest.source.revision,
          encoding: manifest.encoding,
          rounded: roundedText(manifest),
          device: model.runtime.processor.device,
          runtime: model.runtime.version,
          timing: { tokenize, ...timing, total: clock.total() },
          at: new Date().toISOString(),
          architecture: architectureOf(manifest),
        },
      };
    });
  }

  async forward(
    { ids, layer, edits = [], positions = [...ids.keys()] }: ForwardSpec,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<Forward> {
    this.#loader.current();
    return this.#lock.run(async () => {
      signal?.throwIfAborted();
      const loaded = this.#loader.current();
      const { manifest } = loaded.files.version;
      const at = layer ?? manifest.defaultLayer;
      checkForward(ids, at, edits, positions, manifest);
      const model = await this.#loader.revive(loaded, signal);
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
        const { files, tokenizer } = this.#loader.current();
        return describeToPython(files.version.manifest, tokenizer);
      },
      encode: async (model, text) => this.#encode(model, text),
      weights: (model, name) => this.#weights(model, name),
      start: (model, batch, points, read) => this.#runs.start(model, batch, points, read),
      resume: (run, written) => this.#runs.resume(run, written),
      predict: (...what) => this.#runs.predict(...what),
      complete: (...what) => this.#runs.complete(...what),
      drop: (run) => this.#runs.drop(run),
      sweep: (model, spec) => this.#sweeps.start(model, spec),
      sweepOn: (id) => this.#sweeps.next(id),
      sweepEnd: (id) => this.#sweeps.end(id),
    });
  }

  #encode(model: string, text: string): EncodedText {
    const { tokenizer, files } = this.#loader.current();
    checkOpen(model, files.version.manifest);
    const spans = tokenizer.spans(text);
    return {
      numbers: spans.flatMap(({ id, word, start, end }) => [id, word, start, end]),
      texts: spans.map((span) => span.text),
    };
  }

  async #weights(model: string, name: string): Promise<WeightTensor> {
    const { files } = this.#loader.current();
    const { manifest } = files.version;
    checkOpen(model, manifest);
    return readWeight(manifest, name, (file) => files.read(file), this.#loader.memory);
  }

  /** What a sweep of the open model is given. */
  #sweepHost(signal: AbortSignal | undefined): Host {
    const loaded = this.#loader.current();
    const { files, tokenizer } = loaded;
    const { manifest } = files.version;
    const inTurn = <T>(task: () => Promise<T>) => this.#lock.run(task);
    const onModel = <T>(task: (model: Model) => Promise<T>) =>
      inTurn(async () => {
        if (this.#loader.loaded !== loaded)
          throw new EngineError(
            "run-ended",
            `${manifest.name} is not open any more, so its sweep ended before it was done.`,
            "Open the model again and sweep what is missing; what was computed stays.",
          );
        return task(await this.#loader.revive(loaded, signal));
      });
    const weightRows = (name: string, rows: readonly number[]) =>
      readWeightRows(manifest, { name, rows }, (file) => files.read(file, signal), this.#loader.memory);
    const runtime = () => loaded.model.runtime;
    return { manifest, tokenizer, runtime, weightRows, onModel, inTurn };
  }
}
