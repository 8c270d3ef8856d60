// A model stored as int8: over the port come numpy's numbers, and it computes what a model with these numbers as fp32 does.

import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openFolder } from "../../../model-export/checkpoint-folder.ts";
import { exportModel } from "../../../model-export/export.ts";
import type { ModelDescription } from "../../../src/engine/index.ts";
import { readWeight, readWeightRows, type WeightTensor } from "../../../src/engine/load/weights.ts";
import { createNodeEngine, manifestUrl } from "../../../src/engine/node.ts";
import { memory } from "../../../src/engine/runtime/memory.ts";
import type { Checkpoint } from "../../../src/model/checkpoint/index.ts";
import { allFiles, type Manifest, parseManifest } from "../../../src/model/index.ts";
import { checkpoints, root } from "../../helpers/fixtures.ts";
import { connectSteps } from "../../helpers/steps.ts";

const folder = mkdtempSync(join(tmpdir(), "int8-"));
const out = join(folder, "legacy-int8");
const { checkpoints: expected } = JSON.parse(
  readFileSync(join(root, "test/fixtures/reference/int8.json"), "utf8"),
);
let checkpoint: Checkpoint;
let manifest: Manifest;
let text: string;

beforeAll(async () => {
  checkpoint = await openFolder(join(checkpoints, "legacy"));
  await exportModel(checkpoint, { out, encoding: "int8" });
  text = readFileSync(join(out, "manifest.json"), "utf8");
  manifest = parseManifest(text);
});
afterAll(async () => {
  await checkpoint.close();
  rmSync(folder, { recursive: true });
});

const size = (shape: readonly number[]) => shape.reduce((product, each) => product * each, 1);
const read = async ({ file }: { file: string }) => new Uint8Array(readFileSync(join(out, file)));

describe("a model stored as int8", () => {
  it("gives its matrices as numpy rounds them, and all else as the checkpoint has it", async () => {
    const engine = createNodeEngine(out);
    expect(await engine.load(manifestUrl(out), { device: "wasm" })).toMatchObject({ encoding: "int8" });
    const call = await connectSteps(engine);
    const { weights } = await call<ModelDescription>("describe");
    for (const { name, shape } of weights) {
      const { data } = await call<WeightTensor>("weights", "legacy-int8", name);
      if (shape.length === 2) {
        const digest = createHash("sha256").update(new Uint8Array(data.buffer)).digest("hex");
        expect(digest, name).toBe(expected.legacy[name].plain);
      } else expect(data, name).toEqual(await checkpoint.read(name, 0, size(shape)));
    }
    await engine.dispose();
  });

  it("gives single rows as in the whole tensor", async () => {
    const name = "bert.encoder.layer.1.output.dense.weight";
    const { shape, data } = await readWeight(manifest, name, read, memory);
    const rows = await readWeightRows(manifest, { name, rows: [31, 0, 7] }, read, memory);
    const width = shape[1]!;
    for (const [i, row] of [31, 0, 7].entries())
      expect(rows.subarray(i * width, (i + 1) * width)).toEqual(
        data.subarray(row * width, (row + 1) * width),
      );
  });

  it("computes what the same numbers do as fp32, bit for bit", async () => {
    const rounded: Checkpoint = {
      ...checkpoint,
      config: checkpoint.config,
      read: async (name, first, count) =>
        (await readWeight(manifest, name, read, memory)).data.slice(first, first + count),
    };
    await exportModel(rounded, { out: join(folder, "plain"), encoding: "fp32" });
    const spec = { sentence: "The [MASK] is here.", layer: 1, neuron: 5, candidates: ["this", "these"] };
    const results = [];
    for (const name of ["legacy-int8", "plain"]) {
      const engine = createNodeEngine(join(folder, name));
      await engine.load(manifestUrl(join(folder, name)), { device: "wasm" });
      const { rows, provenance } = await engine.run(spec);
      results.push({ rows, encoding: provenance.encoding });
      await engine.dispose();
    }
    expect(results).toEqual([
      { rows: results[1]!.rows, encoding: "int8" },
      { rows: results[0]!.rows, encoding: "fp32" },
    ]);
  });

  it("keeps its graphs in the files of the model as fp32", () => {
    const plain = parseManifest(readFileSync(join(folder, "plain/manifest.json"), "utf8"));
    const others = (m: Manifest) =>
      allFiles(m)
        .filter(({ file }) => !file.startsWith("weights/"))
        .map(({ sha256 }) => sha256);
    expect(others(manifest)).toEqual(others(plain));
  });
});

describe("a manifest of int8 is refused", () => {
  const refusal = (change: (m: Manifest) => void) => {
    const changed = JSON.parse(text) as Manifest;
    change(changed);
    try {
      parseManifest(JSON.stringify(changed));
    } catch (error) {
      return (error as Error).message;
    }
    return "accepted";
  };
  const cut = (at: number) => (m: Manifest) => {
    const { chunks } = m.shards["layer-1"]!;
    const [{ byteLength }] = chunks as [(typeof chunks)[number]];
    m.shards["layer-1"]!.chunks = [
      { file: "weights/a", byteLength: at, sha256: "a".repeat(64) },
      { file: "weights/b", byteLength: byteLength - at, sha256: "b".repeat(64) },
    ];
  };

  it("where a chunk ends inside a row, and not where it ends with one", () => {
    expect(refusal(cut(5 * 36))).toBe("accepted");
    expect(refusal(cut(5 * 36 + 1))).toContain("shards.layer-1: a chunk ends inside a number or a row");
  });

  it("where something lies between tensors", () => {
    const gap = (m: Manifest) => m.shards["layer-1"]!.tensors.splice(1, 1);
    expect(refusal(gap)).toContain("shards.layer-1: its chunks do not add up to byteLength");
    const swapped = (m: Manifest) => {
      const { tensors } = m.shards["layer-1"]!;
      tensors[0]!.offset = 4;
    };
    expect(refusal(swapped)).toContain("shards.layer-1: its tensors do not fill it");
  });
});
