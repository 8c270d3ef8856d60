// What the exporter writes, and that a failed export leaves nothing behind.

import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { catalog } from "../../model-export/catalog.ts";
import { largestDifference } from "../../model-export/check.ts";
import { openFolder } from "../../model-export/checkpoint-folder.ts";
import { type ExportOptions, exportModel } from "../../model-export/export.ts";
import { createNodeEngine, manifestUrl } from "../../src/engine/node.ts";
import type { Checkpoint } from "../../src/model/checkpoint/index.ts";
import { BertGraphs } from "../../src/model/graph/bert.ts";
import { elementsOf, placeShards } from "../../src/model/graph/layout.ts";
import { allFiles, hookPointsOf, type Manifest, parseManifest } from "../../src/model/index.ts";
import { checkpoints, practiceCheckpoint, root } from "../helpers/fixtures.ts";
import { bertBaseCased } from "../helpers/random-checkpoint.ts";

let folder: string;
let checkpoint: Checkpoint;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "export-"));
  checkpoint = await openFolder(join(checkpoints, "legacy"));
});
afterAll(async () => {
  await checkpoint.close();
  await rm(folder, { recursive: true });
});

const exported = async (name: string, options: Partial<ExportOptions> = {}): Promise<Manifest> =>
  (await exportModel(checkpoint, { out: join(folder, name), ...options })).manifest;

describe("an exported folder", () => {
  it("holds exactly the manifest's files, and each has its length and hash", async () => {
    const manifest = await exported("whole");
    const files = allFiles(manifest);
    for (const { file, byteLength, sha256 } of files) {
      const bytes = readFileSync(join(folder, "whole", file));
      expect(bytes.length).toBe(byteLength);
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);
    }
    const entries = await readdir(join(folder, "whole"), { recursive: true, withFileTypes: true });
    expect(entries.filter((entry) => entry.isFile())).toHaveLength(files.length + 1);
    expect(manifest.splits.map(({ name, segments }) => [name, segments.length])).toEqual([
      ["layer-2", 2],
      ["every-hook-point", 7],
    ]);
    expect(manifest.defaultLayer).toBe(2);
  });

  it("holds every weight's own bytes, once", async () => {
    const manifest = await exported("bytes");
    for (const [name, { chunks, tensors }] of Object.entries(manifest.shards)) {
      const shard = Buffer.concat(chunks.map(({ file }) => readFileSync(join(folder, "bytes", file))));
      expect(shard.length, name).toBe(manifest.shards[name]!.byteLength);
      for (const tensor of tensors) {
        const count = elementsOf(tensor.shape);
        const values = await checkpoint.read(tensor.name, 0, count);
        expect(
          shard.subarray(tensor.offset, tensor.offset + 4 * count).equals(Buffer.from(values.buffer)),
          tensor.name,
        ).toBe(true);
      }
    }
    const names = Object.values(manifest.shards).flatMap(({ tensors }) => tensors.map(({ name }) => name));
    expect(new Set(names).size).toBe(names.length);
    expect(names, "a tied decoder is not stored twice").not.toContain("cls.predictions.decoder.weight");
  });

  it("as fp16 is half the size, and computes the rounded weights exactly", async () => {
    const manifest = await exported("half", { encoding: "fp16" });
    const kept = Object.values(manifest.shards).flatMap(({ chunks }) => chunks);
    const total = Object.values(manifest.shards).reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(kept.reduce((sum, { byteLength }) => sum + byteLength, 0) * 2).toBe(total);
    const half = await openFolder(join(checkpoints, "half"));
    const spec = {
      sentence: "Raymond is selling [MASK] sketches.",
      layer: 1,
      neuron: 3,
      candidates: ["this", "these"],
    };
    const rows = [];
    for (const encoding of ["fp16", "fp32"] as const) {
      const out = join(folder, `of-half-${encoding}`);
      await exportModel(half, { out, encoding });
      const engine = createNodeEngine(out);
      await engine.load(manifestUrl(out), { device: "wasm" });
      rows.push((await engine.run(spec)).rows);
      await engine.dispose();
    }
    await half.close();
    expect(rows[0], "a checkpoint in F16 loses nothing as fp16").toEqual(rows[1]);
  });

  it("can have chosen layers only", async () => {
    const manifest = await exported("some", { layers: [1] });
    expect(manifest.splits.map(({ name }) => name)).toEqual(["layer-1"]);
    expect(manifest.defaultLayer).toBe(1);
    const two = await exported("two", { layers: [2, 0] });
    expect(two.splits.map(({ name, cuts }) => [name, ...cuts])).toEqual([
      ["layer-2", "blocks.2.mlp.hook_post"],
      ["layers-0-2", "blocks.0.mlp.hook_post", "blocks.2.mlp.hook_post"],
    ]);
    await expect(exported("none", { layers: [3] })).rejects.toThrowError(/no layer 3/);
  });

  it("is listed in the site's catalogue, the practice model first", async () => {
    const models = join(folder, "models");
    await mkdir(models);
    await cp(join(folder, "whole"), join(models, "whole"), { recursive: true });
    const manifest = JSON.parse(await readFile(join(models, "whole/manifest.json"), "utf8")) as Manifest;
    await cp(join(folder, "whole"), join(models, "z"), { recursive: true });
    await writeFile(join(models, "z/manifest.json"), JSON.stringify({ ...manifest, name: "minibert-blimp" }));
    const entries = catalog(models);
    expect(entries.map(({ name, practice }) => [name, practice])).toEqual([
      ["minibert-blimp", true],
      ["whole", false],
    ]);
    // what tells one version from another, as a browser computes it from the manifest it fetched
    for (const { version, manifest: path } of entries)
      expect(version).toBe(
        createHash("sha256")
          .update(await readFile(join(models, path)))
          .digest("hex"),
      );
    expect(entries[0]!.version).not.toBe(entries[1]!.version);
    expect(catalog(join(folder, "nowhere"))).toEqual([]);
    await rm(join(models, "z/manifest.json"));
    expect(() => catalog(models)).toThrowError(/z/);
  });
});

