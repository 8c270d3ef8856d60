// The same files wherever a model is made: what Node's exporter wrote into folders, made once more from the checkpoint and
// kept in a store in memory, as a tab does it.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { openFolder } from "../../../model-export/checkpoint-folder.ts";
import { buildFiles, finish, type Unfinished } from "../../../src/model/build/index.ts";
import { allFiles, type Manifest, parseManifest } from "../../../src/model/index.ts";
import { memoryStore, sha256, type WeightStore } from "../../../src/storage/index.ts";
import { checkpoints, tiny } from "../../helpers/fixtures.ts";

/** Keep a checkpoint's model in a store. */
async function build(name: string, store: WeightStore): Promise<Unfinished> {
  const checkpoint = await openFolder(join(checkpoints, name));
  const seen: number[] = [];
  let all = 0;
  try {
    const onProgress = (done: number, total: number) => {
      seen.push(done);
      all = total;
    };
    const files = buildFiles(checkpoint, { name, sha256, encoding: "fp32", onProgress });
    let next = await files.next();
    for (; !next.done; next = await files.next()) await store.set(next.value.spec.sha256, next.value.bytes);
    expect(
      seen.every((done, i) => done > (seen[i - 1] ?? 0)),
      "progress rises",
    ).toBe(true);
    expect(seen.at(-1), "and ends at its total").toBe(all);
    return next.value;
  } finally {
    await checkpoint.close();
  }
}

describe.each(tiny)("%s, made outside of Node's exporter", (name) => {
  it("has the exporter's files and manifest, byte for byte", async () => {
    const folder = join(inject("models"), name);
    const text = readFileSync(join(folder, "manifest.json"), "utf8");
    const exported: Manifest = parseManifest(text);
    const store = memoryStore();
    const unfinished = await build(name, store);
    expect(finish(unfinished, exported.selfTest)).toBe(text);
    const files = allFiles(exported);
    expect(await store.keys()).toEqual(new Set(files.map((file) => file.sha256)));
    for (const { file, sha256: key } of files) {
      const kept = await store.get(key);
      expect(Buffer.from(kept!).equals(readFileSync(join(folder, file))), file).toBe(true);
    }
  });
});
