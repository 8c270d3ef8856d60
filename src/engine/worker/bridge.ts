// The port by which a notebook's Python reaches the engine: the messages, and the engine's end. Whatever Python's worker
// can be made to send may arrive here, so a message is looked at before anything is done with it.

import { EngineError, type SweepSpec } from "../../model/index.ts";
import { type Answer, Moved, serve, toOneText } from "../../rpc/index.ts";
import type { WeightTensor } from "../load/weights.ts";
import type { AskedTokens } from "../run/asked.ts";
import type { Batch } from "../run/batch.ts";
import type { SweepAbout, SweepStep } from "../run/open-sweep.ts";
import type { Step } from "../run/runs.ts";
import type { ModelDescription } from "../types.ts";
import { Backlog } from "./backlog.ts";
import { readSweepRequest, type SweepRequest } from "./sweep-request.ts";

export type { Batch, Step, SweepAbout, SweepRequest, SweepStep, WeightTensor };

/** the tokens of a text, without those that stand around it */
export interface EncodedText {
  /** four for every token: its id, its word, and the code points from which to before which it stands for */
  numbers: number[];
  /** every token's text: an added token's as it was found, which is not always as it is written */
  texts: string[];
}

/** what the engine's end of a port can do */
export interface StepServer {
  describe(): Promise<ModelDescription>;
  /** @param model the name of the model that is meant, here and below: another one may have been opened since */
  encode(model: string, text: string): Promise<EncodedText>;
  weights(model: string, name: string): Promise<WeightTensor>;
  start(model: string, batch: Batch, points: string[], read: string[]): Promise<Step>;
  resume(run: number, written: Float32Array | undefined): Promise<Step>;
  /** The logits [N, V] of tokens, from what lies at a hook point. @param asked row of the batch and position of each */
  predict(
    model: string,
    batch: Batch,
    at: string,
    states: Float32Array,
    asked: AskedTokens["at"],
  ): Promise<Float32Array>;
  /** What lies at the encoder's end, [B, T, d_model], from what lies at a hook point before it. */
  complete(model: string, batch: Batch, at: string, states: Float32Array): Promise<Completed>;
  drop(run: number): void;
  /** Begin a sweep of a model, and go on with it piece by piece. */
  sweep(model: string, spec: SweepSpec): Promise<SweepStep>;
  sweepOn(sweep: number): Promise<SweepStep>;
  sweepEnd(sweep: number): Promise<void>;
}

/** sentences at the encoder's end, and its hook point */
export interface Completed {
  at: string;
  data: Float32Array;
}

/** a message from the engine's end */
export type BridgeAnswer = Answer;

/** requests that may wait at a port; our own end of it keeps to half of it */
export const mostRequests = 64;

/** characters that are tokenized at a time: a book's page is 3,000 */
const longest = 100_000;
/** points and tokens of a request, far above any model's */
const most = 100_000;

/**
 * Answer the requests that come by this port, one at a time, so that others wait for one of them at most. The port is
 * closed when more wait than {@link mostRequests}.
 */
export function serveBridge(port: MessagePort, server: StepServer): void {
  const backlog = new Backlog(mostRequests);
  const answer = serve(port, (method, args) => perform(server, method, args), toOneText);
  let open = true;
  let last = Promise.resolve();
  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (!open) return;
    if (!backlog.add()) {
      open = false;
      port.postMessage({ closed: flooded } satisfies BridgeAnswer);
      port.close();
      return;
    }
    last = last
      .then(() => (open && isNumbered(data) ? answer(data) : undefined))
      .finally(() => backlog.done());
  };
}

const flooded =
  `More than ${mostRequests} calls waited for the engine, so it closed the connection. ` +
  "Call from_pretrained again, and wait for each answer.";

/** Notifications and aborts are nothing that Python's worker sends. */
function isNumbered(data: unknown): boolean {
  const { id, kind } = (data ?? {}) as { id?: unknown; kind?: unknown };
  return typeof id === "number" && kind !== "abort";
}

