import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, it } from "vitest";
import { checkFits } from "../../../src/engine/runtime/fits.ts";
import { type Manifest, parseManifest } from "../../../src/model/index.ts";

const manifest = () => parseManifest(readFileSync(join(inject("models"), "legacy/manifest.json"), "utf8"));
// the largest tensor of "legacy" is its word embedding: 182 x 32 x 4 bytes
const largest = 182 * 32 * 4;

it("a GPU needs a buffer for the largest tensor", () => {
  const limits = { maxBufferSize: largest, maxStorageBufferBindingSize: largest };
  checkFits(manifest(), limits, "a GPU");
  for (const name of ["maxBufferSize", "maxStorageBufferBindingSize"] as const) {
    const attempt = () => checkFits(manifest(), { ...limits, [name]: largest - 1 }, "a GPU");
    expect(attempt).toThrowError(
      expect.objectContaining({ code: "model-too-big", message: expect.stringContaining("a GPU") }),
    );
  }
});

it("WebAssembly needs room for all weights", () => {
  checkFits(manifest(), undefined, "CPU");
  const huge: Manifest = { ...manifest(), shards: { all: { byteLength: 2e9, chunks: [], tensors: [] } } };
  expect(() => checkFits(huge, undefined, "CPU")).toThrowError(
    expect.objectContaining({ code: "model-too-big" }),
  );
});
