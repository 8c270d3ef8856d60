// The questions that check themselves in docs/teaching.md, run in the page's Python as they stand there.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { root } from "../helpers/fixtures.ts";
import { type Python, startPython } from "./python.ts";

let python: Python;
beforeAll(async () => {
  python = await startPython();
}, 120_000);

const [fromRun, fromHash] = [
  ...readFileSync(join(root, "docs/teaching.md"), "utf8").matchAll(/```python\n([\s\S]*?)```/g),
].map(([, code]) => code!) as [string, string];

test("a check from the student's own run", () => {
  for (const [delta, said] of [
    [25, "Right.\n"],
    [20, "Not yet.\n"],
  ]) {
    python.run(`my_before, my_after, my_delta = 0.4, 0.5, ${delta}`);
    expect(python.run(fromRun).printed).toBe(said);
  }
});

test("a check by a hash, which holds no answer", () => {
  const hash = createHash("sha256").update("week 5:these").digest("hex");
  expect(python.run("import hashlib\nprint(hashlib.sha256(b'week 5:these').hexdigest())").printed).toBe(
    `${hash}\n`,
  );
  const check = fromHash.replace("put the hash here", hash);
  expect(check).not.toContain("these");
  for (const [word, said] of [
    [" These ", "Right.\n"],
    ["those", "Not yet.\n"],
  ]) {
    python.run(`my_word = ${JSON.stringify(word)}`);
    expect(python.run(check).printed).toBe(said);
  }
});
