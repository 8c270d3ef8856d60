// Every family of masked language models: exported and run, it gives what transformers gives, at every hook point. The expected
// values are made by model-export/reference/make_families.py.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openFolder } from "../../model-export/checkpoint-folder.ts";
import { exportModel } from "../../model-export/export.ts";
import type { Engine } from "../../src/engine/index.ts";
import { createNodeEngine, manifestUrl } from "../../src/engine/node.ts";
import { familyOf, hookPointsOf, parseManifest } from "../../src/model/index.ts";
import { type Reference, root } from "../helpers/fixtures.ts";
import { expectParity } from "../helpers/parity.ts";
import { activationsAt } from "../helpers/steps.ts";

const fixtures = join(root, "test/fixtures/families");
const names = readdirSync(fixtures).filter((name) => !name.endsWith(".json"));
const folder = mkdtempSync(join(tmpdir(), "families-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function opened(name: string): Promise<Engine> {
  const out = join(folder, name);
  const checkpoint = await openFolder(join(fixtures, name));
  try {
    await exportModel(checkpoint, { out, encoding: "fp32" });
  } finally {
    await checkpoint.close();
  }
  const engine = createNodeEngine(out);
  await engine.load(manifestUrl(out), { device: "wasm" });
  return engine;
}

describe.each(names)("%s", (name) => {
  const expected: Reference = JSON.parse(readFileSync(join(fixtures, `${name}.json`), "utf8"));

  it("gives the ids, logits, neurons, streams and suppressed neurons of transformers", async () => {
    const engine = await opened(name);
    try {
      const computes = {
        forward: engine.forward.bind(engine),
        run: engine.run.bind(engine),
        activationsAt: activationsAt.bind(undefined, engine),
      };
      await expectParity(computes, expected);
      const { model } = parseManifest(readFileSync(join(folder, name, "manifest.json"), "utf8"));
      const points = hookPointsOf(model).map((point) => point.name);
      const [first] = expected.sentences;
      const checked = [
        ...first!.mlpPost.map(({ layer }) => `blocks.${layer}.mlp.hook_post`),
        ...first!.residual.map(({ point }) => point),
      ];
      expect(checked.sort()).toEqual([...points].sort());
    } finally {
      await engine.dispose();
    }
  });

  it("is swept, or refused in a sentence", async () => {
    const engine = await opened(name);
    try {
      const { model } = parseManifest(readFileSync(join(folder, name, "manifest.json"), "utf8"));
      const { text, experiments } = expected.sentences[0]!;
      const [word, other] = experiments[0]!.candidates.map((each) => each.word);
      const metric = { kind: "log-odds" as const, plus: [word!], minus: [other!] };
      const spec = { sentence: text, metric };
      const { noSweeps } = familyOf(model);
      if (noSweeps !== undefined) {
        await expect(engine.sweep(spec)).rejects.toThrow(noSweeps);
        return;
      }
      // what a sweep says of a neuron is what the plain experiment says, and its integrated gradients come to the same
      for (const { layer, neuron } of [experiments[0]!, experiments[1]!]) {
        const { records } = await engine.sweep({ ...spec, layers: [layer], neurons: [neuron] });
        const { rows } = await engine.run({ sentence: text, layer, neuron, candidates: [word!, other!] });
        const odds = (key: "before" | "after") => Math.log(rows[0]![key] / rows[1]![key]);
        expect(Math.abs(records[0]!.after! - odds("after"))).toBeLessThan(1e-4);
        expect(Math.abs(records[0]!.before! - odds("before"))).toBeLessThan(1e-4);
        const path = {
          ...spec,
          layers: [layer],
          neurons: [neuron],
          method: "ig-neuron" as const,
          steps: 200,
        };
        const [integrated] = (await engine.sweep(path)).records;
        const exact = odds("after") - odds("before");
        expect(Math.abs(integrated!.effect - exact), `${integrated!.effect} for ${exact}`).toBeLessThan(
          2e-3 + 0.01 * Math.abs(exact),
        );
      }
    } finally {
      await engine.dispose();
    }
  });
});
