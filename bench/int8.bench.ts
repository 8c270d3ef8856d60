// int8 weights: decoded to fp32 while loading, or kept as they are for MatMulNBits? One linear layer of bert-base-cased's size
// (768 to 3,072) on WASM in Node, both ways in turns; decoding itself, of all of that model; and opening that model in Chromium
// when it is kept there. Prints ratios from one run; nothing is asserted.
//
// M tokens, K inputs, N outputs of the layer.

import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { inject, it } from "vitest";
import { openFolder } from "../model-export/checkpoint-folder.ts";
import { exportModel } from "../model-export/export.ts";
import { ort, Runtime, wasm } from "../src/engine/node.ts";
import { encode } from "../src/model/checkpoint/encode.ts";
import { decodeStored } from "../src/model/stored-weights.ts";
import { openHarness } from "../test/e2e/open-harness.ts";
import { makeModel } from "../test/full-size/full-size.ts";
import { launch } from "../test/helpers/chromium.ts";
import { root } from "../test/helpers/fixtures.ts";
import { serve } from "../test/helpers/server.ts";
import { browserCpu, compare, ownCpu, ratio, text } from "./measure.ts";

const [K, N, BLOCK] = [768, 3072, 128];
const runs = 20;

const attribute = (name: string, i: number) =>
  create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(i) });

/** A graph [M, K] -> [M, N] of one operator. */
function graph(opType: string, tensors: TensorProto[], attributes: Record<string, number>, domain = "") {
  const value = (name: string, last: number) =>
    create(ValueInfoProtoSchema, {
      name,
      type: {
        value: {
          case: "tensorType",
          value: {
            elemType: DataType.FLOAT,
            shape: {
              dim: [
                { value: { case: "dimParam", value: "M" } },
                { value: { case: "dimValue", value: BigInt(last) } },
              ],
            },
          },
        },
      },
    });
  const node = create(NodeProtoSchema, {
    opType,
    input: ["x", ...tensors.map(({ name }) => name)],
    output: ["y"],
    attribute: Object.entries(attributes).map(([name, i]) => attribute(name, i)),
    domain,
  });
  const model = create(ModelProtoSchema, {
    irVersion: 10n,
    opsetImport: [
      { domain: "", version: 20n },
      { domain: "com.microsoft", version: 1n },
    ],
    graph: create(GraphProtoSchema, {
      name: opType,
      node: [node],
      initializer: tensors,
      input: [value("x", K)],
      output: [value("y", N)],
    }),
  });
  return toBinary(ModelProtoSchema, model);
}

const tensor = (name: string, dims: number[], dataType: DataType, bytes: ArrayBufferLike) =>
  create(TensorProtoSchema, {
    name,
    dims: dims.map(BigInt),
    dataType,
    rawData: new Uint8Array(bytes as ArrayBuffer),
  });

it("a linear layer of int8, decoded or kept", async () => {
  const weights = Float32Array.from({ length: N * K }, (_, i) => Math.sin(i * 12.9898) * 0.05);
  const shape = [N, K];
  const shard = { byteLength: 4 * N * K, tensors: [{ shape, offset: 0 }] };
  const stored = encode(weights, "int8", { name: "w", shape }).bytes;
  const decoded = new Float32Array(N * K);
  const decode = () => decodeStored(shard, "int8", 0, stored, new Uint8Array(decoded.buffer));
  decode();

  // MatMulNBits has a scale for each block of a row; here those of a row are the same. 128 is its zero.
  const steps = new Uint8Array(N * K);
  const scales = new Float32Array((N * K) / BLOCK);
  const view = new DataView(stored.buffer);
  for (let row = 0; row < N; row++) {
    scales.fill(view.getFloat32(row * (4 + K), true), (row * K) / BLOCK, ((row + 1) * K) / BLOCK);
    for (let i = 0; i < K; i++) steps[row * K + i] = view.getInt8(row * (4 + K) + 4 + i) + 128;
  }
  const kept = [
    tensor("w", [N, K / BLOCK, BLOCK], DataType.UINT8, steps.buffer),
    tensor("scales", [scales.length], DataType.FLOAT, scales.buffer),
  ];
  const nBits = graph("MatMulNBits", kept, { K, N, bits: 8, block_size: BLOCK }, "com.microsoft");
  const plain = graph("Gemm", [tensor("w", shape, DataType.FLOAT, decoded.buffer)], { transB: 1 });

  const runtime = new Runtime(ort, wasm(""));
  const sessions = { decoded: await runtime.open(plain, []), kept: await runtime.open(nBits, []) };
  for (const M of [8, 32, 128]) {
    const x = runtime.float32(
      Float32Array.from({ length: M * K }, (_, i) => Math.cos(i * 78.233)),
      [M, K],
    );
    const outputs: Record<string, Float32Array> = {};
    const task = (name: keyof typeof sessions) => async () => {
      for (let i = 0; i < runs; i++)
        outputs[name] = (await runtime.run(sessions[name], { x }, ["y"])).y!.data as Float32Array;
    };
    const took = await compare(4, ownCpu, { decoded: task("decoded"), kept: task("kept") });
    const off = outputs.kept!.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - outputs.decoded![i]!)),
      0,
    );
    console.log(
      `${M} tokens: kept ${text(took.kept, runs)}, ${ratio(took.kept, took.decoded)} of ${text(took.decoded, runs)} decoded; largest difference ${off.toExponential(1)}`,
    );
  }

  const copied = new Float32Array(N * K);
  const layers = 108_310_272 / (N * K);
  const { int8, fp32 } = await compare(4, ownCpu, {
    int8: async () => {
      for (let i = 0; i < layers; i++) decode();
    },
    fp32: async () => {
      for (let i = 0; i < layers; i++) copied.set(decoded);
    },
  });
  console.log(`decoding bert-base-cased's weights: ${text(int8)}; copying them as fp32: ${text(fp32)}`);
}, 600_000);

it("opening bert-base-cased's shape, kept as int8 and as fp32", async () => {
  const fp32 = await makeModel();
  const int8 = `${fp32}-int8`;
  const checkpoint = await openFolder(join(root, ".cache/full-size/checkpoint"));
  await exportModel(checkpoint, { out: int8, encoding: "int8" });
  await checkpoint.close();
  const server = await serve({ "/": inject("harness"), "/fp32/": fp32, "/int8/": int8 });
  const browser = await launch("no-adapter", ["--disable-features=StaticStorageQuota"]);
  try {
    const page = await openHarness(browser, server.url);
    page.setDefaultTimeout(0);
    const open = (encoding: string) => async () => {
      await page.reload();
      await page.waitForFunction(() => "harness" in window);
      await page.evaluate(
        (folder) => window.harness.engine.load(`${folder}/manifest.json`, { device: "wasm" }),
        encoding,
      );
    };
    for (const encoding of ["fp32", "int8"]) await open(encoding)();
    const took = await compare(3, await browserCpu(browser), { fp32: open("fp32"), int8: open("int8") });
    console.log(
      `kept as fp32: ${text(took.fp32)}; as int8: ${text(took.int8)}, ${ratio(took.int8, took.fp32)}`,
    );
  } finally {
    await browser.close();
    await server.close();
  }
}, 1_800_000);
