// bert-base-cased itself against the published figures, where it has been exported (it cannot be part of the
// repository). Source: Niu, Liu, Zhu, Penn, "What does the Knowledge Neuron Thesis Have to do with Knowledge?", ICLR
// 2024, arXiv 2405.02421, figures 1 and 6a, read off the vector graphics to about 0.1 %.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it, type TestContext } from "vitest";
import { createNodeEngine, manifestUrl } from "../../src/engine/node.ts";
import { tutorial } from "../../src/model/index.ts";
import { root } from "../helpers/fixtures.ts";

/** [before, after by figure 1, after by figure 6a] */
const published: Record<string, [number, number, number]> = {
  this: [6.41e-4, 2.875e-3, 2.663e-3],
  that: [9.948e-5, 3.343e-4, 3.063e-4],
  these: [3.287e-2, 1.379e-2, 1.468e-2],
  those: [7.001e-3, 2.543e-3, 2.714e-3],
};

/** vitest shows a reason only in its verbose report */
function skip(context: TestContext, reason: string): never {
  console.log(`skipped: ${reason}`);
  return context.skip(reason);
}

const folder = join(root, "public/models/bert-base-cased");

it("bert-base-cased gives the published probabilities", async (context) => {
  if (!existsSync(join(folder, "manifest.json")))
    skip(context, "bert-base-cased has not been exported: run npm run export -- google-bert/bert-base-cased");
  const engine = createNodeEngine(folder);
  await engine.load(manifestUrl(folder), { device: "wasm" });
  const { rows } = await engine.run({ ...tutorial, candidates: Object.keys(published) });
  await engine.dispose();
  const off = { "figure 1": 0, "figure 6a": 0 };
  for (const { word, before, after } of rows) {
    const [start, first, second] = published[word]!;
    expect(Math.abs(before / start - 1), `before: ${word}`).toBeLessThan(0.002);
    expect(Math.sign(after - before), `direction: ${word}`).toBe(Math.sign(first - start));
    off["figure 1"] = Math.max(off["figure 1"], Math.abs(after / first - 1));
    off["figure 6a"] = Math.max(off["figure 6a"], Math.abs(after / second - 1));
  }
  const [[nearest, distance]] = Object.entries(off).sort((a, b) => a[1] - b[1]) as [[string, number]];
  console.log(`after suppression: nearest to ${nearest}, at most ${(distance * 100).toFixed(1)} % off`);
});
