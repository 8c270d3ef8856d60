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
import { placedBy, SweepGraphs } from "../../../src/model/graph/index.ts";
import type { Metric, Sweep, Token } from "../../../src/model/index.ts";
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
  const { shape, shards } = placedBy(manifest);
  const graphs = new SweepGraphs(shape, shards);
  const word = (id: number) => ({ id, text: `w${id}` });
  for (const metric of [
    { kind: "probability", word: word(21) },
    { kind: "log-odds", plus: [word(21), word(22)], minus: [word(23)] },
  ] satisfies Metric<Token>[])
    for (const layer of [0, layers - 2, layers - 1]) {
      const prediction = new Prediction(logits, metric);
      const words = prediction.words && {
        rows: Float32Array.from({ length: 3 * shape.dModel }, (_, i) => Math.sin(i)),
        bias: Float32Array.of(1, 2, 3),
      };
      const neurons = Array.from({ length: Math.min(dMlp, 120) }, (_, i) => i);
      const sweep: Sweep = {
        sentence: "",
        tokens: ids.map((id) => ({ id, text: "" })),
        position,
        positions: [2, position],
        layers: [layer],
        neurons,
        operation: { kind: "suppress" },
        metric,
        method: "exact",
        steps: 20,
      };
      const inBatches = async (size: number) => {
        const opened = await ChangedLayer.open(model, layer, sweep, {
          graphs,
          prediction,
          words,
          signal: undefined,
        });
        const records = [];
        for (let i = 0; i < neurons.length; i += size)
          records.push(...(await opened.run(i, Math.min(size, neurons.length - i), undefined)));
        await opened.close();
        return records;
      };
      const one = await inBatches(1);
      expect(one.some(({ effect }) => effect !== 0)).toBe(true);
      for (const size of [3, 16, 120]) expect(await inBatches(size)).toEqual(one);
    }
  await model.close();
});
