// Graphs that are opened, used for all rows that need them, and closed again: one layer's weights are open at a time.
// R rows (sentences), T positions, W width of an array.

import type { Segment } from "../../model/graph/index.ts";
import { type Batch, rowsAtOnce, rowsOf } from "../run/batch.ts";
import { joined } from "../run/groups.ts";
import { batchInputs } from "../run/inputs.ts";
import type { Model } from "../run/model.ts";
import type { Feeds, Session } from "../runtime/runtime.ts";

/** arrays by the graphs' names */
export type Arrays = Record<string, Float32Array>;

/** Open a graph, do something with it, and close it. */
export async function withBuilt<T>(
  model: Model,
  segment: Segment,
  signal: AbortSignal | undefined,
  task: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await model.built.open(segment, [], { signal, lean: true });
  try {
    return await task(session);
  } finally {
    await model.built.close(session);
  }
}

/**
 * Run a graph on sentences, as many at a time as the processor takes.
 * @param arrays [R, T, W] each; token ids and attention bias go in besides, where the graph asks for them
 * @returns all outputs, [R, T, W] each
 */
export async function runSentences(
  model: Model,
  session: Session,
  batch: Batch,
  arrays: Arrays,
  signal: AbortSignal | undefined,
): Promise<Arrays> {
  const { runtime, manifest } = model;
  const [rows, length] = [batch.ids.length, batch.ids[0]!.length];
  const atOnce = rowsAtOnce(length, manifest.model, runtime.processor.gpu?.limits);
  const parts: Arrays[] = [];
  for (let first = 0; first < rows; first += atOnce) {
    signal?.throwIfAborted();
    const part = rowsOf(batch, first, atOnce);
    const feeds = batchInputs(runtime, part);
    for (const [name, values] of Object.entries(arrays)) {
      const size = values.length / rows;
      const own = values.subarray(first * size, (first + part.ids.length) * size);
      feeds[name] = runtime.float32(own, [part.ids.length, length, size / length]);
    }
    parts.push(await readOutputs(model, session, feeds));
  }
  return Object.fromEntries(
    session.outputNames.map((name) => [name, joined(parts.map((part) => part[name]!))]),
  );
}

/**
 * Run a graph on single tokens, for which no other token matters.
 * @param arrays [N, W] each
 * @param shape of the arrays: "rows" [N, W], or "sentences" of one token, [N, 1, W]
 */
export function runTokens(
  model: Model,
  session: Session,
  count: number,
  arrays: Arrays,
  shape: "rows" | "sentences" = "rows",
): Promise<Arrays> {
  const feeds: Feeds = {};
  for (const [name, values] of Object.entries(arrays)) {
    const width = values.length / count;
    feeds[name] = model.runtime.float32(values, shape === "rows" ? [count, width] : [count, 1, width]);
  }
  return readOutputs(model, session, feeds);
}

async function readOutputs({ runtime }: Model, session: Session, feeds: Feeds): Promise<Arrays> {
  const answer = await runtime.run(session, feeds, session.outputNames);
  const arrays: Arrays = {};
  for (const [name, tensor] of Object.entries(answer)) arrays[name] = tensor.data as Float32Array;
  return arrays;
}
