// The page's end of Python's worker, over a real channel whose other end says what a cell may have made it say.

import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { PythonWorker } from "../../../src/python/page/python-worker.ts";
import type { Channel, Emission } from "../../../src/python/types.ts";

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

interface Call {
  id: number | undefined;
  method: string;
}

/** A worker whose end of the channel is the test's. */
function connected(open = async () => new MessageChannel().port1) {
  const { port1: port, port2: other } = new MessageChannel();
  const state = { closed: 0, deaths: [] as string[], calls: [] as Call[], answers: [] as object[] };
  const channel: Channel = {
    port,
    onFailure: undefined,
    close() {
      state.closed++;
      port.close();
    },
  };
  other.onmessage = ({ data }) => {
    if ("method" in data) state.calls.push(data);
    else state.answers.push(data);
  };
  ends.push(() => {
    port.close();
    other.close();
  });
  const worker = new PythonWorker(channel, open);
  worker.onDeath = (why) => state.deaths.push(why);
  const outputs: Emission[] = [];
  const folder = { put: [], remove: [] };
  const run = () =>
    worker.run({ source: "", cell: "c", count: 1, unrun: [], folder }, (output) => outputs.push(output));
  return { worker, channel, other, state, outputs, run };
}

const stream = (text: string) => JSON.stringify([{ output_type: "stream", name: "stdout", text }]);
const idOf = async ({ calls }: { calls: Call[] }, method: string) => {
  await expect.poll(() => calls.find((call) => call.method === method)).toBeDefined();
  return calls.find((call) => call.method === method)!.id!;
};

it("hands on outputs in order, says that they have been read, and then how the cell ended", async () => {
  const { other, state, outputs, run } = connected();
  const ran = run();
  const id = await idOf(state, "run");
  other.postMessage({ id, progress: stream("a") });
  other.postMessage({ id: id + 7, progress: stream("nobody's") });
  other.postMessage({ id, progress: stream("b") });
  other.postMessage({ id, value: { ending: { kind: "done", assigned: ["x", 3] }, folder: undefined } });
  expect(await ran).toEqual({
    ending: { kind: "done", assigned: ["x"], used: [], reimported: [] },
    folder: undefined,
  });
  expect(outputs).toEqual([stream("a"), stream("b")].flatMap((text) => JSON.parse(text)));
  await expect.poll(() => state.calls.filter(({ method }) => method === "taken")).toHaveLength(2);
  expect(state.deaths).toEqual([]);
});

it.each([
  ["an output that is none", { progress: '[{"output_type":5}]' }, "it sent something that is not an output"],
  ["outputs that are no text", { progress: { a: 1 } }, "it sent something that is not an output"],
  ["an error", { error: { message: "No memory." } }, "No memory."],
  ["an error that is none", { error: null }, "it does not say why"],
])("%s of a running cell ends it, once, and the cell with it", async (_, answer, why) => {
  const { worker, other, state, run } = connected();
  const ran = run();
  other.postMessage({ id: await idOf(state, "run"), ...answer });
  await expect(ran).rejects.toThrow();
  expect([state.deaths, state.closed]).toEqual([[why], 1]);
  await expect(worker.complete("a", 1)).rejects.toThrow();
  expect(state.deaths).toEqual([why]);
});

it("an ending that cannot be understood has failed, with no names", async () => {
  const { other, state, run } = connected();
  const ran = run();
  other.postMessage({ id: await idOf(state, "run"), value: "done" });
  expect((await ran).ending).toEqual({ kind: "failed", assigned: [], used: [], reimported: [] });
});

it("what it says while nobody waits is no message", async () => {
  const { worker, other, state } = connected();
  for (const odd of [null, 1, "x", [], { id: 1 }, { id: 1, value: 1 }, { id: {}, progress: 1 }]) {
    other.postMessage(odd);
    await pause(1);
  }
  const completed = worker.complete("ab", 2);
  other.postMessage({ id: await idOf(state, "complete"), value: { from: 9, options: "many" } });
  expect(await completed).toEqual({ from: 2, options: [] });
  expect(state.deaths).toEqual([]);
});

it("more messages than the page can read end it", async () => {
  const { other, state } = connected();
  for (let i = 0; i < 1000; i++) other.postMessage({ id: i, progress: "x" });
  await expect.poll(() => state.deaths).toEqual(["it sent more messages than the page can read"]);
  expect(state.closed).toBe(1);
});

it("a fatal error and a script that fails end it, and what waits for it", async () => {
  for (const end of ["fatal", "failure"]) {
    const { worker, channel, other, state } = connected();
    const waiting = worker.inspect("a", 1);
    if (end === "fatal") other.postMessage({ kind: "call", method: "fatal", args: ["It broke."] });
    else channel.onFailure!("It broke.");
    await expect(waiting).rejects.toThrow("It broke.");
    expect(state.deaths).toEqual(["It broke."]);
  }
});

it("a start that fails says so, in a sentence of ours", async () => {
  const { worker, other, state } = connected();
  const empty = () => new Uint8Array(1);
  const booted = worker.boot({ wasm: empty(), stdlib: empty() }, undefined);
  other.postMessage({ id: await idOf(state, "boot"), error: { message: "no room." } });
  await expect(booted).rejects.toMatchObject({
    code: "kernel-start",
    message: "Python could not be started: no room.",
  });
});

it("is ended by the page without being called dead", async () => {
  const { worker, state, run } = connected();
  const ran = run();
  worker.close();
  await expect(ran).rejects.toMatchObject({ name: "AbortError" });
  expect([state.deaths, state.closed]).toEqual([[], 1]);
});

it("gives a port to the engine for a model, or says in one text why not; no other method is there", async () => {
  const { other, state } = connected();
  other.postMessage({ kind: "call", id: 1, method: "open", args: ["tiny"] });
  other.postMessage({ kind: "call", id: 2, method: "constructor", args: [] });
  await expect.poll(() => state.answers).toHaveLength(2);
  expect(state.answers).toContainEqual({ id: 1, value: expect.any(MessagePort) });
  expect(state.answers).toContainEqual({
    id: 2,
    error: expect.objectContaining({ message: "There is no method constructor." }),
  });
  for (const answer of state.answers) if ("value" in answer) (answer.value as MessagePort).close();

  const refusing = connected(async () => {
    throw Object.assign(new Error("No such model."), { code: "not-loaded", hint: "Choose another." });
  });
  refusing.other.postMessage({ kind: "call", id: 1, method: "open", args: ["none"] });
  await expect
    .poll(() => refusing.state.answers)
    .toEqual([
      {
        id: 1,
        error: { name: "Error", code: "not-loaded", message: "No such model. Choose another.", hint: "" },
      },
    ]);
});
