// Weights as numbers: what a notebook's Python reads over the port is what the checkpoint has, whatever chunks hold it.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { openFolder } from "../../../model-export/checkpoint-folder.ts";
import type { ModelDescription } from "../../../src/engine/index.ts";
import { readWeight, type WeightTensor, weightShapes } from "../../../src/engine/load/weights.ts";
import { createNodeEngine, manifestUrl } from "../../../src/engine/node.ts";
import { memory } from "../../../src/engine/runtime/memory.ts";
import type { Checkpoint } from "../../../src/model/checkpoint/index.ts";
import { parseManifest } from "../../../src/model/index.ts";
import { checkpoints, practiceCheckpoint } from "../../helpers/fixtures.ts";
import { connectSteps } from "../../helpers/steps.ts";

const size = (shape: readonly number[]) => shape.reduce((product, dimension) => product * dimension, 1);

/** An exported model's folder, and the checkpoint to compare with. */
const exported = async (from: string, name: string) => ({
  checkpoint: await openFolder(from),
  out: join(inject("models"), name),
});

/** the same bits; a comparison of millions of numbers one by one would take minutes */
const sameBits = (a: Float32Array, b: Float32Array) =>
  Buffer.compare(Buffer.from(a.buffer, a.byteOffset, a.byteLength), Buffer.from(b.buffer)) === 0;

async function expectTheCheckpoints(checkpoint: Checkpoint, name: string, { shape, data }: WeightTensor) {
  expect(data).toHaveLength(size(shape));
  expect(sameBits(data, await checkpoint.read(name, 0, size(shape))), name).toBe(true);
}

describe.each([
  ["untied", join(checkpoints, "untied"), "fp32"],
  // stored as fp16, so that nothing is rounded
  ["minibert-blimp", practiceCheckpoint, "fp16"],
] as const)("%s", (name, from, encoding) => {
  it("every tensor over the port is the checkpoint's, bit for bit", async () => {
    const { checkpoint, out } = await exported(from, name);
    const engine = createNodeEngine(out);
    await engine.load(manifestUrl(out), { device: "wasm" });
    const call = await connectSteps(engine);
    const { weights } = await call<ModelDescription>("describe");
    expect(weights.length).toBeGreaterThan(20);
    for (const { name: tensor, shape } of weights) {
      const found = await call<WeightTensor>("weights", name, tensor);
      expect(found.shape).toEqual(shape);
      await expectTheCheckpoints(checkpoint, tensor, found);
    }
    await checkpoint.close();
    await engine.dispose();
  });

  it("a tensor that lies in several chunks is put together, and no other chunk is read", async () => {
    const { checkpoint, out } = await exported(from, name);
    const manifest = parseManifest(readFileSync(join(out, "manifest.json"), "utf8"));
    const chunks = new Map<string, Uint8Array<ArrayBuffer>>();
    const piece = 1000;
    for (const [shard, { chunks: whole, ...rest }] of Object.entries(manifest.shards)) {
      const bytes = Buffer.concat(whole.map(({ file }) => readFileSync(join(out, file))));
      const specs = Array.from({ length: Math.ceil(bytes.length / piece) }, (_, i) => {
        const part = new Uint8Array(bytes.subarray(i * piece, (i + 1) * piece));
        chunks.set(`${shard}.${i}`, part);
        return { file: `${shard}.${i}`, byteLength: part.length, sha256: "" };
      });
      manifest.shards[shard] = { ...rest, chunks: specs };
    }
    for (const { name: tensor, shape } of weightShapes(manifest)) {
      let read = 0;
      const reading = async ({ file }: { file: string }) => {
        read++;
        return chunks.get(file)!.slice();
      };
      await expectTheCheckpoints(checkpoint, tensor, await readWeight(manifest, tensor, reading, memory));
      const held = (size(shape) * (encoding === "fp16" ? 2 : 4)) / piece;
      expect(read).toBeGreaterThanOrEqual(held);
      expect(read).toBeLessThan(held + 2);
    }
    await checkpoint.close();
  });
});

it("what no model has is refused by a sentence", async () => {
  const { checkpoint, out } = await exported(join(checkpoints, "legacy"), "legacy");
  await checkpoint.close();
  const engine = createNodeEngine(out);
  await engine.load(manifestUrl(out), { device: "wasm" });
  const call = await connectSteps(engine);
  const refused = (...args: unknown[]) => call("weights", ...args).catch((error: Error) => error.message);
  expect(await refused("legacy", "bert.pooler.dense.weight")).toMatch(
    /^legacy has no weights of this name\. There are \d+ tensors, such as bert\.embeddings\.word_embeddings\.weight\.$/,
  );
  expect(await refused("legacy", "__proto__")).toContain("no weights of this name");
  expect(await refused("another", "bert.embeddings.LayerNorm.bias")).toContain(
    "another is not open any more",
  );
  expect(await refused("legacy", { toString: "x" })).toContain("was not given a tensor's name");
  expect(await refused(7, "bert.embeddings.LayerNorm.bias")).toContain("was not given a model's name");
  await engine.dispose();
});
