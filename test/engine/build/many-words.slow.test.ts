// A model with as many words as multilingual BERT has, 119,547: random weights of that shape, opened from files.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openFolder } from "../../../model-export/checkpoint-folder.ts";
import { exportModel } from "../../../model-export/export.ts";
import { createNodeEngine, manifestUrl } from "../../../src/engine/node.ts";
import { tutorial } from "../../../src/model/index.ts";
import { memoryStore } from "../../../src/storage/index.ts";
import { chosenFolder, engineAlone } from "../../helpers/chosen.ts";
import { bertBaseCased, randomVocabulary, writeRandomCheckpoint } from "../../helpers/random-checkpoint.ts";

const folder = mkdtempSync(join(tmpdir(), "many-words-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const vocabulary = 119_547;
/** the last of them */
const word = "zebra";
const shape = { ...bertBaseCased, layers: 2, dModel: 64, dMlp: 256, heads: 2, vocabulary };

it("is the exporter's model, byte for byte, and says as much of every one of its words", async () => {
  const source = join(folder, "many-words");
  await writeRandomCheckpoint(source, shape, 1);
  const words = randomVocabulary(vocabulary).with(-1, word);
  writeFileSync(join(source, "vocab.txt"), `${words.join("\n")}\n`);
  const store = memoryStore();
  const engine = engineAlone(store, (url) => expect.fail(`asked for ${url}`));
  const { manifest } = await engine.open(await chosenFolder(source), { name: "many-words" });

  const out = join(folder, "exported", "many-words");
  const checkpoint = await openFolder(source);
  await exportModel(checkpoint, { out });
  await checkpoint.close();
  expect((await store.models())[0]!.manifest).toBe(readFileSync(join(out, "manifest.json"), "utf8"));

  const info = await engine.load(manifest, { device: "wasm" });
  expect(info).toMatchObject({ name: "many-words", vocabulary });
  const exported = createNodeEngine(out);
  await exported.load(manifestUrl(out), { device: "wasm" });
  const last = vocabulary - 1;
  const [here, there] = await Promise.all(
    [engine, exported].map((each) => each.forward({ ids: [2, 5, 4, 60_000, last, 3] })),
  );
  expect(here!.logits.length % vocabulary).toBe(0);
  expect(here!.logits).toEqual(there!.logits);
  // the vocabulary's last word is found, and is predicted like any other
  expect((await engine.tokenize(`this ${word} [MASK]`)).map(({ id }) => id)).toContain(last);
  const result = await engine.run({ ...tutorial, layer: 1, neuron: 100, candidates: [word, "this"] });
  expect(result.rows.map((row) => row.word)).toEqual([word, "this"]);
  await Promise.all([engine.dispose(), exported.dispose()]);
});
