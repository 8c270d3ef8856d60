import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { type Manifest, parseManifest } from "../../src/engine/index.ts";
import { cutLayers, findSplit } from "../../src/engine/manifest.ts";

const text = () => readFileSync(join(inject("models"), "legacy/manifest.json"), "utf8");

describe("a manifest", () => {
  it("that the exporter wrote is valid", () => {
    const manifest = parseManifest(text());
    expect(cutLayers(manifest)).toEqual([0, 1, 2]);
    expect(findSplit(manifest, [1])?.name).toBe("layer-1");
    expect(findSplit(manifest, [0, 2])?.name).toBe("every-layer");
    expect(findSplit(manifest, [3])).toBeUndefined();
  });

  it.each<[string, string, string]>([
    ["a web page", "<!doctype html><title>404</title>", "a web page instead of JSON"],
    ["not JSON", "{", "not JSON"],
  ])("%s is refused", (_, content, reason) => expect(() => parseManifest(content)).toThrowError(reason));

  it.each<[string, (manifest: Manifest) => unknown, string]>([
    ["of another format", (m) => Object.assign(m, { format: "other" }), "format"],
    ["without shards", (m) => Reflect.deleteProperty(m, "shards"), "shards"],
    ["with a bad hash", (m) => Object.assign(m.head.graph, { sha256: "xyz" }), "head.graph.sha256"],
    [
      "with a negative length",
      (m) => Object.assign(m.head.graph, { byteLength: -1 }),
      "head.graph.byteLength",
    ],
    ["that leaves its folder", (m) => Object.assign(m.head.graph, { file: "../secret" }), "head.graph.file"],
    [
      "with an absolute address",
      (m) => Object.assign(m.head.graph, { file: "https://x.y/z" }),
      "head.graph.file",
    ],
    ["naming an unknown shard", (m) => Object.assign(m.head, { shards: ["nothing"] }), '"nothing"'],
    ["whose chunks do not add up", (m) => Object.assign(m.shards.head!, { byteLength: 4 }), "shards.head"],
    ["with a cut beyond the model", (m) => Object.assign(m.splits[0]!, { cuts: [7] }), "layer-0"],
    ["with a default layer nobody cut", (m) => Object.assign(m, { defaultLayer: 11 }), "defaultLayer"],
    ["without a self-test", (m) => Object.assign(m, { selfTest: [] }), "selfTest"],
  ])("%s is refused by name", (_, change, field) => {
    const manifest = JSON.parse(text()) as Manifest;
    change(manifest);
    expect(() => parseManifest(JSON.stringify(manifest))).toThrowError(field);
  });
});
