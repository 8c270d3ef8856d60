// A view's sweeps from beginning to end, on an engine that answers when it is told to.

import { expect, test } from "vitest";
import { EngineError, tutorial } from "../../../src/model/index.ts";
import type { SweepRecord, SweepResult, SweepSpec } from "../../../src/model/sweep/index.ts";
import { SweepSession } from "../../../src/ui/sweep/sweep-session.ts";
import { isBusy, shownRun } from "../../../src/ui/sweep/sweep-state.ts";
import type { Asked } from "../../../src/ui/sweep/sweep-work.ts";
import { topDown } from "../../../src/ui/sweep/top-down.ts";
import { provenance, recordOf, runOf } from "./helpers.ts";

/** a call to the engine that waits for an answer */
interface Call {
  spec: SweepSpec;
  report(records: readonly SweepRecord[], done: number): void;
  answer(records: readonly SweepRecord[]): Promise<void>;
  refuse(error: unknown): Promise<void>;
  aborted(): boolean;
}

const settle = () => new Promise<void>((resolve) => setTimeout(resolve));

function open() {
  const calls: Call[] = [];
  const said: string[] = [];
  const sweep = (spec: SweepSpec, { signal, onProgress = () => {} }: Asked): Promise<SweepResult> =>
    new Promise((resolve, reject) => {
      const { sweep } = runOf([]);
      const shared = { sweep: sweep!, provenance, total: 20 };
      signal.addEventListener("abort", () => reject(signal.reason));
      calls.push({
        spec,
        report: (records, done) => onProgress({ ...shared, records: [...records], done, remaining: 1000 }),
        answer: (records) => {
          resolve({ ...shared, records: [...records] });
          return settle();
        },
        refuse: (error) => {
          reject(error);
          return settle();
        },
        aborted: () => signal.aborted,
      });
    });
  const session = new SweepSession(tutorial, {
    sweep,
    onState: () => {},
    say: (text) => said.push(text),
    problem: (error) => error as EngineError,
  });
  return { session, calls, said, shown: () => shownRun(session.state) };
}

test("what is reported is there at once, and the end is said with the largest effect", async () => {
  const { session, calls, said, shown } = open();
  void session.start(tutorial);
  expect(isBusy(session.state)).toBe(true);
  expect(shown()).toBeUndefined();
  calls[0]!.report([recordOf(9, 1, -2)], 1);
  expect(shown()).toMatchObject({ done: 1, total: 20, status: { kind: "running" } });
  calls[0]!.report([recordOf(9, 2, 1)], 11);
  await calls[0]!.answer([recordOf(9, 1, -2), recordOf(9, 2, 1)]);
  expect(shown()!.grid!.exact).toBe(2);
  expect(isBusy(session.state)).toBe(false);
  expect(said).toEqual([
    "Looking for the neurons.",
    "50 per cent of the neurons are done.",
    "Done. The largest effect is that of layer 9, neuron 1: −2.000; the next, layer 9, neuron 2, has +1.000.",
  ]);
});

test("stopping keeps what has come, and nothing comes after it", async () => {
  const { session, calls, said, shown } = open();
  void session.start(tutorial);
  calls[0]!.report([recordOf(9, 1, -2)], 1);
  session.stop();
  expect(calls[0]!.aborted()).toBe(true);
  calls[0]!.report([recordOf(9, 2, 1)], 2);
  await settle();
  expect(shown()).toMatchObject({ status: { kind: "stopped" } });
  expect(shown()!.grid!.records()).toHaveLength(1);
  expect(said.at(-1)).toContain("Stopped at 1 of 20 neurons.");
});

test("another sweep loses nothing: the earlier one is shown until something of the new one is known", async () => {
  const { session, calls, shown } = open();
  void session.start(tutorial);
  await calls[0]!.answer([recordOf(9, 1, -2)]);
  void session.start(tutorial);
  expect(shown()!.id).toBe(1);
  calls[1]!.report([recordOf(3, 1, 4)], 1);
  expect(shown()!.id).toBe(2);
  session.show(1);
  calls[1]!.report([recordOf(3, 2, 4)], 2);
  // what a person has chosen to look at stays
  expect(shown()!.id).toBe(1);
  await calls[1]!.answer([]);
  expect(session.state.runs.map(({ grid }) => grid!.exact)).toEqual([1, 2]);
});

