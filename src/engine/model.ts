// An open model: the sessions of one split and the head, and the outputs of the last pre half, kept where they are.
// A run goes from cut to cut, over as many segments of the open split as lie between them.
// B = 1 batch, T positions, D d_model, F d_mlp, V vocabulary.

import type { FileSpec } from "../storage/index.ts";
import { Crossing } from "./crossing.ts";
import { EngineError } from "./errors.ts";
import { decodeFloat16 } from "./float16.ts";
import { applyHook } from "./hooks.ts";
import { attentionBias, headInputs, sentenceInputs } from "./inputs.ts";
import { type Manifest, tensorNames as names, type Segment } from "./manifest.ts";
import type { Memory } from "./memory.ts";
import { endOf, hookedAt, mlpPostOf, type Split, splitsOf, tensorsAt } from "./places.ts";
import type { ExternalFile, Feeds, Runtime, Session } from "./runtime.ts";
import { Switching } from "./switching.ts";
import type { Edit } from "./types.ts";

/** The bytes of one file of a model, verified; they are the reader's, who frees them. */
export type ReadFile = (file: FileSpec, signal?: AbortSignal) => Promise<Uint8Array<ArrayBuffer>>;

/** the outside world of a {@link Model} */
interface ModelPorts {
  runtime: Runtime;
  read: ReadFile;
  /** rejects when one of these files cannot be read any more without being downloaded unasked */
  check: (files: readonly FileSpec[]) => Promise<void>;
  memory: Memory;
}

/** an open split: one session per segment */
interface Opened {
  split: Split;
  sessions: Session[];
}

export class Model {
  readonly manifest: Manifest;
  readonly runtime: Runtime;
  readonly #read: ReadFile;
  readonly #check: ModelPorts["check"];
  readonly #memory: Memory;
  readonly #switching: Switching;
  /** the place behind the last layer */
  readonly end: number;
  #opened: Opened | undefined;
  #head: Session | undefined;
  /** the first stop of the last run, and the tokens it was of */
  #halfway: { crossing: Crossing; key: string } | undefined;
  /** everything that lies between segments, the halfway's and open runs' */
  readonly #crossings = new Set<Crossing>();

  constructor(manifest: Manifest, { runtime, read, check, memory }: ModelPorts) {
    this.manifest = manifest;
    this.end = endOf(manifest.model.layers);
    this.#switching = new Switching(manifest.name, splitsOf(manifest));
    this.runtime = runtime;
    this.#read = read;
    this.#check = check;
    this.#memory = memory;
  }

  /** Open the coarsest split that is cut at a layer, unless what is open is cut there; else as {@link open}. */
  async openLayer(layer: number, signal?: AbortSignal): Promise<void> {
    await this.#openSplit(this.#switching.one(this.#opened?.split, mlpPostOf(layer)), signal);
  }

  /**
   * Open a split that can stop at these places, unless one is open: the coarsest, or when places are asked for in turn
   * one that has them all. Weights come from the store, never the network once they are kept. When they are not, because
   * the model was removed, what is open stays open.
   * @throws EngineError "layer-range" when the model was exported without such a split
   */
  async open(places: readonly number[], signal?: AbortSignal): Promise<void> {
    const cuts = places.filter((place) => place !== this.end);
    await this.#openSplit(this.#switching.several(this.#opened?.split, cuts), signal);
  }

