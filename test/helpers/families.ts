// A random checkpoint of every family of masked language models, and what transformers makes of it, as the tests read them
// (model-export/reference/make_families.py).

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { ExperimentResult } from "../../src/engine/index.ts";
import type { ExperimentSpec, SweepResult, SweepSpec } from "../../src/model/index.ts";
import { type Reference, root } from "./fixtures.ts";

export const familyCheckpoints = join(root, "test/fixtures/families");

/** their names, which are those of their exported folders, too */
export const families = readdirSync(familyCheckpoints).filter((name) => !name.endsWith(".json"));

export function familyReference(name: string): Reference {
  return JSON.parse(readFileSync(join(familyCheckpoints, `${name}.json`), "utf8"));
}

/** the calls of an engine that this needs, wherever it runs */
export interface RunsAndSweeps {
  run(spec: ExperimentSpec): Promise<ExperimentResult>;
  sweep(spec: SweepSpec): Promise<SweepResult>;
}

/**
 * What a sweep says of a neuron is what the plain experiment says, which is compared with transformers, and its integrated
 * gradients come to the same.
 * @param other an engine that this was expected of already: where there is one, a sum of few steps is compared with its sum of
 * as many, because a sum of so few says little of the integral, and a GPU in software takes its time for more
 */
export async function expectFamilySweep(
  engine: RunsAndSweeps,
  name: string,
  other?: Pick<RunsAndSweeps, "sweep">,
): Promise<void> {
  const { text, experiments } = familyReference(name).sentences[0]!;
  const candidates = experiments[0]!.candidates.slice(0, 2).map((each) => each.word);
  const [plus, minus] = candidates as [string, string];
  const spec: SweepSpec = { sentence: text, metric: { kind: "log-odds", plus: [plus], minus: [minus] } };
  const [{ neuron: first }] = experiments as [(typeof experiments)[number]];
  // the first layer, the last but one and the last have a sweep's graphs of their own
  for (const { layer, neuron } of [...experiments, { layer: 1, neuron: first }]) {
    const swept = { ...spec, layers: [layer], neurons: [neuron] };
    const { rows } = await engine.run({ sentence: text, layer, neuron, candidates });
    const known =
      experiments.find((each) => each.layer === layer && each.neuron === neuron)?.candidates ?? [];
    for (const [i, { before, after }] of known.slice(0, 2).entries()) {
      expect(Math.abs(rows[i]!.before / before - 1)).toBeLessThan(1e-4);
      expect(Math.abs(rows[i]!.after / after - 1)).toBeLessThan(1e-4);
    }
    const odds = (key: "before" | "after") => Math.log(rows[0]![key] / rows[1]![key]);
    const [exact] = (await engine.sweep(swept)).records;
    expect(Math.abs(exact!.before! - odds("before"))).toBeLessThan(1e-4);
    expect(Math.abs(exact!.after! - odds("after"))).toBeLessThan(1e-4);
    const path = { ...swept, method: "ig-neuron", steps: other ? 20 : 200 } as const;
    const [sum] = (await engine.sweep(path)).records;
    if (other) {
      const [theirs] = (await other.sweep(path)).records;
      expect(Math.abs(sum!.effect - theirs!.effect)).toBeLessThan(1e-4);
      continue;
    }
    const effect = odds("after") - odds("before");
    // a sum in place of an integral: where ReLU has its kink, twice the steps halve the error
    const bound = (0.4 + 2 * Math.abs(effect)) / path.steps;
    expect(Math.abs(sum!.effect - effect), `${sum!.effect} for ${effect}`).toBeLessThan(bound);
  }
}