describe("the folder to write", () => {
  it("may hold an exported model or nothing; anything else stays", async () => {
    const thesis = join(folder, "docs");
    await mkdir(thesis);
    await writeFile(join(thesis, "thesis.txt"), "years of work");
    await expect(exported("docs")).rejects.toThrowError(/something else than an exported model/);
    expect(await readdir(thesis)).toEqual(["thesis.txt"]);
    await mkdir(join(folder, "empty"));
    await exported("empty");
    await exported("empty", { layers: [1] });
    expect((await readdir(folder)).filter((name) => name.includes("partial"))).toEqual([]);
  });

  it.each([
    ["the checkpoint itself", () => checkpoint.folder],
    ["a folder around the checkpoint", () => join(checkpoint.folder, "..")],
    ["a folder in the checkpoint", () => join(checkpoint.folder, "model")],
  ])("may not be %s", async (_, out) => {
    const before = await readdir(checkpoint.folder);
    await expect(exportModel(checkpoint, { out: out() })).rejects.toThrowError(/cannot be written/);
    expect(await readdir(checkpoint.folder)).toEqual(before);
  });

  it("must have a name that a model can have", () =>
    expect(exported("my model")).rejects.toThrowError(/"my model" cannot be a model's name/));
});

it("a difference that is not a number is the largest of all, wherever it stands", () => {
  expect(largestDifference(Float32Array.of(1, 2, 3), Float32Array.of(1, 2.5, 3))).toBe(0.5);
  expect(largestDifference(Float32Array.of(1, Number.NaN, 3), Float32Array.of(1, 2, 3))).toBe(
    Number.POSITIVE_INFINITY,
  );
  expect(largestDifference(Float32Array.of(1), Float32Array.of(1, 2))).toBe(Number.POSITIVE_INFINITY);
});

describe("a failed export", () => {
  it("leaves nothing behind, and the model that stood there stands", async () => {
    const before = await exported("stands");
    const failing: Checkpoint = {
      ...checkpoint,
      config: checkpoint.config,
      read: (name, first, count) => {
        if (name.startsWith("cls.")) throw new Error("the disk is gone");
        return checkpoint.read(name, first, count);
      },
    };
    await expect(exportModel(failing, { out: join(folder, "stands") })).rejects.toThrowError(
      "the disk is gone",
    );
    await expect(exportModel(failing, { out: join(folder, "never") })).rejects.toThrowError(
      "the disk is gone",
    );
    expect(parseManifest(await readFile(join(folder, "stands/manifest.json"), "utf8"))).toEqual(before);
    expect((await readdir(folder)).filter((name) => name.includes("partial") || name === "never")).toEqual(
      [],
    );
  });

  it("is the answer to halves that compute something else", async () => {
    // a LayerNorm that gives NaN everywhere: nothing can be said to be equal
    const flaky: Checkpoint = {
      ...checkpoint,
      config: { ...checkpoint.config, layerNormEps: Number.NaN },
      read: (name, first, count) => checkpoint.read(name, first, count),
    };
    await expect(exportModel(flaky, { out: join(folder, "nan") })).rejects.toThrowError(
      /differs by Infinity/,
    );
    expect(existsSync(join(folder, "nan"))).toBe(false);
  });

  it("refuses weights that fp16 cannot hold, by name", async () => {
    const large: Checkpoint = {
      ...checkpoint,
      config: checkpoint.config,
      read: async (name, first, count) => {
        const values = await checkpoint.read(name, first, count);
        if (name.endsWith("layer.1.output.dense.bias")) values[3] = 70_000;
        return values;
      },
    };
    const attempt = exportModel(large, { out: join(folder, "large"), encoding: "fp16" });
    await expect(attempt).rejects.toThrowError(/layer\.1\.output\.dense\.bias holds 70000/);
  });
});

describe("the graphs", () => {
  const shards = placeShards(bertBaseCased);
  const graphs = new BertGraphs(bertBaseCased, shards);
  const points = hookPointsOf(bertBaseCased);
  /** segments that end at these hook points, and at the encoder's end */
  const segmentsTo = (...names: string[]) => {
    const ends = points.filter(({ name }, i) => names.includes(name) || i === points.length - 1);
    return ends.map((to, i) => graphs.segment(ends[i - 1], to));
  };
  const split = (...layers: number[]) =>
    segmentsTo(...layers.map((layer) => `blocks.${layer}.mlp.hook_post`));
  const decode = (bytes: Uint8Array) => fromBinary(ModelProtoSchema, bytes).graph!;
  const names = (values: { name: string }[]) => values.map(({ name }) => name);

  it("of bert-base-cased are small, and all weights are references into the shards", () => {
    const [pre, post] = split(9).map(({ graph }) => graph);
    expect(pre!.length).toBeLessThan(60_000);
    for (const graph of [pre!, post!].map(decode)) {
      for (const { name, dims, externalData, int64Data } of graph.initializer) {
        if (int64Data.length > 0) continue;
        const entry = Object.fromEntries(externalData.map(({ key, value }) => [key, value]));
        const tensor = shards
          .find((shard) => shard.name === entry.location)!
          .tensors.find((each) => each.name === name)!;
        expect(Number(entry.offset)).toBe(tensor.offset);
        expect(dims.map(Number)).toEqual(tensor.shape);
        expect(Number(entry.length)).toBe(4 * elementsOf(tensor.shape));
      }
    }
  });

  it("cut at mlp_post: GELU is the last of the pre half's layer, the output projection the first of the post half's", () => {
    const [pre, post] = split(9).map(({ graph }) => decode(graph));
    expect(names(pre!.output)).toEqual(["blocks.9.normalized_resid_mid", "blocks.9.mlp.hook_post"]);
    expect(names(post!.input)).toEqual([
      "blocks.9.normalized_resid_mid",
      "blocks.9.mlp.hook_post",
      "attention_bias",
    ]);
    const weights = (graph: typeof pre) =>
      names(graph!.initializer).filter((name) => name.includes("layer.9."));
    expect(weights(pre)).toContain("bert.encoder.layer.9.intermediate.dense.weight");
    expect(weights(pre)).not.toContain("bert.encoder.layer.9.output.dense.weight");
    expect(weights(post)).toEqual([
      "bert.encoder.layer.9.output.dense.weight",
      "bert.encoder.layer.9.output.dense.bias",
      "bert.encoder.layer.9.output.LayerNorm.weight",
      "bert.encoder.layer.9.output.LayerNorm.bias",
    ]);
    const gelus = pre!.node.filter(({ opType }) => opType === "Gelu");
    expect(gelus).toHaveLength(10);
    expect(
      gelus.every(({ attribute }) => attribute.length === 0),
      "exact GELU is the operator's default",
    ).toBe(true);
  });

  it("use every weight in one split, each once, but for the tied embedding", () => {
    const everywhere = segmentsTo(...points.map(({ name }) => name));
    for (const segments of [split(0, 5, 11), everywhere]) {
      const used = [...segments, graphs.head()].flatMap(({ graph }) =>
        names(decode(graph).initializer.filter(({ externalData }) => externalData.length > 0)),
      );
      const all = shards.flatMap(({ tensors }) => names(tensors));
      expect(used.toSorted()).toEqual([...all, "bert.embeddings.word_embeddings.weight"].toSorted());
    }
  });

  it("cut at the residual stream: one tensor crosses, behind a LayerNorm", () => {
    const [embed, ofLayer0, ...rest] = segmentsTo(
      "hook_full_embed",
      "blocks.0.hook_normalized_resid_post",
      "blocks.1.hook_normalized_resid_post",
    ).map(({ graph }) => decode(graph));
    expect(names(embed!.output)).toEqual(["hook_full_embed"]);
    expect(names(ofLayer0!.input)).toEqual(["hook_full_embed", "attention_bias"]);
    expect(names(ofLayer0!.output)).toEqual(["blocks.0.hook_normalized_resid_post"]);
    expect(names(rest.at(-1)!.output)).toEqual(["normalized_resid_post"]);
    expect(ofLayer0!.node.at(-2)!.opType).toBe("LayerNormalization");
    expect(ofLayer0!.node.at(-1)!.opType).toBe("Reshape");
  });

  it("place the tensors of a shard one behind the other", () => {
    for (const { tensors, byteLength } of shards) {
      let offset = 0;
      for (const tensor of tensors) {
        expect(tensor.offset).toBe(offset);
        offset += 4 * elementsOf(tensor.shape);
      }
      expect(byteLength).toBe(offset);
    }
  });
});

describe("the command", () => {
  beforeAll(() => {
    execFileSync("npm", ["run", "--silent", "commands"], { cwd: root, stdio: "ignore" });
  });
  const run = (...args: string[]) => {
    try {
      const output = execFileSync("npm", ["run", "--silent", "export", "--", ...args], {
        cwd: root,
        stdio: "pipe",
      });
      return { status: 0, output: output.toString() };
    } catch (error) {
      const { status, stderr } = error as { status: number; stderr: Buffer };
      return { status, output: stderr.toString() };
    }
  };

  it("exports, checks and says what it did", () => {
    const { status, output } = run(join(checkpoints, "wide"), "--out", join(folder, "by-command"));
    expect(status).toBe(0);
    expect(output).toMatch(/checked 2 splits against the uncut graph: largest difference of a logit/);
    expect(existsSync(join(folder, "by-command/manifest.json"))).toBe(true);
  });

  it("exports several encodings side by side, and says what rounding changes", () => {
    const { status, output } = run(
      join(checkpoints, "wide"),
      "--encoding",
      "fp32,int8",
      "--out",
      join(folder, "side"),
    );
    expect(status).toBe(0);
    expect(output.match(/^Its weights are rounded to .*$/gm)).toHaveLength(1);
    const bytes = ["side", "side-int8"].map((name) => {
      const manifest = parseManifest(readFileSync(join(folder, name, "manifest.json"), "utf8"));
      const chunks = Object.values(manifest.shards).flatMap((shard) => shard.chunks);
      return chunks.reduce((sum, { byteLength }) => sum + byteLength, 0);
    });
    expect(bytes[1]! / bytes[0]!).toBeLessThan(0.4);
  });

  it("leaves nothing behind when it is interrupted", async () => {
    const target = join(folder, "interrupted");
    await mkdir(target);
    const command = spawn(
      process.execPath,
      [".cache/commands/export.js", practiceCheckpoint, "--out", join(target, "model")],
      {
        cwd: root,
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    const status = new Promise((resolve) => command.once("close", resolve));
    await new Promise((resolve) => command.stderr.once("data", resolve));
    expect(await readdir(target), "it has begun").toHaveLength(1);
    command.kill("SIGINT");
    expect(await status).toBe(130);
    expect(await readdir(target)).toEqual([]);
  });

  it.each([
    [[], /Name one checkpoint/],
    [["/nowhere/at/all"], /There is no folder/],
    [[join(checkpoints, "wide"), "--encoding", "int4"], /int4/],
    [[join(checkpoints, "wide"), "--encoding", "fp32,"], /--encoding {2}does not exist/],
    [[join(checkpoints, "wide"), "--layers", "two"], /two/],
    [[join(checkpoints, "wide"), "--layers", "7"], /no layer 7/],
    [[join(checkpoints, "wide"), "--colour"], /--colour/],
  ])("refuses %j in a sentence, with status 1", (args, message) => {
    const { status, output } = run(...args);
    expect(status).toBe(1);
    expect(output).toMatch(message);
    expect(output, "no stack").not.toMatch(/^\s+at /m);
  });
});
