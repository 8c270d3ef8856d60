// What opening a model of bert-base-cased's shape takes on WASM, from the address to a model that is ready: a first visit,
// and visits with a browser that was started anew. Beside it, where PEER_PYTHON names a Python with TransformerLens
// (bench/peers/make-venv.sh), the course's script. Prints what each takes and ratios; nothing is asserted.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject, it } from "vitest";
import { makeModel } from "../test/full-size/full-size.ts";
import { root } from "../test/helpers/fixtures.ts";
import { serve } from "../test/helpers/server.ts";
import { ratio, type Took, text } from "./measure.ts";
import { launchPlain } from "./plain-chromium.ts";

it("opening bert-base-cased's shape", async () => {
  const server = await serve({ "/": inject("harness"), "/model/": await makeModel() });
  const profile = mkdtempSync(join(tmpdir(), "neuron-notebook-bench-"));
  const warm: Took[] = [];
  try {
    for (const visit of ["first", "warm", "warm"]) {
      const chromium = await launchPlain(profile, "no-adapter");
      const [startCpu, start] = [await chromium.cpu(), performance.now()];
      await chromium.open(server.url);
      const afterLastByte = await chromium.evaluate(async () => {
        let here = performance.now();
        await window.harness.engine.load("model/manifest.json", {
          device: "wasm",
          onProgress: ({ kind }) => {
            if (kind === "downloading") here = performance.now();
          },
        });
        return performance.now() - here;
      });
      const took = { cpu: (await chromium.cpu()) - startCpu, wall: performance.now() - start };
      if (visit === "warm") warm.push(took);
      console.log(`${visit} visit: ${text(took)}, of it after the last byte ${afterLastByte.toFixed(0)} ms`);
      await chromium.close();
    }
  } finally {
    rmSync(profile, { recursive: true, force: true });
    await server.close();
  }
  const python = process.env.PEER_PYTHON;
  if (!python) return;
  const start = performance.now();
  const command = `TIMEFORMAT='%U %S'; time "$0" "$1" "$2"`;
  const said = execFileSync(
    "bash",
    [
      "-c",
      `{ ${command}; } 2>&1 | tail -n 1`,
      python,
      join(root, "bench/peers/tutorial.py"),
      join(root, ".cache/full-size/checkpoint"),
    ],
    { encoding: "utf8" },
  );
  const peer = {
    cpu: said.split(" ").reduce((sum, seconds) => sum + 1000 * Number(seconds), 0),
    wall: performance.now() - start,
  };
  const best = warm.reduce((a, b) => (a.cpu < b.cpu ? a : b));
  console.log(
    `the course's script in Python: ${text(peer)}; a warm visit takes ${ratio(best, peer)} of that`,
  );
}, 1_800_000);
