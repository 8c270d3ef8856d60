// What Python calls to work on the model: messages to the engine, over a port that comes with the model. Every answer is
// `{ promise }`, since of a promise itself Pyodide makes a future of its event loop, which costs turns of that loop.

import type { ModelDescription } from "../../engine/index.ts";
import type { Step, WeightTensor } from "../../engine/worker/bridge.ts";
import {
  type BridgeAnswer,
  type BridgeRequest,
  type EncodedText,
  mostRequests,
} from "../../engine/worker/bridge.ts";
import { toPlain } from "../../model/index.ts";
import type { Interrupts } from "./interrupts.ts";

type Method = BridgeRequest["method"];

interface Call {
  resolve: (value: never) => void;
  reject: (error: Error) => void;
}

/** What Python waits for. It never rejects: the event loop would report a rejection once more, as an error of its own. */
interface Answer<T> {
  promise: Promise<T | { failed: string; code: string } | undefined>;
}

/** a Python object, or what is plain already */
type FromPython<T> = T | { toJs(): T };
/** [B][T] */
type Rows = FromPython<number[][]>;

export class BridgeClient {
  readonly #open: (name: string) => Promise<MessagePort>;
  readonly #interrupts: Interrupts;
  readonly #calls = new Map<number, Call>();
  /** calls that wait until others are answered */
  readonly #waiting: (() => void)[] = [];
  #port: MessagePort | undefined;
  #next = 1;
  #model: ModelDescription | undefined;

  /** @param open has the page open a model, and gives a port to the engine */
  constructor(open: (name: string) => Promise<MessagePort>, interrupts: Interrupts) {
    this.#open = open;
    this.#interrupts = interrupts;
  }

  /** the object that Python sees */
  readonly bridge = {
    open: (name: string) => this.#answer(this.#describe(String(name))),
    encode: (model: string, text: string) => this.#answer(this.#opened<EncodedText>("encode", [model, text])),
    weights: (model: string, name: string) =>
      this.#answer(this.#opened<WeightTensor>("weights", [model, name])),
    start: (
      model: string,
      ids: Rows,
      mask: Rows | undefined,
      types: Rows | undefined,
      points: FromPython<string[]>,
      read: FromPython<string[]>,
    ) =>
      this.#step(
        this.#opened("start", [
          model,
          { ids: plain(ids), mask: mask && plain(mask), types: types && plain(types) },
          plain(points),
          plain(read),
        ]),
      ),
    resume: (run: number, written?: Float32Array) => this.#step(this.#send("resume", [run], written)),
    predict: (model: string, hidden: Float32Array) => this.#answer(this.#predict(model, hidden)),
    drop: (run: number) => {
      void this.#call("drop", [run]).catch(() => {});
    },
  };

  async #describe(name: string): Promise<ModelDescription> {
    this.#listen(await this.#open(name));
    this.#model = await this.#call<ModelDescription>("describe", []);
    return this.#model;
  }

  #listen(port: MessagePort): void {
    this.disconnect();
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<BridgeAnswer>) => {
      if ("closed" in data) {
        this.disconnect(data.closed);
        return;
      }
      const call = this.#calls.get(data.id);
      this.#calls.delete(data.id);
      this.#waiting.shift()?.();
      if ("error" in data) call?.reject(new Error(data.error));
      else call?.resolve(data.value as never);
    };
  }

  /** The engine has stopped: what waits for it fails, and it is opened again when it is next needed. */
  disconnect(why = stopped): void {
    this.#port?.close();
    this.#port = undefined;
    for (const { reject } of this.#calls.values()) reject(new Error(why));
    this.#calls.clear();
    for (const go of this.#waiting.splice(0)) go();
  }

  /** Call what no open run is needed for: an engine that has stopped since is given the model again. */
  async #opened<T>(method: Method, args: unknown[]): Promise<T> {
    if (!this.#port && this.#model) await this.#describe(this.#model.name);
    return this.#call<T>(method, args);
  }

  async #call<T>(method: Method, args: unknown[], transfer: Transferable[] = []): Promise<T> {
    while (this.#port && this.#calls.size >= mostRequests / 2)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (!this.#port) throw new Error(this.#model ? stopped : "No model is open. Call from_pretrained first.");
    const id = this.#next++;
    const answer = new Promise<T>((resolve, reject) => {
      this.#calls.set(id, { resolve: resolve as Call["resolve"], reject });
    });
    this.#port.postMessage({ id, method, args }, transfer);
    return answer;
  }

  async #predict(model: string, hidden: Float32Array): Promise<Float32Array> {
    if (!this.#port && this.#model) await this.#describe(this.#model.name);
    return this.#send("predict", [model], hidden);
  }

  /** A call with a tensor's numbers at its end. They are copied once: Python keeps its own. */
  #send<T>(method: Method, args: unknown[], numbers: Float32Array | undefined): Promise<T> {
    const copy = numbers?.slice();
    return this.#call(method, [...args, copy], copy ? [copy.buffer as ArrayBuffer] : []);
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

function plain<T>(value: FromPython<T>): T {
  return typeof value === "object" && value !== null && "toJs" in value ? value.toJs() : (value as T);
}