async function perform(server: StepServer, method: unknown, [a, b, c, d = [], e]: unknown[]) {
  switch (method) {
    case "describe":
      return server.describe();
    case "encode":
      if (typeof a !== "string") throw malformed("a model's name");
      if (typeof b !== "string" || b.length > longest)
        throw malformed(`a text of at most ${longest} characters`);
      return server.encode(a, b);
    case "weights":
      if (typeof a !== "string") throw malformed("a model's name");
      if (typeof b !== "string") throw malformed("a tensor's name");
      return movedData(await server.weights(a, b));
    case "start":
      if (typeof a !== "string") throw malformed("a model's name");
      if (!isListOf(c, "string") || !isListOf(d, "string")) throw malformed("a list of hook points");
      return movedStep(await server.start(a, readBatch(b), c, d));
    case "resume":
      if (typeof a !== "number") throw malformed("a run's number");
      return movedStep(await server.resume(a, b as Float32Array | undefined));
    case "predict":
    case "complete": {
      if (typeof a !== "string") throw malformed("a model's name");
      if (typeof c !== "string") throw malformed("a hook point");
      if (!(d instanceof Float32Array)) throw malformed("hidden states");
      if (method === "complete") return movedData(await server.complete(a, readBatch(b), c, d));
      if (!isTable(e) || !e.every((place) => place.length === 2)) throw malformed("rows and positions");
      return moved(await server.predict(a, readBatch(b), c, d, e as [number, number][]));
    }
    case "drop":
      if (typeof a === "number") server.drop(a);
      return undefined;
    case "sweep":
      if (typeof a !== "string") throw malformed("a model's name");
      return movedRecords(await server.sweep(a, readSweepRequest(b)));
    case "sweepOn":
      if (typeof a !== "number") throw malformed("a sweep's number");
      return movedRecords(await server.sweepOn(a));
    case "sweepEnd":
      if (typeof a === "number") await server.sweepEnd(a);
      return undefined;
    default:
      throw malformed("a method of the engine");
  }
}

/** @throws EngineError when it is not a batch of at most {@link most} tokens */
function readBatch(value: unknown): Batch {
  const { ids, mask, types } = (value ?? {}) as Partial<Record<keyof Batch, unknown>>;
  if (!isTable(ids)) throw malformed("rows of token ids");
  if (mask !== undefined && !isTable(mask)) throw malformed("an attention mask");
  if (types !== undefined && !isTable(types)) throw malformed("token types");
  return { ids, mask, types };
}

function isTable(value: unknown): value is number[][] {
  if (!Array.isArray(value) || value.length > most) return false;
  return (
    value.every((row) => isListOf(row, "number")) &&
    value.reduce((size, row: number[]) => size + row.length, 0) <= most
  );
}

function isListOf(value: unknown, type: "number"): value is number[];
function isListOf(value: unknown, type: "string"): value is string[];
function isListOf(value: unknown, type: string): boolean {
  return Array.isArray(value) && value.length <= most && value.every((item) => typeof item === type);
}

function malformed(wanted: string): EngineError {
  return new EngineError(
    "runtime",
    `The engine was not given ${wanted}.`,
    "Restart the kernel and run again.",
  );
}

// numbers move instead of being copied
function movedStep(step: Step): Moved<Step> {
  const arrays = [step.data, ...step.seen.map(({ data }) => data)];
  return new Moved(step, ...arrays.map(({ buffer }) => buffer as ArrayBuffer));
}

function movedRecords(step: SweepStep): Moved<SweepStep> {
  return new Moved(step, ...Object.values(step.records).map(({ buffer }) => buffer));
}

function movedData<T extends { data: Float32Array }>(value: T): Moved<T> {
  return new Moved(value, value.data.buffer as ArrayBuffer);
}

function moved(numbers: Float32Array): Moved<Float32Array> {
  return new Moved(numbers, numbers.buffer as ArrayBuffer);
}
