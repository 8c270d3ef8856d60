// An open model: the sessions of one split and the head, and what stands at the first stop of the last pass, kept where it
// lies. A pass goes from cut to cut, over as many segments of the open split as lie between them.
// B sentences, T positions, D d_model, F d_mlp, W width of a hook point, V vocabulary, N asked rows, K candidates.

import {
  canStop,
  EngineError,
  findSplit,
  type HookPoint,
  hooked,
  hookPointsOf,
  type Manifest,
  tensorNames as names,
  type Segment,
  type Split,
} from "../../model/index.ts";
import type { FileSpec } from "../../storage/index.ts";
import type { ReadFile } from "../load/read-file.ts";
import { Shards } from "../load/shards.ts";
import type { Memory } from "../runtime/memory.ts";
import type { Feeds, Runtime, Session, Tensor } from "../runtime/runtime.ts";
import { BuiltSessions } from "./built-sessions.ts";
import { Crossing } from "./crossing.ts";
import { runHead } from "./head.ts";

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
  /** where passes that end with asked tokens go on to them */
  tail: { from: HookPoint; session: Session } | undefined;
}

export class Model {
  readonly manifest: Manifest;
  readonly runtime: Runtime;
  readonly #read: ReadFile;
  readonly #check: ModelPorts["check"];
  readonly #memory: Memory;
  /** all hook points of its family, in order; the last one is the encoder's end */
  readonly points: readonly HookPoint[];
  #opened: Opened | undefined;
  #head: Session | undefined;
  /** what stands at the first stop of the last pass, and of which tokens it is */
  #kept: { key: string; stop: string; crossings: Crossing[] } | undefined;
  /** everything that lies between segments, kept or held by open passes */
  readonly #crossings = new Set<Crossing>();
  /** sessions on graphs that were built here, over its weights */
  readonly built: BuiltSessions;

  constructor(manifest: Manifest, { runtime, read, check, memory }: ModelPorts) {
    this.manifest = manifest;
    this.points = hookPointsOf(manifest.model);
    this.runtime = runtime;
    this.#read = read;
    this.#check = check;
    this.#memory = memory;
    this.built = new BuiltSessions({ manifest, runtime, read, check, memory });
  }

