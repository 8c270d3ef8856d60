// An open model: the sessions of one split and the head, and the outputs of the last pre half, kept where they are.
// B = 1 batch, T positions, D d_model, F d_mlp, V vocabulary.

import type { FileSpec } from "../storage/index.ts";
import { EngineError } from "./errors.ts";
import { decodeFloat16 } from "./float16.ts";
import { applyHook } from "./hooks.ts";
import { attentionBias, headInputs, sentenceInputs } from "./inputs.ts";
import { findSplit, type Manifest, tensorNames as names, type Segment, type Split } from "./manifest.ts";
import type { Memory } from "./memory.ts";
import type { ExternalFile, Feeds, Runtime, Session, Tensor } from "./runtime.ts";
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

/** what the pre half left for the post half */
export interface Halfway {
  /** normalized_resid_mid [1, T, D] and mlp_post [1, T, F], by their graph names */
  crossing: Feeds;
  /** [1, T, F] */
  mlpPost: Tensor;
  /** number of positions T */
  length: number;
}

export class Model {
  readonly manifest: Manifest;
  readonly runtime: Runtime;
  readonly #read: ReadFile;
  readonly #check: ModelPorts["check"];
  readonly #memory: Memory;
  #split: { layer: number; pre: Session; post: Session } | undefined;
  #head: Session | undefined;
  #halfway: (Halfway & { key: string }) | undefined;

  constructor(manifest: Manifest, { runtime, read, check, memory }: ModelPorts) {
    this.manifest = manifest;
    this.runtime = runtime;
    this.#read = read;
    this.#check = check;
    this.#memory = memory;
  }

  /**
   * Open the coarsest split that is cut at a layer, unless it is open; weights come from the store, never the network
   * once they are kept. When they are not, because the model was removed, the layer that is open
   * stays open.
   */
  async openLayer(layer: number, signal?: AbortSignal): Promise<void> {
    if (this.#split?.layer === layer) return;
    const split = findSplit(this.manifest, [layer]);
    if (!split)
      throw new EngineError("layer-range", `No split is cut at layer ${layer}.`, "Choose another layer.");
    const [first, last] = halves(split);
    await this.#check([this.manifest.head, first, last].flatMap((segment) => this.#filesOf(segment)));
    await this.#closeSplit();
    // a GPU's memory comes back when the last session on it goes, not before; WebAssembly's is used again at once
    if (this.runtime.processor.gpu) await this.#closeHead();
    this.#head ??= await this.#open(this.manifest.head, [], signal);
    const pre = await this.#open(first, [names.mid(layer), names.mlpPost(layer)], signal);
    try {
      this.#split = { layer, pre, post: await this.#open(last, [names.hidden], signal) };
    } catch (error) {
      await pre.release();
      throw error;
    }
  }

  /** What the last pre half left; undefined when there is none. */
  get halfway(): Halfway | undefined {
    return this.#halfway;
  }

  /** The pre half, or its outputs from the run before (the same object) when the tokens and the cut are the same. */
  async runPre(inputIds: readonly number[]): Promise<Halfway> {
    const { layer, pre } = this.#opened();
    const key = inputIds.join(",");
    if (this.#halfway?.key === key) return this.#halfway;
    this.#forget();
    const length = inputIds.length;
    const feeds = sentenceInputs(this.runtime, inputIds);
    const crossing = await this.runtime.run(pre, feeds, [names.mid(layer), names.mlpPost(layer)]);
    this.#halfway = { crossing, mlpPost: crossing[names.mlpPost(layer)]!, length, key };
    return this.#halfway;
  }

  /** The post half and the head: logits [N, V] at the asked positions. */
  async runPost(halfway: Halfway, positions: readonly number[]): Promise<Float32Array> {
    const { post } = this.#opened();
    const into = { ...halfway.crossing, ...attentionBias(this.runtime, halfway.length) };
    const outputs = await this.runtime.run(post, into, [names.hidden]);
    const hidden = outputs[names.hidden]!;
    try {
      const asked = { [names.hidden]: hidden, ...headInputs(this.runtime, positions) };
      const { logits } = await this.runtime.run(this.#head!, asked, [names.logits]);
      return logits!.data as Float32Array;
    } finally {
      hidden.dispose();
    }
  }

  /**
   * Change activations in mlp_post where it lies, do something, and put back what was there: the pre half's outputs
   * stay valid for the next neuron.
   * @param task is given the activations before and after each edit
   */
  async withEdits<T>(
    { mlpPost }: Halfway,
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
    await this.#closeSplit();
    await this.#closeHead();
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
    this.#forget();
    const open = this.#split;
    this.#split = undefined;
    // one that fails must not keep the other
    await Promise.allSettled([open?.pre.release(), open?.post.release()]);
  }

  #forget(): void {
    const crossing = this.#halfway?.crossing;
    this.#halfway = undefined;
    if (crossing) for (const tensor of Object.values(crossing)) tensor.dispose();
  }

  #opened() {
    if (!this.#split) throw new EngineError("not-loaded", "No layer is open.", "Load the model first.");
    return this.#split;
  }
}

function halves(split: Split): [Segment, Segment] {
  const [first, last, ...more] = split.segments;
  if (!first || !last || more.length > 0)
    throw new EngineError(
      "manifest-invalid",
      `The split "${split.name}" has ${split.segments.length} segments where two are needed.`,
      "Export the model again, with this layer among --layers.",
    );
  return [first, last];
}
