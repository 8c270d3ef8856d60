// Sweeps over Python's port: the very numbers of the engine's own, piece by piece, and what a stranger may not ask.

import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { Engine } from "../../../src/engine/index.ts";
import { createNodeEngine, manifestUrl } from "../../../src/engine/node.ts";
import type { SweepColumns, SweepStep } from "../../../src/engine/run/open-sweep.ts";
import { csvOf, rowsOf } from "../../../src/model/sweep/index.ts";
import { BridgeClient } from "../../../src/python/worker/bridge-client.ts";
import { Interrupts } from "../../../src/python/worker/interrupts.ts";
import { practice } from "../../helpers/fixtures.ts";

let engine: Engine;
let client: BridgeClient;
const sentence = "Raymond is selling [MASK] sketches.";
const whole = { sentence, metric: "probability:these", operation: "suppress", method: "exact", layers: [11] };

beforeAll(async () => {
  const folder = join(inject("models"), practice);
  engine = createNodeEngine(folder);
  await engine.load(manifestUrl(folder), { device: "wasm" });
  client = new BridgeClient(async () => {
    const { port1, port2 } = new MessageChannel();
    await engine.connect(port2);
    return port1;
  }, new Interrupts());
  await client.bridge.open(practice).promise;
});
afterAll(async () => {
  client.disconnect();
  await engine.dispose();
});

const begin = (request: object) =>
  client.bridge.sweep(practice, JSON.stringify(request)).promise as Promise<SweepStep>;
const goOn = (id: number) => client.bridge.sweepOn(id).promise as Promise<SweepStep>;

/** Ask until it is over: what the first step says, and the records as Python keeps them. */
async function swept(request: object): Promise<{ about: string; records: Record<string, number>[] }> {
  let step = await begin(request);
  const about = step.about!;
  const records: Record<string, number>[] = [];
  while (!step.over) {
    step = await goOn(step.id);
    const columns = Object.entries(step.records as Required<SweepColumns>);
    const count = columns[0]![1].length;
    for (let i = 0; i < count; i++)
      records.push(Object.fromEntries(columns.map(([name, values]) => [name, values[i]!])));
    expect(step.done).toBe(records.length);
  }
  return { about, records };
}

it("gives the file that the engine's own sweep gives, byte for byte", async () => {
  const { about, records } = await swept(whole);
  expect(records).toHaveLength(1152);
  const file = client.bridge.sweepText(
    "csv",
    about,
    JSON.stringify(records.map((record) => ({ ...record, exact: true, method: "exact" }))),
  );
  const metric = { kind: "probability", word: "these" } as const;
  expect(file).toBe(csvOf(rowsOf(await engine.sweep({ sentence, layers: [11], metric }))));
});

it("says with its last step how well integrated gradients add up", async () => {
  let step = await begin({ ...whole, method: "ig-layer", layers: [10, 11], steps: 3 });
  while (!step.over) {
    expect(step.completeness).toBeUndefined();
    step = await goOn(step.id);
  }
  const layers = JSON.parse(step.completeness!) as { layer: number }[];
  expect(layers.map(({ layer }) => layer)).toEqual([10, 11]);
});

it("takes ids and a position in place of a sentence with a mask", async () => {
  const ids = (await engine.tokenize(sentence)).map(({ id }) => id);
  const some = { ...whole, neurons: [5, 6], layers: [9] };
  const byIds = await swept({ ...some, ids, position: 4 });
  expect(byIds.records).toEqual((await swept(some)).records);
  const elsewhere = await swept({ ...some, ids, position: 1 });
  expect(elsewhere.records[0]!.before).not.toBe(byIds.records[0]!.before);
});

it("has one sweep open at a time, which the next one ends, and lets experiments run in between", async () => {
  const first = await begin(whole);
  await goOn(first.id);
  const { rows } = await engine.run({ sentence, layer: 9, neuron: 1094, candidates: ["these"] });
  expect(rows[0]!.after).toBeLessThan(rows[0]!.before);
  const second = await begin({ ...whole, neurons: [0] });
  expect(await goOn(first.id)).toMatchObject({
    failed: expect.stringContaining("another one was begun since"),
  });
  expect((await goOn(second.id)).over).toBe(true);
});

it("forgets a sweep that is given up", async () => {
  const { id } = await begin(whole);
  client.bridge.sweepEnd(id);
  expect(await goOn(id)).toMatchObject({ code: "" });
});

describe("is refused in one sentence", () => {
  it.each([
    [{ ...whole, metric: "these" }, '"these" is not a metric. A sweep takes a metric: probability:these'],
    [{ ...whole, metric: "probability:" }, '"probability:" is not a metric.'],
    [{ ...whole, operation: "erase" }, '"erase" is nothing that can be done to a neuron.'],
    [{ ...whole, operation: "replace" }, '"replace" is nothing that can be done to a neuron.'],
    [{ ...whole, method: "guess" }, "There is no sweep by the method guess."],
    [{ ...whole, layers: [12] }, "minibert-blimp has no layer 12"],
    [{ ...whole, neurons: [7, 7] }, "The sweep has neuron 7 in it twice."],
    [{ ...whole, position: 99 }, "There is no position 99 in a sentence of 8 tokens."],
    [{ ...whole, position: 4, mask: 0 }, "The sweep is told to measure at position 4 and at a mask."],
    [{ ...whole, ids: [99_999] }, "minibert-blimp has no token 99999."],
    [{ ...whole, ids: [] }, "There are no tokens to run."],
    [{ ...whole, layers: "all" }, "The engine was not given a sweep."],
    [{ sentence }, "The engine was not given a sweep."],
    [null, "The engine was not given a sweep."],
  ])("%j", async (request, message) => {
    expect(await begin(request as object)).toMatchObject({ failed: expect.stringContaining(message) });
  });
});
