// What a person changes runs by itself once a first run has been asked for; the page runs against the stand-in world of
// page.test.ts, with its clock.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Engine, ExperimentResult } from "../../../src/engine/index.ts";
import { EngineError, type ExperimentSpec, tutorial } from "../../../src/model/index.ts";
import { emit } from "../../../src/ui/experiment/events.ts";
import { startPage } from "../../../src/ui/experiment/page.ts";
import { entry, info, price, resultOf } from "./helpers.ts";

interface Run {
  spec: ExperimentSpec;
  signal: AbortSignal | undefined;
  answer(): void;
  fail(error: Error): void;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function begin(hide: string[] = []) {
  const element = () =>
    Object.assign(new EventTarget(), {}) as unknown as EventTarget & Record<string, unknown>;
  const elements: Record<string, ReturnType<typeof element>> = {
    "nn-experiment-form": element(),
    "nn-result": element(),
    "nn-model-card": element(),
  };
  const runs: Run[] = [];
  const engine = {
    load: async () => info,
    state: async () => price,
    tokenize: async () => [],
    words: async () => [],
    run: (spec: ExperimentSpec, { signal }: { signal?: AbortSignal } = {}) =>
      new Promise<ExperimentResult>((resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason));
        runs.push({
          spec,
          signal,
          answer: () => resolve(resultOf([["these", 0.4, 0.2]], spec)),
          fail: reject,
        });
      }),
    dispose: async () => {},
  } as unknown as Engine;
  const root = Object.assign(new EventTarget(), { querySelector: (tag: string) => elements[tag] ?? null });
  const { defaults } = await import("../../../src/ui/experiment/settings.ts");
  const page = startPage(
    root as unknown as ParentNode,
    {
      engine,
      detect: async () => ({ kind: "webgpu", name: "a GPU", software: false }),
      models: async () => [entry],
      price: async () => price,
      recorded: resultOf([["these", 0.4, 0.3]]),
      storage: async () => ({ kind: "indexeddb", models: [], space: { free: 1e9, persisted: false } }),
      persist: async () => false,
      embedding: { kind: "own" },
      toFetch: async () => 0,
      forget: () => {},
    },
    { ...defaults, hide: new Set(hide) as typeof defaults.hide },
  );
  await vi.advanceTimersByTimeAsync(1);
  const form = elements["nn-experiment-form"]!;
  const shown = elements["nn-result"]!;
  const edit = (change: Partial<ExperimentSpec>, typed = true) =>
    emit(form, "nn-edit", { spec: { ...tutorial, ...change }, typed });
  const first = async () => {
    page.run();
    await vi.advanceTimersByTimeAsync(1);
    runs[0]!.answer();
    await vi.advanceTimersByTimeAsync(1);
  };
  return { page, form, shown, runs, edit, first, wait: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
}

test("nothing runs by itself before a first run, nor where the form is hidden", async () => {
  const { edit, runs, wait } = await begin();
  edit({ neuron: 5 });
  await wait(5000);
  expect(runs).toHaveLength(0);
  const hidden = await begin(["form"]);
  await hidden.first();
  hidden.edit({ neuron: 5 });
  await wait(5000);
  expect(hidden.runs).toHaveLength(1);
});

describe("after a first run", () => {
  test("typing runs when it pauses, once, and the old result is dimmed and called one of other settings", async () => {
    const { edit, first, runs, shown, wait } = await begin();
    await first();
    expect(shown).toMatchObject({ stale: false, dimmed: false });
    for (const neuron of [1, 12, 123]) {
      edit({ neuron });
      await wait(300);
      expect(shown).toMatchObject({ stale: true, dimmed: true });
    }
    expect(runs).toHaveLength(1);
    await wait(300);
    expect(runs.map(({ spec }) => spec.neuron)).toEqual([1094, 123]);
    expect(shown).toMatchObject({ stale: true, dimmed: true });
    runs[1]!.answer();
    await wait(1);
    expect(shown).toMatchObject({ stale: false, dimmed: false });
  });

  test("a touch runs at once, and replaces the run under way", async () => {
    const { edit, first, runs, shown, wait } = await begin();
    await first();
    edit({ neuron: 1 }, false);
    await wait(1);
    edit({ neuron: 2 }, false);
    await wait(1);
    expect(runs.map(({ spec }) => spec.neuron)).toEqual([1094, 1, 2]);
    expect(runs[1]!.signal?.aborted).toBe(true);
    runs[1]!.answer();
    await wait(1);
    expect(shown).toMatchObject({ stale: true, dimmed: true });
    runs[2]!.answer();
    await wait(1);
    expect((shown.result as ExperimentResult).experiment.edits[0]!.neuron).toBe(2);
    expect(shown).toMatchObject({ stale: false, dimmed: false });
  });

  test("back at what is shown nothing runs any more", async () => {
    const { edit, first, runs, shown, wait } = await begin();
    await first();
    edit({ neuron: 1 }, false);
    await wait(1);
    edit({}, false);
    await wait(1000);
    expect(runs).toHaveLength(2);
    expect(runs[1]!.signal?.aborted).toBe(true);
    expect(shown).toMatchObject({ stale: false, dimmed: false });
    edit({ neuron: 2 });
    await wait(100);
    edit({});
    await wait(1000);
    expect(runs).toHaveLength(2);
    expect(shown).toMatchObject({ stale: false, dimmed: false });
  });

  test("what is wrong with the new settings is said at the field, and the old result stays, of other settings", async () => {
    const { edit, first, form, runs, shown, wait } = await begin();
    await first();
    edit({ neuron: Number.NaN });
    await wait(600);
    expect(runs).toHaveLength(1);
    expect(form.complaints).toEqual({ neuron: "Neuron is a whole number from 0 to 1151 in this model." });
    expect(shown).toMatchObject({ stale: true, dimmed: false });
    edit({ candidates: ["qzjx"] });
    await wait(600);
    runs[1]!.fail(new EngineError("candidate-pieces", '"qzjx" is 2 tokens.', "Choose another."));
    await wait(1);
    expect(form.problem).toMatchObject({ message: '"qzjx" is 2 tokens.' });
    expect(shown).toMatchObject({ stale: true, dimmed: false });
    // and after an error the next change runs
    edit({ candidates: ["these"] });
    await wait(600);
    expect(runs).toHaveLength(3);
  });

  test("Run and Stop take the place of what was to run by itself", async () => {
    const { edit, first, form, runs, wait } = await begin();
    await first();
    edit({ neuron: 1 });
    emit(form, "nn-run", { spec: { ...tutorial, neuron: 1 } });
    await wait(1000);
    expect(runs).toHaveLength(2);
    edit({ neuron: 2 });
    emit(form, "nn-stop", undefined);
    await wait(1000);
    expect(runs).toHaveLength(2);
  });
});
