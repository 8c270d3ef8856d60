// Headers by crafted bytes: what is right is read, and every way to be wrong is named.

import { describe, expect, it } from "vitest";
import { decode, type FloatType } from "../../../src/model/checkpoint/decode.ts";
import { CheckpointError } from "../../../src/model/checkpoint/index.ts";
import { headerLength, parseHeader, type TensorInfo } from "../../../src/model/checkpoint/safetensors.ts";
import { lengthPrefix, rawSafetensors, safetensorsBytes } from "../../helpers/safetensors.ts";

function parse(file: Uint8Array): TensorInfo[] {
  const length = headerLength(file.subarray(0, 8), file.length);
  return parseHeader(file.subarray(8, 8 + length), file.length);
}

const entry = (begin: number, end: number, dtype = "F32", shape = [(end - begin) / 4]) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe("a safetensors header", () => {
  it("gives every tensor with its place in the file, in the order of the bytes", () => {
    const body = new Uint8Array(26);
    const header = JSON.stringify({
      __metadata__: { format: "pt" },
      b: entry(16, 24, "I64", [1]),
      a: entry(0, 16, "F32", [2, 2]),
      c: entry(24, 26, "BF16", []),
    });
    const start = 8 + header.length;
    expect(parse(rawSafetensors(header, body))).toEqual([
      { name: "a", dtype: "F32", shape: [2, 2], begin: start, end: start + 16 },
      { name: "b", dtype: "I64", shape: [1], begin: start + 16, end: start + 24 },
      { name: "c", dtype: "BF16", shape: [], begin: start + 24, end: start + 26 },
    ]);
  });

  it("may be padded with spaces, have no metadata, no tensors, or tensors of no elements", () => {
    expect(parse(rawSafetensors("{}   "))).toEqual([]);
    const empty = { a: entry(0, 0), b: entry(0, 4), c: entry(4, 4) };
    expect(parse(rawSafetensors(JSON.stringify(empty), new Uint8Array(4))).map(({ name }) => name)).toEqual([
      "a",
      "b",
      "c",
    ]);
  });

  it("may have names with brackets, quotes and escapes in them", () => {
    const names = ['a"{[', "b\\", 'c: "d"', "é", "]}"];
    const file = safetensorsBytes(names.map((name) => [name, { shape: [1], data: [1] }] as const));
    expect(parse(file).map(({ name }) => name)).toEqual(names);
  });

  const body = new Uint8Array(8);
  const json = (value: unknown) => rawSafetensors(JSON.stringify(value), body);
  const wrong: [string, Uint8Array, RegExp][] = [
    ["an empty file", new Uint8Array(), /ends after 0 bytes/],
    ["fewer than 8 bytes", new Uint8Array(5), /ends after 5 bytes/],
    [
      "a header of gigabytes",
      Buffer.concat([lengthPrefix(5_000_000_000n), body]),
      /claims 5000000000 bytes.*limit/,
    ],
    [
      "a header of 2^63 bytes",
      Buffer.concat([lengthPrefix(2n ** 63n), body]),
      /claims 9223372036854775808 bytes/,
    ],
    [
      "a header that ends behind the file",
      Buffer.concat([lengthPrefix(100), body]),
      /claims 100 bytes, but the file ends after 16/,
    ],
    [
      "a Git LFS pointer",
      Buffer.from("version https://git-lfs.github.com/spec/v1\noid sha256:0\n"),
      /Git LFS pointer/,
    ],
    ["no JSON", rawSafetensors("{,}"), /not JSON/],
    ["no text", Buffer.concat([lengthPrefix(2), Buffer.from([0xff, 0xfe])]), /not JSON/],
    ["an HTML page", Buffer.from("<!doctype html><html><body>Not found</body></html>"), /claims \d+ bytes/],
    ["no object", rawSafetensors("[]"), /not a JSON object/],
    ["null", rawSafetensors("null"), /not a JSON object/],
    ["an entry that is none", json({ a: 1 }), /"a" has the unknown type undefined/],
    ["an unknown type", json({ a: entry(0, 8, "F12") }), /"a" has the unknown type "F12"/],
    [
      "a type named as a property of objects",
      json({ a: entry(0, 8, "toString") }),
      /unknown type "toString"/,
    ],
    ["a negative size", json({ a: entry(0, 8, "F32", [-2]) }), /"a" has the impossible shape \[-2\]/],
    ["half a size", json({ a: entry(0, 8, "F32", [0.5]) }), /impossible shape/],
    ["no shape", json({ a: { dtype: "F32", data_offsets: [0, 8] } }), /impossible shape undefined/],
    ["one offset", json({ a: { dtype: "F32", shape: [2], data_offsets: [0] } }), /impossible offsets/],
    ["a negative offset", json({ a: entry(-4, 4) }), /impossible offsets/],
    [
      "an offset in words",
      json({ a: { dtype: "F32", shape: [2], data_offsets: ["0", "8"] } }),
      /impossible offsets/,
    ],
    [
      "an end before the beginning",
      json({ a: { dtype: "F32", shape: [1], data_offsets: [8, 4] } }),
      /ends before it begins/,
    ],
    [
      "a shape too large for its bytes",
      json({ a: entry(0, 8, "F32", [3]) }),
      /F32 \[3\] and takes 12 bytes, but its offsets span 8/,
    ],
    [
      "a shape too small for its bytes",
      json({ a: entry(0, 8, "F16", [2]) }),
      /takes 4 bytes, but its offsets span 8/,
    ],
    [
      "a shape beyond all numbers",
      json({ a: entry(0, 8, "F32", [2 ** 50, 2 ** 50]) }),
      /but its offsets span 8/,
    ],
    [
      "an offset behind the file",
      json({ a: entry(0, 4), b: entry(4, 12) }),
      /"b" should end at byte \d+, but the file is cut off/,
    ],
    ["an offset of petabytes", json({ a: entry(0, 2 ** 52) }), /cut off/],
    ["overlapping tensors", json({ a: entry(0, 8), b: entry(4, 8) }), /bytes of "b" overlap those of "a"/],
    ["the same bytes twice", json({ a: entry(0, 8), b: entry(0, 8) }), /overlap/],
    ["a gap", json({ a: entry(0, 2, "U8", [2]), b: entry(4, 8) }), /2 bytes before "b" belong to no tensor/],
    ["a gap at the start", json({ a: entry(4, 8) }), /4 bytes before "a"/],
    ["bytes behind the last tensor", json({ a: entry(0, 4) }), /last 4 bytes belong to no tensor/],
    [
      "a name twice",
      rawSafetensors(
        `{"a":${JSON.stringify(entry(0, 4))}, "b":${JSON.stringify(entry(4, 8))},"\\u0061" :{"dtype":"F32"}}`,
        body,
      ),
      /describes "a" twice/,
    ],
  ];
  it.each(wrong)("is refused for %s", (_, file, message) => {
    expect(() => parse(file)).toThrow(message);
    expect(() => parse(file)).toThrow(CheckpointError);
  });

  it("is refused in a short message, however deep or long the nonsense in it", () => {
    const [deep, long] = [`${"[".repeat(2e5)}${"]".repeat(2e5)}`, `[${"1,".repeat(1e6)}1]`];
    for (const nonsense of [deep, long]) {
      for (const [dtype, shape, offsets] of [
        [nonsense, "[2]", "[0,8]"],
        ['"F32"', nonsense, "[0,8]"],
        ['"F32"', "[2]", nonsense],
      ]) {
        const file = rawSafetensors(
          `{"a":{"dtype":${dtype},"shape":${shape},"data_offsets":${offsets}}}`,
          body,
        );
        expect(() => parse(file)).toThrow(CheckpointError);
        expect(() => parse(file)).toThrow(/^.{1,700}$/);
      }
    }
  });

  it("is refused wherever the file is cut off", () => {
    const file = safetensorsBytes([
      ["a", { shape: [2, 2], data: [1, 2, 3, 4] }],
      ["b", { shape: [1], data: [5] }],
    ]);
    expect(parse(file)).toHaveLength(2);
    for (let length = 0; length < file.length; length++) {
      expect(() => parse(file.subarray(0, length)), `${length} bytes`).toThrow(CheckpointError);
    }
  });
});

