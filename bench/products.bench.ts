// What packing weights costs: a linear layer of bert-base-cased's size (768 to 3,072) on WASM in Node, there (x W^T) and back
// (dy W), its weights packed when the session is opened, or while it runs, as in graphs that run once; and with the weight as
// the left factor, which ONNX Runtime does not pack. Eight layers a run, so that their weights come from memory, not from a
// cache. Prints figures from one run; nothing is asserted.
//
// T tokens.

import { it } from "vitest";
import { ort, Runtime, wasm } from "../src/engine/node.ts";
import { GraphBuilder } from "../src/model/graph/onnx.ts";
import { compare, ownCpu, type Took } from "./measure.ts";

const [IN, OUT, LAYERS, turns] = [768, 3072, 8, 12];
const bytes = 4 * IN * OUT;

interface Product {
  /** of what is multiplied with the weight [OUT, IN] */
  width: number;
  left: boolean;
  attributes: Record<string, number>;
}

const products: Record<string, Product> = {
  there: { width: IN, left: false, attributes: { transB: 1 } },
  "there, weight on the left": { width: IN, left: true, attributes: { transB: 1 } },
  back: { width: OUT, left: false, attributes: {} },
  "back, weight on the left": { width: OUT, left: true, attributes: { transA: 1, transB: 1 } },
};

/** [T, width] -> the sum of what the layers make of it */
function graph({ width, left, attributes }: Product): Uint8Array {
  const builder = new GraphBuilder("products");
  const x = builder.input("x", "float", ["tokens", width]);
  const layers = Array.from({ length: LAYERS }, (_, i) => {
    const weight = builder.weight({
      name: `w${i}`,
      shape: [OUT, IN],
      location: "weights",
      offset: bytes * i,
    });
    return builder.node("Gemm", left ? [weight, x] : [x, weight], `y${i}`, attributes);
  });
  const sum = layers.reduce((before, y, i) => builder.node("Add", [before, y], `sum${i}`));
  builder.output(sum, ["rows", "columns"]);
  return builder.serialize();
}

it.each([8, 32])("%i tokens", async (tokens) => {
  // sets ONNX Runtime up as the engine does
  new Runtime(ort, wasm(""));
  const data = new Uint8Array(bytes * LAYERS);
  new Float32Array(data.buffer).fill(0.01);
  const sessions: Awaited<ReturnType<typeof ort.InferenceSession.create>>[] = [];
  const tasks: Record<string, () => Promise<unknown>> = {};
  for (const [name, product] of Object.entries(products))
    for (const packed of [false, true]) {
      const session = await ort.InferenceSession.create(graph(product), {
        executionProviders: ["wasm"],
        externalData: [{ path: "weights", data }],
        extra: packed ? {} : { session: { disable_prepacking: "1" } },
      });
      sessions.push(session);
      const { width } = product;
      const x = new ort.Tensor("float32", new Float32Array(tokens * width).fill(0.5), [tokens, width]);
      tasks[`${name}${packed ? ", packed" : ""}`] = () => session.run({ x });
    }
  const took: Record<string, Took> = await compare(turns, ownCpu, tasks);
  for (const [name, { cpu }] of Object.entries(took))
    console.log(
      `${tokens} tokens, ${name}: ${(cpu / LAYERS).toFixed(2)} ms of CPU time, ${((2 * tokens * IN * OUT * LAYERS) / cpu / 1e6).toFixed(1)} GFLOP/s`,
    );
  for (const session of sessions) await session.release();
}, 600_000);