test("a refusal is a problem and no sweep; it goes with the next edit", async () => {
  const { session, calls, said } = open();
  void session.start(tutorial);
  await calls[0]!.refuse(new EngineError("candidate-unknown", "No such word.", "Choose another."));
  expect(session.state.problem).toMatchObject({ message: "No such word." });
  expect(session.state.runs).toEqual([]);
  expect(said.at(-1)).toBe("No such word. Choose another.");
  session.edit(session.state.fields);
  expect(session.state.problem).toBeUndefined();
});

test("what fails in the middle keeps what it has", async () => {
  const { session, calls, shown } = open();
  void session.start(tutorial);
  calls[0]!.report([recordOf(9, 1, -2)], 1);
  await calls[0]!.refuse(new EngineError("out-of-memory", "No memory.", "Close something."));
  expect(shown()).toMatchObject({ status: { kind: "failed" } });
  expect(shown()!.grid!.exact).toBe(1);
});

test("estimates are made exact from the largest down, the cheap layers of a round first", async () => {
  const { session, calls, shown } = open();
  session.edit({ ...session.state.fields, way: "gradient-exact" });
  void session.start(tutorial);
  expect(calls[0]!.spec.method).toBe("gradient");
  const estimates = [recordOf(3, 1, 5, true), recordOf(9, 4, 4, true), recordOf(9, 2, -3, true)];
  await calls[0]!.answer(estimates);
  expect(calls[1]!.spec).toMatchObject({ method: "exact", layers: [9], neurons: [2, 4] });
  calls[1]!.report([recordOf(9, 2, -2)], 1);
  expect(shown()).toMatchObject({ done: 1, total: 20 });
  await calls[1]!.answer([recordOf(9, 2, -2), recordOf(9, 4, 1)]);
  expect(shown()!.agreement).toBeUndefined();
  expect(calls[2]!.spec).toMatchObject({ method: "exact", layers: [3], neurons: [1] });
  await calls[2]!.answer([recordOf(3, 1, 6)]);
  await settle();
  await settle();
  expect([shown()!.grid!.exact, shown()!.grid!.estimated]).toEqual([3, 0]);
  // the estimates 5, 4, -3 against 6, 1, -2
  expect(shown()).toMatchObject({ status: { kind: "done" }, agreement: { neurons: 3, spearman: 1 } });
});

test("a map of estimates may be left half exact", async () => {
  const { session, calls, shown } = open();
  session.edit({ ...session.state.fields, way: "gradient-exact" });
  void session.start(tutorial);
  await calls[0]!.answer([recordOf(3, 1, 5, true), recordOf(9, 4, 4, true)]);
  calls[1]!.report([recordOf(9, 4, 1)], 1);
  session.stop();
  await settle();
  expect(shown()).toMatchObject({ status: { kind: "stopped" }, grid: { exact: 1, estimated: 1 } });
});

test("rounds grow, and every neuron is in exactly one of them", () => {
  const records = Array.from({ length: 700 }, (_, i) => recordOf(i % 2 ? 3 : 9, i, 700 - i, true));
  const parts = [...topDown(records)];
  const sizes = parts.map(({ neurons }) => neurons.length);
  expect(sizes).toEqual([32, 32, 64, 64, 128, 128, 126, 126]);
  expect(parts.map(({ layer }) => layer)).toEqual([9, 3, 9, 3, 9, 3, 9, 3]);
  expect(parts.flatMap(({ neurons }) => neurons).sort((a, b) => a - b)).toEqual(
    records.map(({ neuron }) => neuron),
  );
});

test("of neurons put one after the other, putting back means what stood there before the first", () => {
  const { session } = open();
  const second = { ...tutorial, neuron: 1 };
  session.put({ layer: 9, neuron: 1 }, second, tutorial);
  session.put({ layer: 9, neuron: 2 }, { ...tutorial, neuron: 2 }, second);
  expect(session.state.put!.before).toEqual(tutorial);
  session.putBack();
  expect(session.state.put).toBeUndefined();
});
