// Exact sweeps on WASM in Node: their numbers are the plain experiment's, for every checkpoint, layer, operation and metric.

import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import type { Engine } from "../../../src/engine/index.ts";
import { createNodeEngine, manifestUrl } from "../../../src/engine/node.ts";
import type { Metric } from "../../../src/model/index.ts";
import { practice, reference, tiny } from "../../helpers/fixtures.ts";
import { expectPlain, topAndRandom } from "../../helpers/sweeps.ts";

async function open(name: string): Promise<Engine> {
  const engine = createNodeEngine(join(inject("models"), name));
  await engine.load(manifestUrl(join(inject("models"), name)), { device: "wasm" });
  return engine;
}

/** a sentence with a mask, and four words of the vocabulary */
function inputs(name: string) {
  const { text, maskPositions, experiments } = reference(name).sentences.find(
    ({ maskPositions, experiments }) =>
      maskPositions.length > 0 && (experiments[0]?.candidates.length ?? 0) > 1,
  )!;
  const words = experiments[0]!.candidates.map(({ word }) => word);
  return { sentence: text, mask: 0, masks: maskPositions.length, words };
}

describe.each([...tiny, practice])("%s", (name) => {
  it("every layer and metric", async () => {
    const engine = await open(name);
    const { sentence, mask, words } = inputs(name);
    const [word = "", other = ""] = words;
    const { layers } = reference(name).model;
    const metrics: Metric[] = [
      { kind: "probability", word },
      { kind: "log-odds", plus: [word], minus: [other] },
      { kind: "log-probability", word },
      { kind: "difference", plus: [word], minus: [other] },
      { kind: "kl" },
      { kind: "rank", word },
    ];
    for (const [i, layer] of [0, layers >> 1, layers - 2, layers - 1].entries()) {
      if (layer < 0) continue;
      for (const metric of i === 1 ? metrics : metrics.slice(0, 2)) {
        const result = await engine.sweep({ sentence, mask, layers: [layer], metric });
        expect(result.records.length).toBe(result.total);
        await expectPlain(engine, result, topAndRandom(result.records, 20, 50));
      }
    }
    await engine.dispose();
  });
});