  async #openSplit(split: Split, signal: AbortSignal | undefined): Promise<void> {
    if (this.#opened?.split === split) return;
    const { segments, ends } = split;
    await this.#check([this.manifest.head, ...segments].flatMap((segment) => this.#filesOf(segment)));
    this.#forget();
    for (const crossing of this.#crossings) await crossing.park(this.runtime);
    await this.#closeSplit();
    // a GPU's memory comes back when the last session on it goes, not before; WebAssembly's is used again at once
    if (this.runtime.processor.gpu) await this.#closeHead();
    this.#head ??= await this.#open(this.manifest.head, [], signal);
    const sessions: Session[] = [];
    try {
      for (const [i, segment] of segments.entries())
        sessions.push(await this.#open(segment, this.#tensorsAt(ends[i]!), signal));
    } catch (error) {
      await Promise.allSettled(sessions.map((session) => session.release()));
      throw error;
    }
    this.#opened = { split, sessions };
  }

  /** The place of the first cut of what is open. */
  get firstCut(): number {
    return this.#split().split.ends[0]!;
  }

  /** What the last pre half left; undefined when there is none. */
  get halfway(): Crossing | undefined {
    return this.#halfway?.crossing;
  }

  /**
   * From the tokens to a place where what is open stops; or what the run before left there (the same object) when the
   * tokens and the place are the same. It is the model's: whoever needs it beyond the next call holds it.
   */
  async runPre(inputIds: readonly number[], place: number): Promise<Crossing> {
    const key = inputIds.join(",");
    if (this.#halfway?.key === key && this.#halfway.crossing.place === place) return this.#halfway.crossing;
    this.#forget();
    const feeds = sentenceInputs(this.runtime, inputIds);
    const { ends } = this.#split().split;
    const tensors = await this.#pass(feeds, inputIds.length, 0, ends.indexOf(place));
    const crossing = this.#crossing(place, inputIds.length, tensors);
    this.#halfway = { crossing, key };
    return crossing;
  }

  /**
   * From where a run stands to a later place. The caller releases what it gets.
   * @param activation stands for what the crossing has; [1, T, F] or [1, T, D]
   */
  async runOn(from: Crossing, to: number, activation = from.activation): Promise<Crossing> {
    const { ends } = this.#split().split;
    const [first, last] = [ends.indexOf(from.place) + 1, ends.indexOf(to)];
    const feeds = { ...from.tensors, [from.name]: activation };
    return this.#crossing(to, from.length, await this.#pass(feeds, from.length, first, last));
  }

  /**
   * The head on the last layer's output: logits [N, V] at the asked positions.
   * @param activation stands for the crossing's hidden states; [1, T, D]
   */
  async predict(
    { activation: own }: Crossing,
    positions: readonly number[],
    activation = own,
  ): Promise<Float32Array> {
    const asked = { [names.hidden]: activation, ...headInputs(this.runtime, positions) };
    const { logits } = await this.runtime.run(this.#head!, asked, [names.logits]);
    return logits!.data as Float32Array;
  }

  /** The post half and the head: logits [N, V] at the asked positions. */
  async runPost(halfway: Crossing, positions: readonly number[]): Promise<Float32Array> {
    const end = await this.runOn(halfway, this.end);
    try {
      return await this.predict(end, positions);
    } finally {
      end.release();
    }
  }

  /** Run segments first to last of the open split; the outputs of the last one, the others' are freed. */
  async #pass(inputs: Feeds, length: number, first: number, last: number): Promise<Feeds> {
    const { split, sessions } = this.#split();
    const bias = attentionBias(this.runtime, length);
    let made: Feeds = {};
    for (let i = first; i <= last; i++) {
      const feeds = i === first ? inputs : made;
      try {
        made = await this.runtime.run(sessions[i]!, { ...feeds, ...bias }, this.#tensorsAt(split.ends[i]!));
      } finally {
        if (i > first) for (const tensor of Object.values(feeds)) tensor.dispose();
      }
    }
    return made;
  }

  #crossing(place: number, length: number, tensors: Feeds): Crossing {
    const name = hookedAt(place, this.manifest.model.layers);
    const crossing = new Crossing(place, length, tensors, name, (gone) => this.#crossings.delete(gone));
    this.#crossings.add(crossing);
    return crossing;
  }

  /**
   * Change activations in mlp_post where it lies, do something, and put back what was there: the pre half's outputs
   * stay valid for the next neuron.
   * @param task is given the activations before and after each edit
   */
  async withEdits<T>(
    { activation: mlpPost }: Crossing,
    edits: readonly Edit[],
    task: (activations: { before: number; after: number }[]) => Promise<T>,
  ): Promise<T> {
    const { runtime } = this;
    // element (position, neuron) of [1, T, F]
    const places = edits.map(({ position, neuron }) => position * this.manifest.model.dMlp + neuron);
    const before: number[] = [];
    for (const place of places) before.push(await runtime.readElement(mlpPost, place));
    const activations = edits.map(({ hook }, i) => ({
      before: before[i]!,
      after: applyHook(hook, before[i]!),
    }));
    for (const [i, place] of places.entries()) runtime.writeElement(mlpPost, place, activations[i]!.after);
    try {
      return await task(activations);
    } finally {
      if (!runtime.lost)
        for (const [i, place] of places.entries()) runtime.writeElement(mlpPost, place, before[i]!);
    }
  }

  /** Release everything. After a lost GPU nothing is left to release, so failures are ignored. */
  async close(): Promise<void> {
    this.#forget();
    // open runs end with the model; their tensors must go before the sessions
    for (const crossing of this.#crossings) crossing.dispose();
    await this.#closeSplit();
    await this.#closeHead();
  }

  #tensorsAt(place: number): string[] {
    return tensorsAt(place, this.manifest.model.layers);
  }

  #filesOf({ graph, shards }: Segment): FileSpec[] {
    return [graph, ...shards.flatMap((name) => this.manifest.shards[name]!.chunks)];
  }

  /** A session holds its own copy of the weights, so ours go as soon as it is there. */
  async #open(segment: Segment, keep: string[], signal: AbortSignal | undefined): Promise<Session> {
    const graph = await this.#read(segment.graph, signal);
    const shards: (ExternalFile & { data: Uint8Array<ArrayBuffer> })[] = [];
    try {
      for (const name of segment.shards) shards.push({ path: name, data: await this.#shard(name, signal) });
      signal?.throwIfAborted();
      return await this.runtime.open(graph, shards, { keep });
    } finally {
      for (const { data } of shards) this.#memory.free(data);
      this.#memory.free(graph);
    }
  }

  /**
   * A shard as fp32 bytes, the form the graphs refer to. Chunks are placed one by one, decoded as they come: at no time
   * is there more than the shard and one chunk.
   */
  async #shard(name: string, signal: AbortSignal | undefined): Promise<Uint8Array<ArrayBuffer>> {
    const { byteLength, chunks } = this.manifest.shards[name]!;
    const shard = this.#memory.allocate(byteLength);
    try {
      let offset = 0;
      for (const chunk of chunks) {
        const bytes = await this.#read(chunk, signal);
        offset += this.#place(bytes, shard.subarray(offset));
        this.#memory.free(bytes);
      }
      return shard;
    } catch (error) {
      this.#memory.free(shard);
      throw error;
    }
  }

  /** Write a chunk's weights to the start of `out` as fp32; the bytes written. */
  #place(chunk: Uint8Array<ArrayBuffer>, out: Uint8Array<ArrayBuffer>): number {
    if (this.manifest.encoding === "fp32") {
      out.set(chunk);
      return chunk.byteLength;
    }
    const floats = new Float32Array(out.buffer, out.byteOffset, chunk.byteLength / 2);
    return decodeFloat16(chunk, floats).byteLength;
  }

  async #closeHead(): Promise<void> {
    const open = this.#head;
    this.#head = undefined;
    await open?.release().catch(() => {});
  }

  async #closeSplit(): Promise<void> {
    const open = this.#opened;
    this.#opened = undefined;
    // one that fails must not keep the others
    await Promise.allSettled((open?.sessions ?? []).map((session) => session.release()));
  }

  #forget(): void {
    const last = this.#halfway?.crossing;
    this.#halfway = undefined;
    last?.release();
  }

  #split(): Opened {
    if (!this.#opened) throw new EngineError("not-loaded", "No layer is open.", "Load the model first.");
    return this.#opened;
  }
}
