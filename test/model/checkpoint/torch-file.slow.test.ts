// pytorch_model.bin once more: thousands of damaged ones, and a real one.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { largestDifference } from "../../../model-export/check.ts";
import { openFolder } from "../../../model-export/checkpoint-folder.ts";
import { exportModel } from "../../../model-export/export.ts";
import { createNodeEngine, manifestUrl } from "../../../src/engine/node.ts";
import { CheckpointError } from "../../../src/model/checkpoint/index.ts";
import { readTorchFile } from "../../../src/model/checkpoint/pytorch/index.ts";
import { memoryStore } from "../../../src/storage/index.ts";
import { antiberty, writeAntiberty } from "../../helpers/antiberty.ts";
import { chosenFolder, engineAlone } from "../../helpers/chosen.ts";
import { decode, root } from "../../helpers/fixtures.ts";
import { dice, mutateBytes, thrownWithinBounds } from "../../helpers/mutate.ts";

const files = join(root, "test/fixtures/torch-files");

it("4,000 damaged files are read, or refused by name", async () => {
  const small = new Uint8Array(readFileSync(join(files, "small.bin")));
  const roll = dice(14);
  let refused = 0;
  for (let i = 0; i < 4_000; i++) {
    const damaged = mutateBytes(small, roll);
    const source = {
      size: damaged.length,
      read: async (position: number, length: number) =>
        Uint8Array.from(damaged.subarray(position, position + length)),
      sha256: async () => "",
      close: async () => {},
    };
    const thrown = await thrownWithinBounds(damaged, () => readTorchFile(source, "pytorch_model.bin"));
    if (thrown === undefined) continue;
    refused++;
    if (!(thrown instanceof CheckpointError)) throw new Error("not refused by name", { cause: thrown });
    expect(thrown.message.length).toBeLessThan(1_500);
  }
  expect(refused).toBeGreaterThan(1_000);
});

describe("AntiBERTy, a pretrained BERT of antibody sequences", () => {
  const temporary = mkdtempSync(join(tmpdir(), "antiberty-"));
  const [folder, out] = [join(temporary, "checkpoint"), join(temporary, "exported")];
  afterAll(() => rmSync(temporary, { recursive: true, force: true }));

  it("gives the logits and the effect of a neuron that transformers gives", async ({ skip }) => {
    if (!(await writeAntiberty(folder)))
      return skip("PyPI cannot be reached, so there is no real pytorch_model.bin to open");
    const checkpoint = await openFolder(folder);
    await exportModel(checkpoint, { out, encoding: "fp32" });
    await checkpoint.close();
    // the engine makes the same of the files, as it does in a tab
    const store = memoryStore();
    const asked: string[] = [];
    const tab = engineAlone(store, (url) => asked.push(url));
    const entry = await tab.open(await chosenFolder(folder), { name: "exported" });
    const [record] = await store.models();
    expect(record!.manifest).toBe(readFileSync(join(out, "manifest.json"), "utf8"));
    await tab.load(entry.manifest, { device: "wasm" });
    const engine = createNodeEngine(out);
    try {
      await engine.load(manifestUrl(out), { device: "wasm" });
      const { sentence, ids, layer, neuron, before, after } = antiberty;
      const { logits } = await engine.forward({ ids });
      // as the tests of BERT: fp32 sums in another order
      expect(largestDifference(logits, decode(antiberty.logits))).toBeLessThan(1e-4);
      expect((await tab.forward({ ids })).logits).toEqual(logits);
      expect(asked).toEqual([]);
      const result = await engine.run({ sentence, layer, neuron, candidates: Object.keys(before) });
      expect(result.experiment.tokens.map(({ id }) => id)).toEqual(ids);
      for (const row of result.rows) {
        expect(Math.abs(row.before / before[row.word]! - 1), row.word).toBeLessThan(1e-4);
        expect(Math.abs(row.after / after[row.word]! - 1), row.word).toBeLessThan(1e-4);
      }
    } finally {
      await engine.dispose();
      await tab.dispose();
    }
  });
});
