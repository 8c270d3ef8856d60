// Numbers that are committed belong to the weights that are committed: the reference values and the recorded result of
// the practice model are those of the checkpoint as it stands.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import type { ExperimentResult } from "../../src/engine/index.ts";
import { createNodeEngine, manifestUrl } from "../../src/engine/node.ts";
import { tutorial } from "../../src/model/index.ts";
import recorded from "../../src/ui/experiment/recorded.json" with { type: "json" };
import { checkpoints, practice, practiceCheckpoint, reference, tiny } from "../helpers/fixtures.ts";

const hash = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

describe("committed numbers", () => {
  it.each([...tiny, practice])("the reference values of %s are of these weights", (name) => {
    const folder = name === practice ? practiceCheckpoint : join(checkpoints, name);
    const { sha256 } = reference(name).checkpoint;
    for (const file of ["model.safetensors", "config.json"])
      expect(hash(join(folder, file)), file).toBe(sha256[file]);
  });

  it("the recorded result is what the engine computes (npm run record)", async () => {
    const { provenance, rows, experiment } = recorded as ExperimentResult;
    const folder = join(inject("models"), practice);
    const engine = createNodeEngine(folder);
    const info = await engine.load(manifestUrl(folder), { device: "wasm" });
    const now = await engine.run(tutorial);
    await engine.dispose();
    expect(provenance).toMatchObject({ model: practice, revision: info.revision });
    expect(experiment).toEqual(now.experiment);
    for (const [i, row] of rows.entries()) {
      expect(row.word).toBe(now.rows[i]!.word);
      expect(Math.abs(now.rows[i]!.before / row.before - 1)).toBeLessThan(1e-5);
      expect(Math.abs(now.rows[i]!.after / row.after - 1)).toBeLessThan(1e-5);
    }
  });
});
