// Weights in a model's files and back: int8 as numpy makes it, bit for bit, and every piece of a shard in every encoding.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openFolder } from "../../model-export/checkpoint-folder.ts";
import { encode } from "../../src/model/checkpoint/encode.ts";
import { elementsOf } from "../../src/model/graph/layout.ts";
import {
  decodeStored,
  encodings,
  keptLength,
  keptSpan,
  placeChunks,
} from "../../src/model/stored-weights.ts";
import { checkpoints, practiceCheckpoint, root } from "../helpers/fixtures.ts";

interface Int8Reference {
  cases: { name: string; shape: [number, number]; f32: string; stored: string; plain: string }[];
  checkpoints: Record<string, Record<string, { stored: string; plain: string }>>;
}

const expected: Int8Reference = JSON.parse(
  readFileSync(join(root, "test/fixtures/reference/int8.json"), "utf8"),
);

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, "base64"));
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** A shard of these tensors, one behind the other. */
function shardOf(shapes: readonly number[][]) {
  let byteLength = 0;
  const tensors = shapes.map((shape) => {
    const placed = { shape, offset: byteLength };
    byteLength += 4 * elementsOf(shape);
    return placed;
  });
  return { byteLength, tensors };
}

/** A matrix alone in a shard, decoded. */
function plainOf(shape: number[], stored: Uint8Array<ArrayBuffer>) {
  const shard = shardOf([shape]);
  const out = new Uint8Array(shard.byteLength);
  expect(decodeStored(shard, "int8", 0, stored, out)).toBe(shard.byteLength);
  return out;
}

describe("int8 per row is numpy's, stored and decoded, bit for bit:", () => {
  it.each(expected.cases)("$name", ({ shape, f32, stored, plain }) => {
    const { bytes } = encode(new Float32Array(bytesOf(f32).buffer), "int8", { name: "matrix", shape });
    expect(Buffer.from(bytes).toString("base64")).toBe(stored);
    expect(Buffer.from(plainOf(shape, bytes)).toString("base64")).toBe(plain);
  });

  it.each([
    ["legacy", join(checkpoints, "legacy")],
    ["half", join(checkpoints, "half")],
    ["minibert-blimp", practiceCheckpoint],
  ])("every matrix of %s", async (name, folder) => {
    const checkpoint = await openFolder(folder);
    const matrices = [...checkpoint.tensors].filter(([, { shape }]) => shape.length === 2);
    expect(matrices.length).toBeGreaterThan(10);
    for (const [tensor, { shape }] of matrices) {
      const values = await checkpoint.read(tensor, 0, elementsOf(shape));
      const { bytes } = encode(values, "int8", { name: tensor, shape });
      expect({ stored: sha256(bytes), plain: sha256(plainOf([...shape], bytes)) }, tensor).toEqual(
        expected.checkpoints[name]![tensor],
      );
    }
    await checkpoint.close();
  });

  it("no number changes by more than half a step of its row", () => {
    const { shape, f32 } = expected.cases.find(({ name }) => name === "rows of every size")!;
    const values = new Float32Array(bytesOf(f32).buffer);
    const { bytes } = encode(values, "int8", { name: "matrix", shape });
    const plain = new Float32Array(plainOf(shape, bytes).buffer);
    for (let row = 0; row < shape[0]; row++) {
      const some = values.subarray(row * shape[1], (row + 1) * shape[1]);
      const half = Math.max(...some.map(Math.abs)) / 254;
      for (const [i, value] of some.entries())
        expect(Math.abs(plain[row * shape[1] + i]! - value)).toBeLessThanOrEqual(half * (1 + 1e-5));
    }
  });

  it("what would come back as infinity is refused by name", () => {
    const values = Float32Array.of(1, 3.4028234663852886e38);
    expect(() => encode(values, "int8", { name: "some.weight", shape: [1, 2] })).toThrow(
      "some.weight holds 3.4028234663852886e+38, which is too large for int8 (3.4e38).",
    );
  });

  it("what is no matrix stays as it is", () => {
    const values = Float32Array.of(0.1, 1e-40, -3);
    const { bytes, unit } = encode(values, "int8", { name: "bias", shape: [3] });
    expect([unit, Buffer.from(bytes).equals(Buffer.from(values.buffer))]).toEqual([4, true]);
  });
});

describe.each(encodings)("a shard in %s", (encoding) => {
  const shapes = [[5, 7], [7], [3, 4], [2, 1], [9]];
  const shard = shardOf(shapes);
  const parts = shapes.map((shape, i) => {
    const values = Float32Array.from({ length: elementsOf(shape) }, (_, j) => Math.sin(i * 31 + j * 7) * 3);
    return encode(values, encoding, { name: `tensor ${i}`, shape }).bytes;
  });
  const stored = new Uint8Array(Buffer.concat(parts));
  const whole = new Uint8Array(shard.byteLength);
  decodeStored(shard, encoding, 0, stored, whole);

  it("has the length that is said of it", () => {
    expect(keptLength(shard, encoding)).toBe(stored.length);
  });

  it("can be decoded from any byte to any other", () => {
    for (let start = 0; start < shard.byteLength; start += 3)
      for (let end = start + 1; end <= shard.byteLength; end += 17) {
        const span = keptSpan(shard, encoding, start, end);
        const out = new Uint8Array(span.end - span.start);
        decodeStored(shard, encoding, span.kept, stored.slice(span.kept, span.keptEnd), out);
        const some = out.subarray(start - span.start, end - span.start);
        expect(Buffer.compare(some, whole.subarray(start, end)), `${start} to ${end}`).toBe(0);
      }
  });

  it("has a place for each chunk that ends with a number or row, and for no other", () => {
    let possible = 0;
    for (let cut = 1; cut < stored.length; cut++) {
      const chunks = [{ byteLength: cut }, { byteLength: stored.length - cut }];
      const placed = placeChunks({ ...shard, chunks }, encoding);
      if (!placed) continue;
      possible++;
      const [first, second] = placed;
      expect([first!.start, first!.end, second!.end]).toEqual([0, second!.start, shard.byteLength]);
      const out = new Uint8Array(second!.end - second!.start);
      decodeStored(shard, encoding, second!.kept, stored.slice(cut), out);
      expect(Buffer.compare(out, whole.subarray(second!.start))).toBe(0);
    }
    const units = { fp32: shard.byteLength, fp16: shard.byteLength / 4, int8: 5 + 7 + 3 + 2 + 9 };
    expect(possible).toBe(units[encoding] - 1);
  });
});
