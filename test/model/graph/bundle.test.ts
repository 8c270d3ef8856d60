// The graph builder by itself runs in a browser: it is bundled alone, without the site's configuration and the modules that
// only the site's build makes, and needs nothing else.

import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { expect, it } from "vitest";
import { root } from "../../helpers/fixtures.ts";

it("is one small script of its own", async () => {
  const result = await build({
    configFile: false,
    root,
    logLevel: "error",
    build: {
      write: false,
      target: "es2023",
      lib: { entry: join(root, "src/model/graph/index.ts"), formats: ["es"], fileName: "graph" },
    },
  });
  const [bundle] = [result].flat();
  if (!bundle || !("output" in bundle)) throw new Error("nothing was built");
  const chunks = bundle.output.flatMap((each) => (each.type === "chunk" ? [each] : []));
  expect(chunks).toHaveLength(1);
  const { code, imports, dynamicImports, moduleIds } = chunks[0]!;
  expect([imports, dynamicImports]).toEqual([[], []]);
  // nothing that keeps, runs or shows a model
  const strange = moduleIds.filter((id) => !/\/(src\/model|node_modules\/(onnx-buf|@bufbuild))\//.test(id));
  expect(strange).toEqual([]);
  console.log(`src/model/graph: ${(gzipSync(code).length / 1000).toFixed(1)} kB gzip`);
  const module = await import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
  expect(Object.keys(module).sort()).toEqual([
    "BackwardGraphs",
    "BertGraphs",
    "DECODER_BIAS",
    "SweepGraphs",
    "decoderOf",
    "elementsOf",
    "embeddingWidthOf",
    "placeShards",
    "placedBy",
    "storedName",
    "sweepNames",
    "underAllNames",
  ]);
});
