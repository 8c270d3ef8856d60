// npm run experiment: the course's table in a terminal, the same as transformers and TransformerLens print it.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, inject, it } from "vitest";
import { openFolder } from "../../model-export/checkpoint-folder.ts";
import { exportModel } from "../../model-export/export.ts";
import {
  checkpoints,
  oddCheckpoints,
  oddExperiments,
  practice,
  reference,
  root,
} from "../helpers/fixtures.ts";

const run = promisify(execFile);

/** what `npm run experiment` starts when it has built the commands */
const experiment = (...args: string[]) =>
  run("node", [".cache/commands/experiment.js", ...args], { cwd: root });

describe("npm run experiment", () => {
  it("prints the tutorial's table", async () => {
    // the whole command, which the others find built
    const args = ["run", "--silent", "experiment", "--", "--model", join(inject("models"), practice)];
    const { stdout, stderr } = await run("npm", args, { cwd: root });
    const [head, ...lines] = stdout.trimEnd().split("\n");
    expect(head).toBe("det\toriginal\tafter erase kn\tdelta");
    const [sentence] = reference(practice).sentences;
    const { candidates } = sentence!.experiments.find(({ layer, neuron }) => layer === 9 && neuron === 1094)!;
    expect(lines).toHaveLength(candidates.length);
    for (const [i, { word, printed, steady }] of candidates.entries()) {
      const [det, before, after, delta] = lines[i]!.split("\t");
      expect(det).toBe(word);
      if (steady.includes("before")) expect(before).toBe(printed.before);
      if (steady.includes("after")) expect(after).toBe(printed.after);
      if (steady.includes("delta")) expect(delta).toBe(printed.delta);
    }
    expect(stderr).toMatch(/^minibert-blimp \(sha256:\w+\), fp16 weights, on CPU/m);
  });

  it("has the tutorial's sentence for a model whose mask is called otherwise, and takes Chinese commas", async () => {
    const out = mkdtempSync(join(tmpdir(), "angle-"));
    const checkpoint = await openFolder(join(oddCheckpoints, "angle"));
    await exportModel(checkpoint, { out: join(out, "angle"), encoding: "fp32" });
    await checkpoint.close();
    const where = ["--model", join(out, "angle"), "--layer", "1", "--neuron", "7"];
    const { stdout } = await experiment(...where, "--candidates", "these，this", "--json");
    rmSync(out, { recursive: true });
    const { experiment: ran, rows } = JSON.parse(stdout);
    const { sentence, before } = oddExperiments().find(({ model }) => model === "angle")!;
    expect(ran.sentence).toBe(sentence);
    for (const row of rows) expect(Math.abs(row.before / before[row.word]! - 1)).toBeLessThan(1e-4);
    expect(rows).toHaveLength(2);
  });

  it("says below a table that its model's weights are rounded", async () => {
    const out = mkdtempSync(join(tmpdir(), "legacy-"));
    const checkpoint = await openFolder(join(checkpoints, "legacy"));
    await exportModel(checkpoint, { out: join(out, "legacy-int8"), encoding: "int8" });
    await checkpoint.close();
    const where = ["--model", join(out, "legacy-int8"), "--layer", "1", "--neuron", "7"];
    const { stderr } = await experiment(...where, "--sentence", "The [MASK] is.", "--candidates", "this");
    rmSync(out, { recursive: true });
    expect(stderr).toMatch(
      /\), int8 weights \(rounded, a probability off by at most \S+ percentage points on 32 sentences\), on CPU/,
    );
  });

  it("takes several neurons, says which, and one as an edit is what it is by its options", async () => {
    const model = ["--model", join(inject("models"), practice)];
    const several = await experiment(...model, "--edit", "9.1094", "--edit", "3.7:set:2.5", "--json");
    const { experiment: ran, activations } = JSON.parse(several.stdout);
    expect(ran.edits).toEqual([
      { layer: 9, neuron: 1094, hook: { kind: "suppress" } },
      { layer: 3, neuron: 7, hook: { kind: "set", value: 2.5 } },
    ]);
    expect(activations.map(({ after }: { after: number }) => after)).toEqual([0, 2.5]);
    const table = await experiment(...model, "--edit", "9.1094", "--edit", "3.7:set:2.5");
    expect(table.stderr).toMatch(/\sms, edits 9\.1094, 3\.7:set:2\.5$/m);
    const [one, as] = [
      await experiment(...model, "--edit", "9.5:set:1"),
      await experiment(...model, "--neuron", "5", "--set", "1"),
    ];
    expect(one.stdout).toBe(as.stdout);
    expect(one.stderr).not.toContain("edits");
  });

  it.each([
    [["--sentence", "no mask here"], /no \[MASK\]/],
    [["--layer", "nine"], /--layer nine is not a number/],
    [["--neuron", "9999"], /no neuron 9999/],
    [["--candidates", "zzzqq"], /"zzzqq" is \d+ tokens/],
    [["--factor", "2", "--set", "1"], /exclude each other/],
    [["--edit", "9.5", "--layer", "9"], /--edit and --layer exclude each other/],
    [["--edit", "9.5", "--edit", "nine"], /--edit nine is neither layer\.neuron/],
    [["--edit", ""], /--edit\s+is neither/],
    [["--edit", "9.5", "--edit", "3.9999"], /Edit 2: Layer 3 has no neuron 9999/],
  ])("%j is refused in a sentence", async (args, message) => {
    const error = await experiment("--model", join(inject("models"), practice), ...args).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 1, stderr: expect.stringMatching(message) });
  });
});
