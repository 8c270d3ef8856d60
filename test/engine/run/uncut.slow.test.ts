// Pre + post + head, as the engine opens and runs them, against the uncut graph in one session with the same options:
// within 1e-5. And the head's log-probabilities against a softmax in float64.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { largestDifference } from "../../../model-export/check.ts";
import {
  batchInputs,
  createNodeEngine,
  headInputs,
  manifestUrl,
  ort,
  Runtime,
  wasm,
} from "../../../src/engine/node.ts";
import { softmaxAt } from "../../../src/engine/run/experiment.ts";
import { BertGraphs } from "../../../src/model/graph/bert.ts";
import { placeShards } from "../../../src/model/graph/layout.ts";
import { decodeStored, tensorNames as names, parseManifest } from "../../../src/model/index.ts";
import { cutLayers } from "../../../src/model/splits.ts";
import { practice, reference, tiny } from "../../helpers/fixtures.ts";

const runtime = new Runtime(ort, wasm(""));

/** shards as fp32, as a session takes them */
function external(folder: string, shards: string[]) {
  const manifest = parseManifest(readFileSync(join(folder, "manifest.json"), "utf8"));
  return shards.map((path) => {
    const shard = manifest.shards[path]!;
    const kept = Buffer.concat(shard.chunks.map(({ file }) => readFileSync(join(folder, file))));
    const data = new Uint8Array(shard.byteLength);
    decodeStored(shard, manifest.encoding, 0, new Uint8Array(kept), data);
    return { path, data };
  });
}

describe.each([...tiny, practice])("%s", (name) => {
  const folder = () => join(inject("models"), name);
  const manifest = () => parseManifest(readFileSync(join(folder(), "manifest.json"), "utf8"));
  const { sentences } = reference(name);

  it("cut at any layer equals the uncut graph", async () => {
    const { model, shards } = manifest();
    const tied = !shards.head!.tensors.some((tensor) => tensor.name === "cls.predictions.decoder.weight");
    const shape = { ...model, tied };
    const uncut = new BertGraphs(shape, placeShards(shape)).uncut();
    const session = await runtime.open(uncut.graph, external(folder(), uncut.shards));
    const engine = createNodeEngine(folder());
    await engine.load(manifestUrl(folder()), { device: "wasm" });
    for (const { ids } of sentences) {
      const feeds = { ...batchInputs(runtime, { ids: [ids] }), ...headInputs(runtime, [...ids.keys()]) };
      const whole = (await runtime.run(session, feeds, [names.logits]))[names.logits]!.data as Float32Array;
      for (const layer of cutLayers(manifest())) {
        const { logits } = await engine.forward({ ids, layer });
        expect(largestDifference(logits, whole), `layer ${layer}`).toBeLessThan(1e-5);
      }
    }
    await session.release();
    await engine.dispose();
  });

  it("the head's log-probabilities are those of its logits", async () => {
    const { head, model } = manifest();
    const session = await runtime.open(
      readFileSync(join(folder(), head.graph.file)),
      external(folder(), head.shards),
    );
    const hidden = Float32Array.from({ length: 3 * model.dModel }, (_, i) => Math.sin(i * 12.9898) * 1.5);
    const ids = [0, 7, model.vocabulary - 1];
    const feeds = {
      [names.hidden]: runtime.float32(hidden, [1, 3, model.dModel]),
      [names.positions]: runtime.int64([2, 0], [2]),
      [names.candidateIds]: runtime.int64(ids, [3]),
    };
    const outputs = await runtime.run(session, feeds, [names.logits, names.logProbs]);
    const logits = outputs[names.logits]!.data as Float32Array;
    const logProbs = outputs[names.logProbs]!.data as Float32Array;
    expect(outputs[names.logProbs]!.dims).toEqual([2, 3]);
    for (const row of [0, 1]) {
      const expected = softmaxAt(
        logits.subarray(row * model.vocabulary, (row + 1) * model.vocabulary),
        ids,
      ).map(Math.log);
      for (const [i, value] of expected.entries()) expect(logProbs[row * 3 + i]).toBeCloseTo(value, 4);
    }
    await session.release();
  });
});
