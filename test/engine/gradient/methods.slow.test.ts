// Sweeps by gradients on WASM: against torch.autograd in float64, against the exact sweep, and what is refused.

import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { Engine } from "../../../src/engine/index.ts";
import { createNodeEngine, manifestUrl } from "../../../src/engine/node.ts";
import type { SweepResult, SweepSpec } from "../../../src/model/index.ts";
import { expectEstimates, gradientModels, gradientReference } from "../../helpers/gradients.ts";

async function open(name: string): Promise<Engine> {
  const folder = join(inject("models"), name);
  const engine = createNodeEngine(folder);
  await engine.load(manifestUrl(folder), { device: "wasm" });
  return engine;
}

describe.each(gradientModels)("%s", (name) => {
  it("gradients and integrated gradients of both kinds are torch's", async () => {
    const engine = await open(name);
    await expectEstimates(engine.sweep.bind(engine), name);
    await engine.dispose();
  });
});

describe("against the exact sweep", () => {
  let engine: Engine;
  const { sentences } = gradientReference("legacy");
  const spec: SweepSpec = {
    sentence: sentences[0]!,
    layers: [0, 1, 2],
    metric: { kind: "log-odds", plus: ["these"], minus: ["this"] },
  };
  beforeAll(async () => {
    engine = await open("legacy");
  });
  afterAll(() => engine.dispose());

  const largest = ({ records }: SweepResult) => Math.max(...records.map(({ effect }) => Math.abs(effect)));
  /** largest difference of an effect, relative to the largest exact effect */
  const apart = (found: SweepResult, exact: SweepResult) => {
    expect(found.records.map(({ layer, neuron }) => [layer, neuron])).toEqual(
      exact.records.map(({ layer, neuron }) => [layer, neuron]),
    );
    return (
      Math.max(...found.records.map(({ effect }, i) => Math.abs(effect - exact.records[i]!.effect))) /
      largest(exact)
    );
  };

  it("the gradient is what a small change does, at one position and at several", async () => {
    for (const positions of [undefined, [1, 4, 5]]) {
      // a central difference: its error is of third order in the change, fp32's grows as the change shrinks
      const step = 2 ** -4;
      const neurons = [0, 17, 64, 127];
      const moved = async (value: number) =>
        engine.sweep({ ...spec, positions, neurons, operation: { kind: "add", value } });
      const [up, down] = [await moved(step), await moved(-step)];
      const estimate = await engine.sweep({
        ...spec,
        positions,
        neurons,
        operation: { kind: "add", value: step },
        method: "gradient",
      });
      const central: SweepResult = {
        ...up,
        records: up.records.map((record, i) => ({
          ...record,
          effect: (record.effect - down.records[i]!.effect) / 2,
        })),
      };
      expect(largest(central)).toBeGreaterThan(1e-4);
      expect(apart(estimate, central)).toBeLessThan(2e-3);
    }
  });

  it("a neuron's own path integrates to its exact effect, whatever the operation", async () => {
    const neurons = [3, 50, 111];
    for (const operation of [
      { kind: "suppress" },
      { kind: "set", value: 2 },
      { kind: "replace", values: Array.from({ length: 128 }, (_, i) => Math.sin(i)) },
    ] as const) {
      const layers = operation.kind === "replace" ? [1] : [0, 1, 2];
      const exact = await engine.sweep({ ...spec, layers, neurons, operation });
      const coarse = await engine.sweep({
        ...spec,
        layers,
        neurons,
        operation,
        method: "ig-neuron",
        steps: 5,
      });
      const fine = await engine.sweep({
        ...spec,
        layers,
        neurons,
        operation,
        method: "ig-neuron",
        steps: 60,
      });
      expect(apart(fine, exact)).toBeLessThan(1e-4);
      expect(apart(fine, exact)).toBeLessThan(apart(coarse, exact));
      for (const [i, { neuron, difference, residual, attributed }] of fine.completeness!.entries()) {
        expect([neuron, attributed]).toEqual([fine.records[i]!.neuron, -fine.records[i]!.effect]);
        expect(Math.abs(difference + exact.records[i]!.effect) / largest(exact)).toBeLessThan(1e-4);
        expect(residual).toBe(attributed - difference);
      }
    }
  });

  it("the joint path adds up to what zeroing the whole layer does, the better the more points it has", async () => {
    const residuals = async (steps: number) => {
      const { completeness } = await engine.sweep({ ...spec, method: "ig-layer", steps });
      expect(completeness!.map(({ layer }) => layer)).toEqual([0, 1, 2]);
      return completeness!.map(({ residual }) => Math.abs(residual));
    };
    const [coarse, fine] = [await residuals(20), await residuals(400)];
    for (const [i, residual] of fine.entries()) expect(residual).toBeLessThan(coarse[i]! / 10);
  });

  it("estimates say what they are, and a subset of neurons is the same as in the whole", async () => {
    for (const method of ["gradient", "ig-layer"] as const) {
      const all = await engine.sweep({ ...spec, method });
      const some = await engine.sweep({ ...spec, method, layers: [1], neurons: [9, 100] });
      expect(some.records).toEqual(
        all.records.filter(({ layer, neuron }) => layer === 1 && [9, 100].includes(neuron)),
      );
      for (const { exact, before, after, effect, method: said } of all.records)
        expect([exact, after, said]).toEqual([false, before + effect, method]);
    }
  });
});

describe("refused in one sentence", () => {
  let engine: Engine;
  const sentence = gradientReference("legacy").sentences[0]!;
  beforeAll(async () => {
    engine = await open("legacy");
  });
  afterAll(() => engine.dispose());

  it.each([
    ["gradient", { kind: "rank", word: "this" }, 20, "A rank has no gradient"],
    ["ig-layer", { kind: "rank", word: "this" }, 20, "A rank has no gradient"],
    ["gradient", { kind: "kl" }, 20, "The gradient of kl is 0"],
    ["ig-neuron", { kind: "kl" }, 1, "at least 2 points"],
  ] as const)("%s of %o with %i points", async (method, metric, steps, message) => {
    await expect(engine.sweep({ sentence, metric, method, steps, neurons: [0] })).rejects.toThrow(message);
  });

  it("a sweep that is stopped: nothing that it opened stays, and the next one runs", async () => {
    const stop = new AbortController();
    const metric = { kind: "probability", word: "this" } as const;
    const sweep = engine.sweep(
      { sentence, metric, method: "ig-neuron" },
      { signal: stop.signal, onProgress: ({ done }) => done > 0 && stop.abort() },
    );
    await expect(sweep).rejects.toThrow("abort");
    expect((await engine.sweep({ sentence, metric, method: "gradient" })).records.length).toBe(3 * 128);
  });
});
