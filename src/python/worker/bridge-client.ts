// What Python calls to work on the model: messages to the engine, over a port that comes with the model. Every answer is
// `{ promise }`, since of a promise itself Pyodide makes a future of its event loop, which costs turns of that loop.

import type { ModelDescription } from "../../engine/index.ts";
import { type Batch, mostRequests, type Step, type StepServer } from "../../engine/worker/bridge.ts";
import type { SweepSpec } from "../../model/index.ts";
import { RpcClient, toPlain } from "../../rpc/index.ts";
import type { Interrupts } from "./interrupts.ts";
import { sweepText } from "./sweep-text.ts";

type Method = keyof StepServer;
type Value<M extends Method> = Awaited<ReturnType<StepServer[M]>>;

/** What Python waits for. It never rejects: the event loop would report a rejection once more, as an error of its own. */
interface Answer<T> {
  promise: Promise<T | { failed: string; code: string } | undefined>;
}

/** a Python object, or what is plain already */
type FromPython<T> = T | { toJs(): T };
/** [B][T] */
type Rows = FromPython<number[][]>;

/** sentences, and what lies at the hook point to which they have come */
type Reached = [
  model: string,
  ids: Rows,
  mask: Rows | undefined,
  types: Rows | undefined,
  at: string,
  states: Float32Array,
];

export class BridgeClient {
  readonly #open: (name: string) => Promise<MessagePort>;
  readonly #interrupts: Interrupts;
  /** calls that wait until others are answered */
  readonly #waiting: (() => void)[] = [];
  #port: MessagePort | undefined;
  /** the calls over that port */
  #rpc: RpcClient<StepServer> | undefined;
  #model: ModelDescription | undefined;

  /** @param open has the page open a model, and gives a port to the engine */
  constructor(open: (name: string) => Promise<MessagePort>, interrupts: Interrupts) {
    this.#open = open;
    this.#interrupts = interrupts;
  }

  /** the object that Python sees */
  readonly bridge = {
    open: (name: string) => this.#answer(this.#describe(String(name))),
    encode: (model: string, text: string) => this.#answer(this.#opened("encode", [model, text])),
    weights: (model: string, name: string) => this.#answer(this.#opened("weights", [model, name])),
    start: (
      model: string,
      ids: Rows,
      mask: Rows | undefined,
      types: Rows | undefined,
      points: FromPython<string[]>,
      read: FromPython<string[]>,
    ) => this.#step(this.#opened("start", [model, batchOf(ids, mask, types), plain(points), plain(read)])),
    resume: (run: number, written?: Float32Array) => this.#step(this.#resume(run, written)),
    predict: (...[model, ids, mask, types, at, states, asked]: [...Reached, asked: Rows]) =>
      this.#answer(this.#from("predict", [model, ids, mask, types, at, states], [asked])),
    complete: (...reached: Reached) => this.#answer(this.#from("complete", reached, [])),
    drop: (run: number) => {
      void this.#call("drop", [run]).catch(() => {});
    },
    sweep: (model: string, request: string) =>
      this.#answer(this.#opened("sweep", [model, JSON.parse(request) as SweepSpec])),
    sweepOn: (id: number) => this.#answer(this.#call("sweepOn", [id])),
    sweepEnd: (id: number) => {
      void this.#call("sweepEnd", [id]).catch(() => {});
    },
    sweepText,
  };

  async #describe(name: string): Promise<ModelDescription> {
    this.#listen(await this.#open(name));
    this.#model = await this.#call("describe", []);
    return this.#model;
  }

  async #resume(run: number, written: Float32Array | undefined): Promise<Step> {
    const copy = written?.slice();
    return this.#call("resume", [run, copy], buffersOf(copy));
  }

  /** Call what goes on from where sentences have come to. */
  async #from<M extends "predict" | "complete">(
    method: M,
    [model, ids, mask, types, at, states]: Reached,
    more: Rows[],
  ): Promise<Value<M>> {
    const copy = states?.slice();
    const args = [model, batchOf(ids, mask, types), at, copy, ...more.map(plain)];
    return this.#opened(method, args as Parameters<StepServer[M]>, buffersOf(copy));
  }

  #listen(port: MessagePort): void {
    this.disconnect();
    this.#port = port;
    const rpc = new RpcClient<StepServer>(port, ({ message }) => new Error(message));
    rpc.onClosed = (why) => this.disconnect(why);
    port.onmessage = ({ data }) => rpc.receive(data);
    this.#rpc = rpc;
  }

  /** The engine has stopped: what waits for it fails, and it is opened again when it is next needed. */
  disconnect(why = stopped): void {
    this.#port?.close();
    this.#rpc?.end(new Error(why));
    this.#port = this.#rpc = undefined;
    for (const go of this.#waiting.splice(0)) go();
  }

  /** Call what no open run is needed for: an engine that has stopped since is given the model again. */
  async #opened<M extends Method>(
    method: M,
    args: Parameters<StepServer[M]>,
    transfer?: Transferable[],
  ): Promise<Value<M>> {
    if (!this.#rpc && this.#model) await this.#describe(this.#model.name);
    return this.#call(method, args, transfer);
  }

  async #call<M extends Method>(
    method: M,
    args: Parameters<StepServer[M]>,
    transfer?: Transferable[],
  ): Promise<Value<M>> {
    while (this.#rpc && this.#rpc.pending >= mostRequests / 2)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (!this.#rpc) throw new Error(this.#model ? stopped : "No model is open. Call from_pretrained first.");
    return this.#rpc.call(method, args, { transfer }).finally(() => this.#waiting.shift()?.());
  }

  /** A step's answer; a run whose cell was stopped meanwhile is dropped when it stands. */
  #step(promise: Promise<Step>): Answer<Step> {
    let wanted = true;
    const noted = promise.then((step) => {
      if (step.point !== undefined && !wanted) this.bridge.drop(step.run);
      return step;
    });
    return this.#answer(noted, () => {
      wanted = false;
    });
  }

  #answer<T>(promise: Promise<T>, onStop?: () => void): Answer<T> {
    const failed = (error: unknown) => {
      const { message, code = "" } = toPlain(error);
      return { failed: message, code };
    };
    return { promise: this.#interrupts.orStop(promise, onStop).catch(failed) };
  }
}

const stopped = "The engine stopped. Run the cell again; what was downloaded is kept.";

const batchOf = (ids: Rows, mask: Rows | undefined, types: Rows | undefined): Batch => ({
  ids: plain(ids),
  mask: mask && plain(mask),
  types: types && plain(types),
});

function plain<T>(value: FromPython<T>): T {
  return typeof value === "object" && value !== null && "toJs" in value ? value.toJs() : (value as T);
}

/** A tensor's numbers cross as a copy, which moves: Python keeps its own. */
function buffersOf(copy: Float32Array | undefined): Transferable[] {
  return copy ? [copy.buffer as ArrayBuffer] : [];
}
