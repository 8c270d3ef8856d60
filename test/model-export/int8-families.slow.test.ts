// Families as int8: what a pass computes against the fp32 model, and that a row of a matrix is the row it should be where
// layers share their weights or the checkpoint keeps several matrices in one.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, inject, it } from "vitest";
import { openFolder } from "../../model-export/checkpoint-folder.ts";
import { exportModel } from "../../model-export/export.ts";
import { sentences } from "../../model-export/sentences.ts";
import { readWeight } from "../../src/engine/load/weights.ts";
import { createNodeEngine, createTokenizer, manifestUrl } from "../../src/engine/node.ts";
import { Pass } from "../../src/engine/run/pass.ts";
import { memory } from "../../src/engine/runtime/memory.ts";
import { withOwnMask } from "../../src/model/index.ts";
import { families, familyCheckpoints } from "../helpers/families.ts";
import { openModel } from "../helpers/open-model.ts";

const folder = mkdtempSync(join(tmpdir(), "int8-families-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A family's checkpoint as int8, and its tokenizer. */
async function exported(name: string) {
  const from = await openFolder(join(familyCheckpoints, name));
  const out = join(folder, `${name}-int8`);
  const { manifest } = await exportModel(from, { out, encoding: "int8" });
  await from.close();
  return { out, manifest, words: createTokenizer(from.tokenizer.json, from.tokenizer.config) };
}

/** Logits at the mask, [V] of each sentence. */
async function logitsOf(folder: string, inputs: readonly { ids: number[]; mask: number }[]) {
  const model = await openModel(folder);
  const logits: Float32Array[] = [];
  for (const { ids, mask } of inputs) {
    const pass = await Pass.start(model, { ids: [ids] }, []);
    logits.push(await pass.finish({ at: [[0, mask]] }));
    pass.release();
  }
  await model.close();
  return logits;
}

const largest = (values: Iterable<number>) =>
  [...values].reduce((most, value) => Math.max(most, Math.abs(value)), 0);

it.each(
  families,
)("%s computes at the mask what its manifest says: near the fp32 model, and not the same", async (name) => {
  const { out, manifest, words } = await exported(name);
  const engine = createNodeEngine(out);
  const { encoding, layers } = await engine.load(manifestUrl(out), { device: "wasm" });
  await engine.dispose();
  expect([encoding, layers]).toEqual(["int8", manifest.model.layers]);
  const inputs = sentences
    .map((sentence) => words.encode(withOwnMask(sentence, words.special.mask.text)).map(({ id }) => id))
    .filter((ids) => ids.length <= manifest.model.positions)
    .map((ids) => ({ ids, mask: ids.indexOf(words.special.mask.id) }));
  const { sentences: count, logit } = manifest.rounding!;
  expect(inputs).toHaveLength(count);
  const [exact, rounded] = [
    await logitsOf(join(inject("models"), name), inputs),
    await logitsOf(out, inputs),
  ];
  const off = exact.map((row, i) => {
    expect(row).toHaveLength(manifest.model.vocabulary);
    return largest(row.map((value, id) => value - rounded[i]![id]!));
  });
  for (const each of off) expect(each).toBeGreaterThan(0);
  // both models' fp32 sums may be in another order than the exporter's, which is held to 1e-5
  expect(Math.abs(Math.max(...off) - logit)).toBeLessThan(2e-5);
  expect(logit).toBeGreaterThan(1e-3);
});

/** A matrix [rows, width] as it lies in a checkpoint's file, read without the project's reader. */
function stored(name: string, tensor: string): { width: number; data: Float32Array } {
  const file = readFileSync(join(familyCheckpoints, name, "model.safetensors"));
  const start = 8 + Number(file.readBigUInt64LE());
  const { dtype, shape, data_offsets } = JSON.parse(file.toString("utf8", 8, start))[tensor];
  expect(dtype).toBe("F32");
  const [from, to] = data_offsets as [number, number];
  return {
    width: shape[1],
    data: new Float32Array(Uint8Array.from(file.subarray(start + from, start + to)).buffer),
  };
}

const inGroup = (group: number, part: string) =>
  `albert.encoder.albert_layer_groups.${group}.albert_layers.0.${part}.weight`;
const ofAlbert = { "attention.self.key": "attention.key", "intermediate.dense": "ffn" };
const fused = {
  "attention.self.query": ["attn.Wqkv", 0, 3],
  "attention.self.key": ["attn.Wqkv", 1, 3],
  "attention.self.value": ["attn.Wqkv", 2, 3],
  "intermediate.dense": ["mlp.Wi", 0, 2],
  "intermediate.gate": ["mlp.Wi", 1, 2],
} as const;

/** of a checkpoint with layers 0 to 2: the layer's tensor here, the one in the file, and which part of its rows that is */
type Kept = [layer: number, name: string, tensor: string, part: number, of: number];
const albert = (groups: number[]): Kept[] =>
  groups.flatMap((group, layer) =>
    Object.entries(ofAlbert).map(([name, part]): Kept => [layer, name, inGroup(group, part), 0, 1]),
  );
const kept: [string, Kept[]][] = [
  ["albert", albert([0, 0, 0])],
  ["albert-groups", albert([0, 0, 1])],
  [
    "modernbert",
    [0, 1, 2].flatMap((layer) =>
      Object.entries(fused).map(
        ([name, [tensor, part, of]]): Kept => [
          layer,
          name,
          `model.layers.${layer}.${tensor}.weight`,
          part,
          of,
        ],
      ),
    ),
  ],
];

describe("a row as int8 is the checkpoint's, to half a step of its own size", () => {
  it.each(kept)("%s", async (name, matrices) => {
    const { out, manifest } = await exported(name);
    const read = async ({ file }: { file: string }) => new Uint8Array(readFileSync(join(out, file)));
    expect(manifest.model.layers).toBe(3);
    for (const [layer, part, tensor, index, of] of matrices) {
      const asked = `bert.encoder.layer.${layer}.${part}.weight`;
      const decoded = (await readWeight(manifest, asked, read, memory)).data;
      const { width, data } = stored(name, tensor);
      expect(decoded.length * of, asked).toBe(data.length);
      const exact = data.subarray(index * decoded.length, (index + 1) * decoded.length);
      for (let from = 0; from < exact.length; from += width) {
        const row = exact.subarray(from, from + width);
        const off = largest(row.map((value, i) => value - decoded[from + i]!));
        expect(off, `${asked}, row ${from / width}`).toBeGreaterThan(0);
        // a step is the row's largest number / 127; the rest is what fp32 rounds
        expect(off, `${asked}, row ${from / width}`).toBeLessThan((largest(row) / 127) * 0.5001);
      }
    }
  });
});
