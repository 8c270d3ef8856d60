// What the gradient of a contrast with respect to every neuron of every layer costs against one forward pass, on WASM in Node, in
// CPU time; opening the graphs of the way back is told apart. Prints figures and ratios from one run; nothing is asserted.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, inject, it } from "vitest";
import { gradients } from "../src/engine/gradient/gradients.ts";
import { createNodeEngine, manifestUrl } from "../src/engine/node.ts";
import type { Model } from "../src/engine/run/model.ts";
import { Pass } from "../src/engine/run/pass.ts";
import { metricGradient } from "../src/model/sweep/index.ts";
import { practice, root } from "../test/helpers/fixtures.ts";
import { openModel } from "../test/helpers/open-model.ts";
import { ownCpu, type Took, text } from "./measure.ts";

const fullSize = join(root, ".cache/full-size/model");
const models: [string, () => string][] = [[practice, () => join(inject("models"), practice)]];
if (existsSync(fullSize)) models.push(["bert-base-cased's shape", () => fullSize]);

const contrast = { kind: "log-odds", plus: [{ id: 5 }, { id: 6 }], minus: [{ id: 7 }] } as const;
const turns = 7;

describe.each(models)("%s", (name, folder) => {
  it.each([8, 32])("the gradient of all neurons, %i tokens", async (length) => {
    const model = await openModel(folder());
    await model.open(model.points.map((point) => point.name));
    const opening = watchOpening(model);
    const ids = (turn: number) =>
      Array.from({ length }, (_, at) => 5 + ((turn * 61 + at * 7) % (model.manifest.model.vocabulary - 5)));
    const forward: Took[] = [];
    const back: Took[] = [];
    const open: Took[] = [];
    for (let turn = 0; turn < turns; turn++) {
      forward.push(
        await took(async () => {
          const pass = await Pass.start(model, { ids: [ids(turn)] }, []);
          await pass.finish({ at: [[0, 4]] });
          pass.release();
        }),
      );
      opening.reset();
      const all = await took(async () => {
        const { layers } = await gradients(
          (task) => task(model),
          model.manifest,
          { ids: [ids(turn + turns)] },
          [4],
          (logits) => metricGradient(contrast, logits),
        );
        for await (const _ of layers);
      });
      open.push({ ...opening.took });
      back.push({ cpu: all.cpu - opening.took.cpu, wall: all.wall - opening.took.wall });
    }
    const [one, gradient, sessions] = [lowest(forward), lowest(back), lowest(open)];
    console.log(
      `${name}, ${length} tokens: one forward pass ${text(one)}; the gradient of all neurons ${text(gradient)}, ` +
        `${(gradient.cpu / one.cpu).toFixed(2)} (${(gradient.wall / one.wall).toFixed(2)}) of it; opening and closing its graphs ${text(sessions)}`,
    );
    await model.close();
  }, 600_000);

  it("sweeps by the other methods", async () => {
    const engine = createNodeEngine(folder());
    const { layers } = await engine.load(manifestUrl(folder()), { device: "wasm" });
    const spec = {
      sentence: "x y z a [MASK] b .",
      metric: { kind: "log-odds", plus: ["a"], minus: ["b"] },
      layers: [Math.min(9, layers - 1)],
    } as const;
    const neurons = Array.from({ length: 32 }, (_, i) => i * 7);
    await engine.sweep({ ...spec, method: "gradient" });
    const one = await took(() => engine.sweep({ ...spec, method: "ig-layer" }));
    const own = await took(() => engine.sweep({ ...spec, neurons, method: "ig-neuron" }));
    console.log(
      `${name}, layer ${spec.layers[0]}, 20 points, graphs opened: joint path of all neurons ${text(one)}, own paths of ${neurons.length} neurons ${text(own, neurons.length)} a neuron`,
    );
    await engine.dispose();
  }, 600_000);
});

async function took(task: () => Promise<unknown>): Promise<Took> {
  const [cpu, wall] = [ownCpu(), performance.now()];
  await task();
  return { cpu: ownCpu() - cpu, wall: performance.now() - wall };
}

const lowest = (all: readonly Took[]) => all.reduce((best, each) => (each.cpu < best.cpu ? each : best));

/** Counts what opening and closing built graphs takes. */
function watchOpening(model: Model) {
  const sum: Took = { cpu: 0, wall: 0 };
  const counted =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const [cpu, wall] = [ownCpu(), performance.now()];
      try {
        return await call(...args);
      } finally {
        sum.cpu += ownCpu() - cpu;
        sum.wall += performance.now() - wall;
      }
    };
  const { built } = model;
  built.open = counted(built.open.bind(built));
  built.close = counted(built.close.bind(built));
  return {
    took: sum,
    reset: () => {
      sum.cpu = 0;
      sum.wall = 0;
    },
  };
}