  /**
   * Open a split that can stop at these hook points, unless one is open. Weights come from the store, never the network
   * once they are kept. When they are not, because the model was removed, what is open stays open.
   * @throws EngineError "layer-range" when the model was exported without such a split
   */
  async open(stops: readonly string[], signal?: AbortSignal): Promise<void> {
    if (this.#opened && canStop(this.#opened.split.ends, stops)) return;
    await this.#openSplit(findSplit(this.manifest, stops), signal);
  }

  async #openSplit(split: Split, signal: AbortSignal | undefined): Promise<void> {
    const { segments, ends, tail } = split;
    const all = [this.manifest.head, ...segments, ...(tail ? [tail.segment] : [])];
    await this.#check(all.flatMap((segment) => this.#filesOf(segment)));
    this.#forget();
    for (const crossing of this.#crossings) await crossing.park(this.runtime);
    await this.#closeSplit();
    // a GPU's memory comes back when the last session on it goes, not before; WebAssembly's is used again at once
    if (this.runtime.processor.gpu) await this.#closeHead();
    // the head reads the embeddings too, as the first segment does
    const [first, ...rest] = segments.map((segment, i) => ({ segment, keep: ends[i]!.tensors }));
    const order = [first!, ...(this.#head ? [] : [{ segment: this.manifest.head, keep: [] }]), ...rest];
    if (tail) order.push({ segment: tail.segment, keep: [names.hidden] });
    const shards = new Shards(
      this.manifest,
      order.map(({ segment }) => segment.shards),
      { read: this.#read, memory: this.#memory, signal },
    );
    const sessions: Session[] = [];
    try {
      for (const { segment, keep } of order) {
        const session = await this.#open(segment, keep, shards, signal);
        if (segment === this.manifest.head) this.#head = session;
        else sessions.push(session);
      }
    } catch (error) {
      await Promise.allSettled(sessions.map((session) => session.release()));
      throw error;
    } finally {
      await shards.close();
    }
    this.#opened = {
      split,
      sessions: sessions.slice(0, segments.length),
      tail: tail && { from: tail.from, session: sessions.at(-1)! },
    };
  }

  /**
   * Run sentences from their tokens to a hook point.
   * @param to a point at which {@link open} said the split stops; the caller releases what it gets
   */
  async runFrom(inputs: Feeds, to: HookPoint): Promise<Crossing> {
    return this.#crossing(to, await this.#pass(inputs, inputs, 0, this.#endAt(to)));
  }

  /**
   * Run sentences on from where they stand to a later hook point. The caller releases what it gets.
   * @param inputs the sentences' own, whose attention bias every layer reads
   * @param activation stands for what the crossing has; [B, T, W]
   */
  async runOn(inputs: Feeds, from: Crossing, to: HookPoint, activation = from.activation): Promise<Crossing> {
    const feeds = { ...from.tensors, [hooked(from.point)]: activation };
    const [first, last] = [this.#endAt(from.point) + 1, this.#endAt(to)];
    return this.#crossing(to, await this.#pass(inputs, feeds, first, last));
  }

  /** The first hook point of the open split of this kind from so many layers on, the encoder's end not counted. */
  nextStop(kind: string, layer: number): HookPoint | undefined {
    return this.#split().split.ends.find(
      (point) => point.kind === kind && point.layer >= layer && point.name !== this.points.at(-1)!.name,
    );
  }

  /** Let sentences that were run elsewhere stand at a hook point; {@link runOn} goes on. The caller releases it. */
  standAt(point: HookPoint, tensors: Feeds): Crossing {
    return this.#crossing(point, tensors);
  }

  /** the hook point from which {@link runAsked} goes on; undefined in models exported without that way */
  get tailFrom(): HookPoint | undefined {
    return this.#split().tail?.from;
  }

  /** Whether a pass with these stops, names of hook points, can end that way: none of them lies behind its beginning. */
  endsByTail(stops: readonly string[]): boolean {
    const placeOf = (name: string) => this.points.findIndex((point) => point.name === name);
    const { tailFrom } = this;
    return tailFrom !== undefined && stops.every((stop) => placeOf(stop) <= placeOf(tailFrom.name));
  }

  /**
   * Run sentences on from {@link tailFrom} to the hidden states of asked tokens, the last layer at those only.
   * @param asked inputs that say which, A for each sentence
   * @param activation stands for what the crossing has; [B, T, W]
   * @returns [B, A, D], the caller's
   */
  async runAsked(inputs: Feeds, asked: Feeds, from: Crossing, activation = from.activation): Promise<Tensor> {
    const feeds = { ...inputs, ...asked, ...from.tensors, [hooked(from.point)]: activation };
    const answer = await this.runtime.run(this.#split().tail!.session, feeds, [names.hidden]);
    return answer[names.hidden]!;
  }

  /**
   * The head on hidden states.
   * @param hidden [B, T, D]
   * @param rows of [B * T] that are asked for
   * @param candidateIds undefined: logits [N, V]; else log-probabilities of these K ids, [N, K]
   */
  async predict(
    hidden: Tensor,
    rows: readonly number[],
    candidateIds?: readonly number[],
  ): Promise<Float32Array> {
    return runHead(this, this.#head!, hidden, rows, candidateIds);
  }

  /**
   * What lies at the first stop of a batch, and stays there for the next pass over the same tokens: the very same
   * crossings, when tokens and stop are those of the call before. They are the model's: whoever needs them longer holds them.
   * @param key tells the tokens and how they are split into rows that run at once
   */
  async firstHalf(
    key: string,
    stop: HookPoint,
    run: () => Promise<Crossing[]>,
  ): Promise<{ crossings: Crossing[]; reused: boolean }> {
    const kept = this.#kept;
    if (kept?.key === key && kept.stop === stop.name) return { crossings: kept.crossings, reused: true };
    this.#forget();
    const crossings = await run();
    this.#kept = { key, stop: stop.name, crossings };
    return { crossings, reused: false };
  }

  /** Run segments first to last of the open split; the outputs of the last one, the others' are freed. */
  async #pass(inputs: Feeds, from: Feeds, first: number, last: number): Promise<Feeds> {
    const { split, sessions } = this.#split();
    let feeds = from;
    for (let i = first; i <= last; i++) {
      const made = feeds;
      try {
        feeds = await this.runtime.run(sessions[i]!, { ...inputs, ...made }, split.ends[i]!.tensors);
      } finally {
        if (i > first) for (const tensor of Object.values(made)) tensor.dispose();
      }
    }
    return feeds;
  }

  /** which segment of the open split ends at a point */
  #endAt({ name }: HookPoint): number {
    return this.#split().split.ends.findIndex((point) => point.name === name);
  }

  #crossing(point: HookPoint, tensors: Feeds): Crossing {
    const crossing = new Crossing(point, tensors, (gone) => this.#crossings.delete(gone));
    this.#crossings.add(crossing);
    return crossing;
  }

  /** Release everything. After a lost GPU nothing is left to release, so failures are ignored. */
  async close(): Promise<void> {
    this.#forget();
    // open runs end with the model; their tensors must go before the sessions
    for (const crossing of this.#crossings) crossing.dispose();
    await this.built.closeAll();
    await this.#closeSplit();
    await this.#closeHead();
  }

  #filesOf({ graph, shards }: Segment): FileSpec[] {
    return [graph, ...shards.flatMap((name) => this.manifest.shards[name]!.chunks)];
  }

  /** @param keep names of outputs that stay on the GPU */
  async #open(
    segment: Segment,
    keep: readonly string[],
    shards: Shards,
    signal: AbortSignal | undefined,
  ): Promise<Session> {
    shards.keep(segment.shards);
    const graph = await this.#read(segment.graph, signal);
    try {
      const files = await shards.take(segment.shards);
      signal?.throwIfAborted();
      return await this.runtime.open(graph, files, { keep });
    } finally {
      this.#memory.free(graph);
    }
  }

  async #closeHead(): Promise<void> {
    const open = this.#head;
    this.#head = undefined;
    await open?.release().catch(() => {});
  }

  async #closeSplit(): Promise<void> {
    const open = this.#opened;
    this.#opened = undefined;
    const sessions = [...(open?.sessions ?? []), ...(open?.tail ? [open.tail.session] : [])];
    // one that fails must not keep the others
    await Promise.allSettled(sessions.map((session) => session.release()));
  }

  #forget(): void {
    const last = this.#kept?.crossings ?? [];
    this.#kept = undefined;
    for (const crossing of last) crossing.release();
  }

  #split(): Opened {
    if (!this.#opened) throw new EngineError("not-loaded", "No layer is open.", "Load the model first.");
    return this.#opened;
  }
}
