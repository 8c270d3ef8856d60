// Exact sweeps on WASM in Node: their numbers are the plain experiment's, and the same to the last bit whatever runs at once.

import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { LocalEngine } from "../../../src/engine/engine.ts";
import type { Engine, SweepProgress } from "../../../src/engine/index.ts";
import { createNodeEngine, manifestUrl } from "../../../src/engine/node.ts";
import type { SweepSpec } from "../../../src/model/index.ts";
import { memoryStore } from "../../../src/storage/index.ts";
import { reference, tiny } from "../../helpers/fixtures.ts";
import { expectSweep, sweepsOf } from "../../helpers/sweeps.ts";
import { portsOf, Site, url } from "../load/site.ts";

async function open(name: string): Promise<Engine> {
  const folder = join(inject("models"), name);
  const engine = createNodeEngine(folder);
  await engine.load(manifestUrl(folder), { device: "wasm" });
  return engine;
}

const sentence = "Raymond is selling [MASK] sketches.";
const spec: SweepSpec = { sentence, layers: [0], metric: { kind: "probability", word: "these" } };

describe.each(tiny)("sweeps of %s", (name) => {
  it("are the plain experiment's", async () => {
    const engine = await open(name);
    for (const each of sweepsOf(reference(name).model)) await expectSweep(engine, each);
    await engine.dispose();
  });
});

describe("a sweep", () => {
  it("is what the experiment's table says", async () => {
    const engine = await open("legacy");
    const { records } = await engine.sweep({ ...spec, neurons: [5] });
    const { rows, activations } = await engine.run({ sentence, layer: 0, neuron: 5, candidates: ["these"] });
    expect(records[0]!.before).toBeCloseTo(rows[0]!.before, 8);
    expect(Math.abs(records[0]!.after / rows[0]!.after - 1)).toBeLessThan(1e-5);
    expect(records[0]!.activation).toBe(activations[0]!.before);
    await engine.dispose();
  });

  it("leaves no trace of an operation that changes nothing", async () => {
    const engine = await open("legacy");
    for (const metric of [spec.metric, { kind: "kl" } as const]) {
      const { records } = await engine.sweep({ ...spec, metric, operation: { kind: "scale", factor: 1 } });
      expect(records.every(({ effect, kl }) => effect === 0 && kl === 0)).toBe(true);
    }
    await engine.dispose();
  });

  it("reports where it is, and sweeps all layers when none is named", async () => {
    const engine = await open("untied");
    const reports: SweepProgress[] = [];
    const { records, total, provenance, sweep } = await engine.sweep(
      { sentence, metric: spec.metric },
      { onProgress: (report) => reports.push(report) },
    );
    const { layers, dMlp } = reference("untied").model;
    expect(total).toBe(layers * dMlp);
    expect(reports[0]).toMatchObject({ done: 0, total, remaining: undefined, records: [], sweep });
    expect(reports.flatMap((report) => report.records)).toEqual(records);
    for (const [i, report] of reports.entries()) {
      expect(report.done).toBe(reports.slice(0, i + 1).reduce((sum, each) => sum + each.records.length, 0));
      if (i > 0) expect(report.remaining).toBeGreaterThanOrEqual(0);
    }
    expect(reports.at(-1)).toMatchObject({ done: total, remaining: 0 });
    expect(provenance).toMatchObject({ model: "untied", device: "CPU (WebAssembly)", encoding: "fp32" });
    await engine.dispose();
  });

  it("goes on beside experiments, which do not wait for its end", async () => {
    const engine = await open("untied");
    let run: Promise<unknown> | undefined;
    let doneAtRun = 0;
    let done = 0;
    await engine.sweep(
      { sentence, metric: spec.metric },
      {
        onProgress: (report) => {
          done = report.done;
          run ??= engine
            .run({ sentence: "[MASK] dogs", layer: 1, neuron: 2, candidates: ["this"] })
            .then(() => (doneAtRun = done));
        },
      },
    );
    await run;
    expect(doneAtRun).toBeLessThan(done);
    await engine.dispose();
  });

  it("stops when it is aborted, and what was reported stays", async () => {
    const engine = await open("untied");
    const stop = new AbortController();
    const reports: SweepProgress[] = [];
    const sweep = engine.sweep(
      { sentence, metric: spec.metric },
      {
        signal: stop.signal,
        onProgress: (report) => {
          reports.push(report);
          if (report.done > 0) stop.abort();
        },
      },
    );
    await expect(sweep).rejects.toMatchObject({ name: "AbortError" });
    expect(reports).toHaveLength(2);
    expect(reports[1]!.records.length).toBeGreaterThan(0);
    // nothing of it is in the way of what comes next
    await expectSweep(engine, { ...spec, neurons: [1, 2] });
    await engine.dispose();
  });

  it("ends when another model is opened", async () => {
    const site = new Site(join(inject("models"), "untied"));
    const engine = new LocalEngine(portsOf(site, memoryStore()));
    await engine.load(url, { device: "wasm" });
    let load: Promise<unknown> | undefined;
    const reported: number[] = [];
    const sweep = engine.sweep(
      { sentence, metric: spec.metric },
      {
        onProgress: ({ done }) => {
          reported.push(done);
          if (done > 0) load ??= engine.load(url, { device: "wasm" });
        },
      },
    );
    await expect(sweep).rejects.toMatchObject({
      code: "run-ended",
      message: "untied is not open any more, so its sweep ended before it was done.",
    });
    await load;
    expect(reported.at(-1)).toBeGreaterThan(0);
    await expectSweep(engine, { ...spec, neurons: [1, 2] });
    await engine.dispose();
    await expect(engine.sweep(spec)).rejects.toMatchObject({ code: "not-loaded" });
  });
});

describe("a model of which less was exported", () => {
  it("is swept to its end by graphs that are built for it, at the layers that it was cut at", async () => {
    const engine = new LocalEngine(portsOf(Site.ofHalves(), memoryStore()));
    const { cuts } = await engine.load(url, { device: "wasm" });
    expect(cuts).toEqual([0, 1, 2]);
    for (const each of sweepsOf(reference("legacy").model)) await expectSweep(engine, each);
    await engine.dispose();
  });

  it("has no layers to sweep but those, and says so", async () => {
    const site = Site.ofHalves();
    site.only(1);
    const engine = new LocalEngine(portsOf(site, memoryStore()));
    await engine.load(url, { device: "wasm" });
    await expect(engine.sweep({ ...spec, layers: [0] })).rejects.toMatchObject({
      code: "layer-range",
      message: "legacy was exported without a cut at layer 0.",
    });
    const { sweep } = await engine.sweep({ sentence, metric: spec.metric, neurons: [0] });
    expect(sweep.layers).toEqual([1]);
    await engine.dispose();
  });

  it("without a second way to its end is run to it", async () => {
    const site = new Site(join(inject("models"), "untied"));
    site.withoutTail();
    const engine = new LocalEngine(portsOf(site, memoryStore()));
    await engine.load(url, { device: "wasm" });
    for (const each of sweepsOf(reference("untied").model).slice(0, 3)) await expectSweep(engine, each);
    await engine.dispose();
  });
});
