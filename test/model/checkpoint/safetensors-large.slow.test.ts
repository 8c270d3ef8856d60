// Headers of many megabytes.

import { describe, expect, it } from "vitest";
import { headerLength, parseHeader, type TensorInfo } from "../../../src/model/checkpoint/safetensors.ts";
import { rawSafetensors } from "../../helpers/safetensors.ts";

function parse(file: Uint8Array): TensorInfo[] {
  const length = headerLength(file.subarray(0, 8), file.length);
  return parseHeader(file.subarray(8, 8 + length), file.length);
}

describe("a safetensors header", () => {
  it("may have strings of many megabytes", () => {
    const long = 'a\\"'.repeat(2 ** 22);
    const metadata = `{"__metadata__":{"${long}":"${long}"},"${long}" : ${JSON.stringify({ dtype: "F32", shape: [1], data_offsets: [0, 4] })}}`;
    expect(parse(rawSafetensors(metadata, new Uint8Array(4)))[0]!.name).toHaveLength(2 ** 23);
  });

  it("may describe 200,000 tensors, in time that grows with their number and no faster", () => {
    const header = (count: number, ...more: string[]) => {
      const names = Array.from({ length: count }, (_, i) => `tensor.${i}`);
      const all = names.map((name) => `"${name}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`);
      return rawSafetensors(`{${[...all, ...more.map((name) => all[names.indexOf(name)]!)]}}`);
    };
    const time = (task: () => void) => {
      const started = performance.now();
      task();
      return performance.now() - started;
    };
    const [few, many, twice] = [header(20_000), header(200_000), header(200_000, "tensor.77")];
    const short = Math.max(...[1, 2, 3].map(() => time(() => expect(parse(few)).toHaveLength(20_000))));
    const long = Math.min(...[1, 2, 3].map(() => time(() => expect(parse(many)).toHaveLength(200_000))));
    // ten times as long; with a search per name, a hundred times
    expect(long / short).toBeLessThan(40);
    expect(() => parse(twice)).toThrow(/"tensor.77" twice/);
  }, 300_000);
});
