// One fill-mask forward pass of bert-base-cased's shape in the same tab, on WASM with one thread: this engine beside
// transformers.js. It needs PEER_TRANSFORMERS_JS (bench/peers/install-transformers-js.sh) and PEER_PYTHON
// (bench/peers/make-venv.sh), which writes the model as transformers.js reads it. Prints ratios; nothing is asserted.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { inject, it } from "vitest";
import { openHarness } from "../test/e2e/open-harness.ts";
import { makeModel } from "../test/full-size/full-size.ts";
import { launch } from "../test/helpers/chromium.ts";
import { root } from "../test/helpers/fixtures.ts";
import { serve } from "../test/helpers/server.ts";
import { browserCpu, compare, ratio, text } from "./measure.ts";

const peer = process.env.PEER_TRANSFORMERS_JS;
const python = process.env.PEER_PYTHON;

it.skipIf(!peer || !python)(
  "one forward pass beside transformers.js",
  async () => {
    const model = await makeModel();
    const onnx = join(root, ".cache/full-size/onnx");
    if (!existsSync(join(onnx, "onnx/model.onnx")))
      execFileSync(python!, ["bench/peers/export_onnx.py", join(root, ".cache/full-size/checkpoint"), onnx], {
        cwd: root,
        stdio: "pipe",
      });
    const server = await serve({
      "/": inject("harness"),
      "/model/": model,
      "/peer/": join(peer!, "node_modules/@huggingface/transformers/dist"),
      "/ort/": join(peer!, "node_modules/onnxruntime-web/dist"),
      "/onnx/bert/": onnx,
    });
    const browser = await launch("no-adapter");
    try {
      const page = await openHarness(browser, server.url);
      page.setDefaultTimeout(0);
      await page.evaluate(() => window.harness.engine.load("model/manifest.json", { device: "wasm" }));
      await page.evaluate(async (site) => {
        // vitest would rewrite an import that stands here
        const load = new Function("address", "return import(address)");
        const { env, AutoModelForMaskedLM, Tensor } = await load(`${site}peer/transformers.min.js`);
        Object.assign(env, {
          allowRemoteModels: false,
          allowLocalModels: true,
          localModelPath: `${site}onnx/`,
        });
        env.backends.onnx.wasm.wasmPaths = `${site}ort/`;
        env.backends.onnx.wasm.numThreads = 1;
        const loaded = await AutoModelForMaskedLM.from_pretrained("bert", { device: "wasm", dtype: "fp32" });
        Object.assign(window, {
          peer: async (ids: number[]) => {
            const tensor = (values: number[]) =>
              new Tensor("int64", BigInt64Array.from(values.map(BigInt)), [1, ids.length]);
            const { logits } = await loaded({
              input_ids: tensor(ids),
              attention_mask: tensor(ids.map(() => 1)),
              token_type_ids: tensor(ids.map(() => 0)),
            });
            return [...logits.data.subarray(logits.dims[2], logits.dims[2] + 3)];
          },
        });
      }, server.url);
      const cpu = await browserCpu(browser);
      for (const length of [8, 32, 128]) {
        // another sentence each turn: nothing of the turn before may be used again
        const ids = (turn: number) =>
          Array.from({ length }, (_, i) => 1000 + ((turn * 131 + i * 17) % 20_000));
        const ours = (turn: number) =>
          page.evaluate(async (ids) => {
            const { logits } = await window.harness.engine.forward({ ids, positions: [1] });
            return [...logits.subarray(0, 3)];
          }, ids(turn));
        const theirs = (turn: number) =>
          page.evaluate(
            (ids) => (window as unknown as { peer(ids: number[]): Promise<number[]> }).peer(ids),
            ids(turn),
          );
        console.log(
          `${length} tokens, first logits: ${await ours(999)}; transformers.js ${await theirs(999)}`,
        );
        const took = await compare(8, cpu, { ours, theirs });
        console.log(
          `${length} tokens: ${text(took.ours)}; transformers.js ${text(took.theirs)}; ratio ${ratio(took.ours, took.theirs)}`,
        );
      }
    } finally {
      await browser.close();
      await server.close();
    }
  },
  1_800_000,
);
