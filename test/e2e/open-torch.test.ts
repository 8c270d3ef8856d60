// A real pytorch_model.bin opened in Chromium from its folder, against the values that transformers gives.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { largestDifference } from "../../model-export/check.ts";
import { chooseInHarness } from "../full-size/full-size.ts";
import { antiberty, writeAntiberty } from "../helpers/antiberty.ts";
import { decode } from "../helpers/fixtures.ts";
import { remoteEngine, useHarness } from "./open-harness.ts";

const temporary = mkdtempSync(join(tmpdir(), "antiberty-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));
const here = useHarness("no-adapter");

it("AntiBERTy, whose wheel has a pytorch_model.bin", async ({ skip }) => {
  const folder = join(temporary, "checkpoint");
  if (!(await writeAntiberty(folder)))
    return skip("PyPI cannot be reached, so there is no real pytorch_model.bin to open");
  const { page } = here;
  const input = await chooseInHarness(page, folder);
  const { manifest } = await input.evaluate(({ files }) => {
    const chosen = [...files!].map((file) => ({ path: file.webkitRelativePath, file }));
    return window.harness.engine.open(chosen, { name: "antiberty" });
  });
  await page.evaluate((url) => window.harness.engine.load(url, { device: "wasm" }), manifest);
  const { ids, logits, sentence, layer, neuron, before, after } = antiberty;
  const forward = await remoteEngine(page).forward({ ids });
  // as the tests of BERT: fp32 sums in another order
  expect(largestDifference(forward.logits, decode(logits))).toBeLessThan(1e-4);
  const { rows } = await page.evaluate((spec) => window.harness.engine.run(spec), {
    sentence,
    layer,
    neuron,
    candidates: Object.keys(before),
  });
  expect(rows.map(({ word }) => word)).toEqual(Object.keys(before));
  for (const row of rows) {
    expect(Math.abs(row.before / before[row.word]! - 1), row.word).toBeLessThan(1e-4);
    expect(Math.abs(row.after / after[row.word]! - 1), row.word).toBeLessThan(1e-4);
  }
});
