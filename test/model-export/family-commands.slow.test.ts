// npm run experiment and npm run sweep on every family of masked language models: the numbers of transformers.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { format } from "../../src/model/index.ts";
import { families, familyReference } from "../helpers/families.ts";
import { root } from "../helpers/fixtures.ts";

const run = promisify(execFile);
const command = (name: string, ...args: string[]) =>
  run("node", [`.cache/commands/${name}.js`, ...args], { cwd: root });

beforeAll(async () => {
  await run("npm", ["run", "--silent", "commands"], { cwd: root });
});

describe.each(families)("%s", (name) => {
  const model = ["--model", join(inject("models"), name)];
  const [sentence] = familyReference(name).sentences;
  const [experiment] = sentence!.experiments;
  const { layer, neuron, candidates } = experiment!;
  const where = [...model, "--sentence", sentence!.text, "--layer", `${layer}`];

  it("npm run experiment", async () => {
    const words = candidates.map(({ word }) => word).join();
    const { stdout } = await command(
      "experiment",
      ...where,
      "--neuron",
      `${neuron}`,
      "--candidates",
      words,
      "--json",
    );
    const { rows } = JSON.parse(stdout);
    for (const [i, { id, before, after }] of candidates.entries()) {
      expect(rows[i].id).toBe(id);
      expect(Math.abs(rows[i].before / before - 1)).toBeLessThan(1e-4);
      expect(Math.abs(rows[i].after / after - 1)).toBeLessThan(1e-4);
    }
  });

  it("npm run sweep", async () => {
    const [{ word, before, after }] = candidates as [(typeof candidates)[number]];
    const metric = ["--metric", `probability:${word}`];
    const swept = await command("sweep", ...where, ...metric, "--neurons", `${neuron}`);
    const line = swept.stdout.trimEnd().split("\n").at(-1)!;
    const [, , , , p, q] = line.trim().split(/ +/).map(Number);
    // as printed, to four digits
    expect(Math.abs(p! / before - 1)).toBeLessThan(1e-3);
    expect(Math.abs(q! / after - 1)).toBeLessThan(1e-3);
  });
});

it("says what [MASK] is read as, and which tokens the words are", async () => {
  const [sentence] = familyReference("roberta").sentences;
  const { layer, neuron, candidates } = sentence!.experiments[0]!;
  const [{ word, before }] = candidates as [(typeof candidates)[number]];
  const typed = sentence!.text.replace("<mask>", "[MASK]");
  const model = ["--model", join(inject("models"), "roberta")];
  const where = [...model, "--layer", `${layer}`, "--neuron", `${neuron}`];
  const { stdout, stderr } = await command("experiment", ...where, "--sentence", typed, "--candidates", word);
  expect(stdout).toContain(`\n${word}\t${format.scientific(before)}\t`);
  expect(stderr).toContain("[MASK] is read as <mask>, this model's name for it.\n");
  expect(stderr).toContain(`The words' tokens here: ${word}: \u0120${word}\n`);
});