describe("decode", () => {
  const bytes = (...values: number[]) => new Uint8Array(Uint16Array.from(values).buffer);

  // bits and values from IEEE 754 and from the definition of bfloat16
  const known: [FloatType, number, number][] = [
    ["F16", 0x0000, 0],
    ["F16", 0x8000, -0],
    ["F16", 0x3c00, 1],
    ["F16", 0xc000, -2],
    ["F16", 0x3555, 0.333251953125],
    ["F16", 0x7bff, 65504],
    ["F16", 0x0001, 2 ** -24],
    ["F16", 0x83ff, -(2 ** -14 - 2 ** -24)],
    ["F16", 0x0400, 2 ** -14],
    ["F16", 0x7c00, Number.POSITIVE_INFINITY],
    ["F16", 0xfc00, Number.NEGATIVE_INFINITY],
    ["F16", 0x7e01, Number.NaN],
    ["BF16", 0x3f80, 1],
    ["BF16", 0x8000, -0],
    ["BF16", 0xc049, -3.140625],
    ["BF16", 0x7f7f, 3.3895313892515355e38],
    ["BF16", 0x0001, 2 ** -133],
    ["BF16", 0x7f80, Number.POSITIVE_INFINITY],
    ["BF16", 0xffc0, Number.NaN],
  ];
  it.each(known)("knows %s 0x%s", (type, bits, value) => {
    expect([...decode(bytes(bits), type)]).toEqual([value]);
  });

  it("gives every finite half back as the bits it came from", () => {
    const all = Array.from({ length: 2 ** 16 }, (_, bits) => bits).filter(
      (bits) => (bits & 0x7c00) !== 0x7c00,
    );
    const numbers = decode(bytes(...all), "F16");
    const again = safetensorsBytes([["a", { shape: [numbers.length], data: numbers }]], { dtype: "F16" });
    const stored = again.subarray(again.length - all.length * 2);
    expect(Buffer.compare(stored, bytes(...all))).toBe(0);
  });

  it("leaves F32 as it is", () => {
    const values = Float32Array.of(1e-45, -0, 3.4e38, 0.1);
    expect([...decode(new Uint8Array(values.buffer), "F32")]).toEqual([...values]);
  });
});
