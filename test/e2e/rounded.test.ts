// Models with rounded weights in Chromium: an int8 one computes there what it computes in Node, bit for bit; a person who has
// the choice sees what each costs, in bytes and in accuracy, before anything is downloaded; results say what they are from.

import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { catalog } from "../../model-export/catalog.ts";
import { openFolder } from "../../model-export/checkpoint-folder.ts";
import { exportModel } from "../../model-export/export.ts";
import type { ExperimentResult } from "../../src/engine/index.ts";
import { createNodeEngine, manifestUrl } from "../../src/engine/node.ts";
import { type ExperimentSpec, format, tutorial } from "../../src/model/index.ts";
import { launch } from "../helpers/chromium.ts";
import { checkpoints, practice, practiceCheckpoint, root } from "../helpers/fixtures.ts";
import { compute, expectQuiet, provenance, read, unfold, visit } from "../helpers/page.ts";
import type { StaticServer } from "../helpers/server.ts";
import { openHarness, runInPython } from "./open-harness.ts";
import { serveModels } from "./serve-models.ts";

const axe = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "rounded-"));
const rounded = `${practice}-int8`;
let server: StaticServer;
let browser: Browser;
beforeAll(async () => {
  symlinkSync(join(inject("models"), practice), join(folder, practice));
  for (const [name, from] of [
    [rounded, practiceCheckpoint],
    ["half-int8", join(checkpoints, "half")],
  ] as const) {
    const checkpoint = await openFolder(from);
    await exportModel(checkpoint, { out: join(folder, name), encoding: "int8" });
    await checkpoint.close();
  }
  server = await serveModels(folder, catalogOf(practice, rounded));
  browser = await launch("no-adapter");
});
afterAll(async () => {
  await browser.close();
  await server.close();
  rmSync(folder, { recursive: true });
});
afterEach(expectQuiet);

function catalogOf(...names: string[]) {
  // a folder that is a link is none to the catalogue
  const all = [...catalog(inject("models")), ...catalog(folder)];
  return names.map((name) => all.find((entry) => entry.name === name)!);
}

async function inNode(name: string, spec: ExperimentSpec): Promise<ExperimentResult> {
  const engine = createNodeEngine(join(folder, name));
  await engine.load(manifestUrl(join(folder, name)), { device: "wasm" });
  const result = await engine.run(spec);
  await engine.dispose();
  return result;
}

describe("int8 in Chromium and in Node", () => {
  it.each([
    [rounded, tutorial],
    [
      "half-int8",
      { ...tutorial, sentence: "The [MASK] is here.", layer: 1, neuron: 5, candidates: ["this"] },
    ],
  ])("%s: the same numbers, bit for bit", async (name, spec) => {
    const { rows, provenance: origin } = await inNode(name, spec);
    const page = await openHarness(browser, `${server.url}harness/`);
    const found = await page.evaluate(
      async ([model, asked]) => {
        const { engine } = window.harness;
        await engine.load(`models/${model}/manifest.json`, { device: "wasm" });
        return engine.run(asked);
      },
      [name, spec] as const,
    );
    expect(found.rows).toEqual(rows);
    expect(found.provenance).toMatchObject({ encoding: "int8", rounded: origin.rounded });
    expect(origin.rounded).toContain("rounded, a probability off by at most");
    await page.context().close();
  });
});

describe("a site with one model in two encodings", () => {
  it("offers both with their sizes, says what rounding costs, and of a result what it is from", async () => {
    const [exact, small] = catalogOf(practice, rounded);
    const to = await visit(browser, `${server.url}experiment.html#device=wasm`);
    await unfold(to);
    const choice = (title: string, bytes: number) =>
      to.model.getByRole("radio", { name: `${title} ${format.bytes(bytes)}`, exact: true });
    expect(await choice(exact!.title, exact!.bytes).isChecked()).toBe(true);
    expect(await to.model.getByText("weights are rounded").count()).toBe(0);
    await choice(small!.title, small!.bytes).check();
    await to.model.getByText(small!.rounding!).waitFor();
    await to.page.evaluate(axe);
    const violations = await to.page.evaluate(async () => {
      // biome-ignore lint/suspicious/noExplicitAny: axe's own script
      const { violations } = await (window as any).axe.run();
      return violations.map(({ id }: { id: string }) => id);
    });
    expect(violations).toEqual([]);
    expect(server.requests.filter((path) => /^\/models\/.*\/weights\//.test(path))).toEqual([]);

    const rows = await compute(to);
    const expected = await inNode(rounded, tutorial);
    expect(rows.map(([word, before, after]) => [word, before, after])).toEqual(
      expected.rows.map((row) => [row.word, format.scientific(row.before), format.scientific(row.after)]),
    );
    expect(await read(provenance(to))).toContain(`int8 weights (${expected.provenance.rounded})`);

    const asked = server.requests.length;
    await choice(exact!.title, exact!.bytes).check();
    await compute(to);
    // graphs are the same files
    const graphs = (paths: string[]) => paths.filter((path) => /^\/models\/.*\/graphs\//.test(path)).length;
    expect(graphs(server.requests.slice(0, asked))).toBeGreaterThan(10);
    expect(graphs(server.requests.slice(asked))).toBe(0);
    const origin = await read(provenance(to));
    expect(origin).toContain("fp16 weights");
    expect(origin).not.toContain("rounded");
    await to.page.close();
  });

  it("gives Python each by its name", async () => {
    const words = JSON.stringify(tutorial.candidates);
    const text = await runInPython(
      browser,
      `${server.url}harness/`,
      `
from transformer_lens import HookedEncoder
for name in ["${rounded}", "${practice}"]:
    model = HookedEncoder.from_pretrained(name)
    ids = model.tokenizer("${tutorial.sentence}", return_tensors="pt").input_ids
    at = ids[0].tolist().index(model.tokenizer.mask_token_id)
    p = model(ids)[0, at].softmax(-1)
    print(*[f"{p[each].item():.3e}" for each in model.tokenizer.convert_tokens_to_ids(${words})])
`,
    );
    const printed = async (name: string) =>
      (await inNode(name, tutorial)).rows.map(({ before }) => format.scientific(before)).join(" ");
    expect(text.split(catalogOf(rounded)[0]!.rounding!), "is said once, of the rounded one").toHaveLength(2);
    const lines = text.split("\n").filter((line) => /^\d/.test(line));
    expect(lines).toEqual([await printed(rounded), await printed(practice)]);
  });
});
