// The page's torch against the real one, in Node: the programs that need no model, and how a cell is run.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Python, startPython } from "./python.ts";
import { difference } from "./same-output.ts";

const read = (path: string) => readFileSync(join(import.meta.dirname, path), "utf8");
const programs = readdirSync(join(import.meta.dirname, "programs")).filter((name) => name.startsWith("t"));
let python: Python;

beforeAll(async () => {
  python = await startPython();
}, 120_000);

test.each(programs)("%s prints what torch prints", (name) => {
  const { printed, kind, outputs } = python.run(read(`programs/${name}`));
  expect(kind, JSON.stringify(outputs.at(-1))).toBe("done");
  expect(difference(read(`expected/${name.replace(".py", ".txt")}`), printed)).toBeUndefined();
});

describe("torch says what it has", () => {
  test("a missing function, method, layer and import", () => {
    const sentence = (source: string) => String(python.run(source).outputs.at(-1)?.traceback);
    expect(sentence("import torch\ntorch.einsums")).toContain(
      "torch.einsums is not on the page: the nearest there is: torch.einsum",
    );
    expect(sentence("import torch\ntorch.zeros(2).sofmax(0)")).toContain("the nearest there is: x.softmax");
    expect(sentence("import torch\ntorch.nn.LSTM")).toContain("there are Linear, Embedding, LayerNorm");
    expect(sentence("from torch import float16")).toContain("float32, float64, int64 or bool");
    expect(sentence("import torch\ntorch.zeros(2).numpy()")).toContain(".tolist() gives Python's numbers");
    expect(sentence("from transformer_lens import HookedTransformer")).toContain("use HookedEncoder");
    expect(sentence("import numpy as np")).toContain("numpy is not here: torch has arrays");
    for (const write of ["x[::2] += x[:3]", "v[:, [1, 2]] = v[:, 0:2]", "v[v[:, 0] > 3, 1:] = v[1:, :2]"])
      expect(
        sentence(`import torch\nx, v = torch.arange(5.), torch.arange(12.).reshape(3, 4)[:, :3]\n${write}`),
      ).toContain("clone() the operand first");
  });
});
