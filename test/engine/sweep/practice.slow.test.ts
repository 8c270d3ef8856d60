// The practice model, whose layers are large enough that several batches run: exact, and the same to the last bit whatever
// runs at once.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, it } from "vitest";
import { createNodeEngine, manifestUrl, ort, Runtime, wasm } from "../../../src/engine/node.ts";
import { Model } from "../../../src/engine/run/model.ts";
import { Pass } from "../../../src/engine/run/pass.ts";
import { memory } from "../../../src/engine/runtime/memory.ts";
import { ChangedLayer } from "../../../src/engine/sweep/changed-layer.ts";
import { Prediction } from "../../../src/engine/sweep/prediction.ts";
import { parseManifest } from "../../../src/model/manifest.ts";
import { practice, reference } from "../../helpers/fixtures.ts";
import { expectSweep, sweepsOf } from "../../helpers/sweeps.ts";

it("sweeps of the practice model are the plain experiment's", async () => {
  const folder = join(inject("models"), practice);
  const engine = createNodeEngine(folder);
  await engine.load(manifestUrl(folder), { device: "wasm" });
  for (const each of sweepsOf(reference(practice).model)) await expectSweep(engine, each);
  await engine.dispose();
});

it.each([practice, "half"])("numbers of %s do not depend on how many neurons run at once", async (name) => {
  const folder = join(inject("models"), name);
  const manifest = parseManifest(await readFile(join(folder, "manifest.json"), "utf8"));
  const model = new Model(manifest, {
    runtime: new Runtime(ort, wasm("")),
    read: async ({ file }) => Uint8Array.from(await readFile(join(folder, file))),
    check: async () => {},
    memory,
  });
  const [ids, position] = [[1, 2, 3, 4, 5, 6, 7], 4];
  const pass = await Pass.start(model, { ids: [ids] }, []);
  const logits = await pass.finish({ at: [[0, position]] });
  pass.release();
  const { layers, dMlp } = manifest.model;
  for (const layer of [0, layers - 2, layers - 1]) {
    const measuring = {
      prediction: new Prediction(logits, { kind: "probability", word: { id: 21, text: "x" } }),
      words: undefined,
      signal: undefined,
    };
    const neurons = Array.from({ length: Math.min(dMlp, 120) }, (_, i) => i);
    const sweep = {
      sentence: "",
      tokens: ids.map((id) => ({ id, text: "" })),
      position,
      positions: [2, position],
      layers: [layer],
      neurons,
      operation: { kind: "suppress" },
      metric: { kind: "kl" },
      method: "exact",
      steps: 20,
    } as const;
    const inBatches = async (size: number) => {
      const opened = await ChangedLayer.open(
        model,
        layer,
        { ...sweep, positions: [2, position], tokens: [...sweep.tokens], layers: [layer] },
        measuring,
      );
      const records = [];
      for (let i = 0; i < neurons.length; i += size)
        records.push(...(await opened.run(neurons.slice(i, i + size), undefined)));
      await opened.close();
      return records;
    };
    const one = await inBatches(1);
    expect(one.some(({ effect }) => effect !== 0)).toBe(true);
    for (const size of [3, 16, 120]) expect(await inBatches(size)).toEqual(one);
  }
  await model.close();
});
