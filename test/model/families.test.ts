// A family that the project does not have: its own kind of hook point and its own graphs. A pass stops there, reads, edits
// and goes on, and the manifest is believed, without a line for it anywhere else.

import { createHash } from "node:crypto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ort, Runtime, wasm } from "../../src/engine/node.ts";
import { Model } from "../../src/engine/run/model.ts";
import { Pass } from "../../src/engine/run/pass.ts";
import { memory } from "../../src/engine/runtime/memory.ts";
import { families } from "../../src/model/families/index.ts";
import { placeShards } from "../../src/model/graph/index.ts";
import { GraphBuilder, type Weight } from "../../src/model/graph/onnx.ts";
import { neuronPointsOf } from "../../src/model/hook-points.ts";
import { parseManifest } from "../../src/model/manifest.ts";

const [vocabulary, width] = [5, 3];
const echo = "blocks.0.hook_echo";
const end = "normalized_resid_post";

beforeEach(() => {
  families.set("made-up", {
    name: "made-up",
    title: "Made-up",
    neurons: "mlp_post",
    hookPoints: ({ dModel, dMlp }) => [
      { name: echo, kind: "echo", layer: 0, shape: ["pos", dModel], tensors: ["stream", echo] },
      {
        name: "blocks.0.mlp.hook_post",
        kind: "mlp_post",
        layer: 0,
        shape: ["pos", dMlp],
        tensors: ["blocks.0.mlp.hook_post"],
      },
      { name: end, kind: "resid", layer: 1, shape: ["pos", dModel], tensors: [end] },
    ],
  });
});
afterEach(() => {
  families.delete("made-up");
});

/** table[id][i] = id + i / 10 */
const table = Float32Array.from(
  { length: vocabulary * width },
  (_, i) => Math.floor(i / width) + (i % width) / 10,
);
const dimensions = {
  layers: 1,
  dModel: width,
  dMlp: width,
  heads: 1,
  vocabulary,
  positions: 8,
  tokenTypes: 1,
  layerNormEps: 0,
};
/** as of every model; the graphs here read the first tensor alone, and all others are zeros */
const placed = () => placeShards({ family: "made-up", ...dimensions, tied: true });
const embedding: Weight = {
  name: "bert.embeddings.word_embeddings.weight",
  shape: [vocabulary, width],
  location: "embeddings",
  offset: 0,
};

/** The token's row of the table goes into the stream, and twice of it into the echo; stream + echo; their sum squared. */
function graphs(): Record<string, Uint8Array> {
  const first = new GraphBuilder("first");
  const ids = first.input("input_ids", "int64", ["batch", "pos"]);
  first.node("Gather", [first.weight(embedding), ids], "stream", { axis: 0 });
  first.node("Add", ["stream", "stream"], echo);
  for (const name of ["stream", echo]) first.output(name, ["batch", "pos", width]);

  const second = new GraphBuilder("second");
  for (const name of ["stream", echo]) second.input(name, "float", ["batch", "pos", width]);
  second.output(second.node("Add", ["stream", echo], "blocks.0.mlp.hook_post"), ["batch", "pos", width]);

  const third = new GraphBuilder("third");
  const neurons = third.input("blocks.0.mlp.hook_post", "float", ["batch", "pos", width]);
  third.output(third.node("Mul", [neurons, neurons], end), ["batch", "pos", width]);

  const head = new GraphBuilder("head");
  const hidden = head.input(end, "float", ["batch", "pos", width]);
  const rows = head.input("positions", "int64", ["asked"]);
  head.node("Reshape", [hidden, head.integers("shape", [-1, width])], "matrix");
  head.node("Gather", ["matrix", rows], "asked_rows", { axis: 0 });
  head.output(head.node("Gemm", ["asked_rows", head.weight(embedding)], "logits", { transB: 1 }), [
    "asked",
    vocabulary,
  ]);
  return Object.fromEntries(
    Object.entries({ first, second, third, head }).map(([name, graph]) => [name, graph.serialize()]),
  );
}

const files = new Map<string, Uint8Array>();
function fileOf(file: string, bytes: Uint8Array) {
  files.set(file, bytes);
  return { file, byteLength: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

function manifestText(family: string): string {
  const all = graphs();
  const segment = (name: string, shards: string[] = []) => ({
    graph: fileOf(`${name}.onnx`, all[name]!),
    shards,
  });
  return JSON.stringify({
    format: "neuron-notebook/2",
    name: "echo",
    title: "Echo",
    source: { repo: "none", revision: "none" },
    licence: "MIT",
    encoding: "fp32",
    model: { family, ...dimensions },
    tokenizer: { json: fileOf("t.json", Buffer.from("{}")), config: fileOf("c.json", Buffer.from("{ }")) },
    shards: Object.fromEntries(
      placed().map(({ name, byteLength, tensors }) => {
        const numbers = new Float32Array(byteLength / 4);
        if (name === embedding.location) numbers.set(table, embedding.offset / 4);
        return [
          name,
          { byteLength, chunks: [fileOf(`${name}.bin`, new Uint8Array(numbers.buffer))], tensors },
        ];
      }),
    ),
    splits: [
      {
        name: "every-hook-point",
        cuts: [echo, "blocks.0.mlp.hook_post"],
        segments: [segment("first", [embedding.location]), segment("second"), segment("third")],
      },
    ],
    head: segment("head", [embedding.location]),
    defaultLayer: 0,
    selfTest: [{ inputIds: [1], position: 0, top: [{ id: 0, logit: 0 }] }],
  });
}

it("has its own kind of hook point, where passes stop, read and edit", async () => {
  const manifest = parseManifest(manifestText("made-up"));
  const model = new Model(manifest, {
    runtime: new Runtime(ort, wasm("")),
    read: async ({ file }) => Uint8Array.from(files.get(file)!),
    check: async () => {},
    memory,
  });
  expect(model.points.map(({ kind }) => kind)).toEqual(["echo", "mlp_post", "resid"]);
  expect(neuronPointsOf(manifest.model).map(({ name }) => name)).toEqual(["blocks.0.mlp.hook_post"]);
  const batch = {
    ids: [
      [4, 1],
      [2, 0],
    ],
  };
  const pass = await Pass.start(model, batch, [echo]);
  expect(pass.shape).toEqual([2, 2, width]);
  const doubled = (id: number) => [0, 1, 2].map((i) => 2 * table[id * width + i]!);
  expect([...(await pass.read())]).toEqual([4, 1, 2, 0].flatMap(doubled).map(Math.fround));
  await pass.edit([
    { rows: [0], point: echo, positions: [1], indexes: [2], operation: { kind: "set", value: 7 } },
  ]);
  const logits = await pass.finish({
    at: [
      [0, 1],
      [1, 0],
    ],
  });
  pass.release();
  await model.close();
  const squared = (id: number, last?: number) =>
    [0, 1, 2].map(
      (i) => (table[id * width + i]! + (i === 2 && last !== undefined ? last : doubled(id)[i]!)) ** 2,
    );
  const expected = [squared(1, 7), squared(2)].flatMap((hidden) =>
    Array.from({ length: vocabulary }, (_, id) =>
      hidden.reduce((sum, value, i) => sum + value * table[id * width + i]!, 0),
    ),
  );
  for (const [i, value] of expected.entries()) expect(logits[i]).toBeCloseTo(value, 3);
});

it("is refused by name where the page does not know it", () => {
  expect(() => parseManifest(manifestText("unheard-of"))).toThrow(
    "model.family: this version of the page knows bert, roberta, distilbert, electra, mpnet, albert, modernbert, made-up alone",
  );
});
