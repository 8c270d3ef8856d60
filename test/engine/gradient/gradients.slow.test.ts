// The way back through the model against torch.autograd in float64.

import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { gradients } from "../../../src/engine/gradient/gradients.ts";
import { streamPoints } from "../../../src/engine/gradient/steps.ts";
import type { Model } from "../../../src/engine/run/model.ts";
import { tensorNames } from "../../../src/model/index.ts";
import { metricGradient } from "../../../src/model/sweep/index.ts";
import {
  expectSample,
  gradientModels,
  gradientReference,
  metricOfIds,
  RELATIVE,
} from "../../helpers/gradients.ts";
import { openModel } from "../../helpers/open-model.ts";

const folderOf = (name: string) => join(inject("models"), name);

/** All gradients of every metric of the reference at every hook point, in one batch that has its sentences once per metric. */
async function expectGradients(model: Model, name: string): Promise<void> {
  const { ids, mask, positions, words, gradients: all } = gradientReference(name);
  const each = <T>(rows: readonly T[]) => all.flatMap(() => rows);
  const back = await gradients(
    (task) => task(model),
    model.manifest,
    { ids: each(ids), mask: each(mask) },
    each(positions),
    (logits, row) => metricGradient(metricOfIds(all[Math.floor(row / ids.length)]!.metric, words), logits),
  );
  const streams = streamPoints(model);
  const found = new Map([[streams.at(-1)!.name, back.dHidden]]);
  for await (const { layer, dMlpPost, dStream } of back.layers)
    found.set(tensorNames.mlpPost(layer), dMlpPost).set(streams[layer]!.name, dStream);
  for (const [i, { metric, points }] of all.entries()) {
    expect([...found.keys()].sort()).toEqual(Object.keys(points).sort());
    for (const [point, sample] of Object.entries(points)) {
      const values = found.get(point)!;
      const own = values.subarray((i * values.length) / all.length, ((i + 1) * values.length) / all.length);
      expectSample(own, sample, `${metric.kind} at ${point}`);
      const norm = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
      expect(Math.abs(norm / sample.norm - 1), `norm of ${metric.kind} at ${point}`).toBeLessThan(RELATIVE);
    }
  }
}

describe.each(gradientModels)("gradients of %s on WASM", (name) => {
  it("are those of torch.autograd in float64, at every hook point", async () => {
    const model = await openModel(folderOf(name));
    await expectGradients(model, name);
    await model.close();
  });
});

it("a model that was exported with one layer only has the same gradients", async () => {
  const model = await openModel(folderOf("legacy"), (manifest) => ({
    ...manifest,
    splits: manifest.splits.filter(({ cuts }) => cuts.length === 1),
  }));
  expect(model.manifest.splits.length).toBeGreaterThan(0);
  await expectGradients(model, "legacy");
  await model.close();
});
