// The engine in Node, on WASM, against Hugging Face transformers and TransformerLens on the same weights.

import { join } from "node:path";
import { describe, inject, it } from "vitest";
import { createNodeEngine, manifestUrl } from "../../../src/engine/node.ts";
import { batchModels, expectSeveralEdits } from "../../helpers/batches.ts";
import { practice, reference, tiny } from "../../helpers/fixtures.ts";
import { expectParity } from "../../helpers/parity.ts";
import { activationsAt } from "../../helpers/steps.ts";

describe("WASM in Node against the reference", () => {
  it.each([...tiny, practice])("%s", async (name) => {
    const folder = join(inject("models"), name);
    const engine = createNodeEngine(folder);
    await engine.load(manifestUrl(folder), { device: "wasm" });
    const computes = {
      forward: engine.forward.bind(engine),
      run: engine.run.bind(engine),
      activationsAt: activationsAt.bind(undefined, engine),
    };
    await expectParity(computes, reference(name));
    await engine.dispose();
  });

  it.each(batchModels)("%s with edits in two layers at once", async (name) => {
    const folder = join(inject("models"), name);
    const engine = createNodeEngine(folder);
    await engine.load(manifestUrl(folder), { device: "wasm" });
    await expectSeveralEdits(engine, name);
    await engine.dispose();
  });
});
