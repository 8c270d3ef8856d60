// npm run experiment: the course's table in a terminal, the same as transformers and TransformerLens print it.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, inject, it } from "vitest";
import { practice, reference, root } from "../helpers/fixtures.ts";

const experiment = (...args: string[]) =>
  promisify(execFile)("npm", ["run", "--silent", "experiment", "--", ...args], { cwd: root });

describe("npm run experiment", () => {
  it("prints the tutorial's table", async () => {
    const { stdout, stderr } = await experiment("--model", join(inject("models"), practice));
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
    expect(stderr).toMatch(/^minibert-blimp \(sha256:\w+, fp16 weights\) on CPU/m);
  });

  it.each([
    [["--sentence", "no mask here"], /no \[MASK\]/],
    [["--layer", "nine"], /--layer nine is not a number/],
    [["--neuron", "9999"], /no neuron 9999/],
    [["--candidates", "zzzqq"], /"zzzqq" is \d+ tokens/],
    [["--factor", "2", "--set", "1"], /exclude each other/],
  ])("%j is refused in a sentence", async (args, message) => {
    const error = await experiment("--model", join(inject("models"), practice), ...args).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 1, stderr: expect.stringMatching(message) });
  });
});
