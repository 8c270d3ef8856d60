// Damaged checkpoints and tokenizer files: whatever stands in them, they are read, or refused in a sentence of ours, at
// once and without taking much memory. A thousand of each, from a seed.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openFolder } from "../../../model-export/checkpoint-folder.ts";
import { parseConfig } from "../../../src/model/checkpoint/config.ts";
import { type BertConfig, CheckpointError } from "../../../src/model/checkpoint/index.ts";
import { completeTokenizer, type TokenizerSources } from "../../../src/model/checkpoint/tokenizer.ts";
import { EngineError } from "../../../src/model/index.ts";
import { createTokenizer, readTokenizer } from "../../../src/model/tokenizer/tokenizer.ts";
import { familyCheckpoints } from "../../helpers/families.ts";
import { oddCheckpoints } from "../../helpers/fixtures.ts";
import { dice, mutateBytes, mutatedJson, mutateText, thrownWithinBounds } from "../../helpers/mutate.ts";

const COUNT = 1_000;
const sentence = "COVID in New York is [MASK] press, Ο ΟΔΥΣΣΕΥΣ 今天。";

const folder = mkdtempSync(join(tmpdir(), "damaged-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** How many of the inputs were refused; all others were handled, and nothing else was thrown. */
async function refusals(
  inputs: Iterable<string | Uint8Array>,
  handle: (input: never) => unknown,
): Promise<number> {
  let refused = 0;
  let count = 0;
  for (const input of inputs) {
    count++;
    const thrown = await thrownWithinBounds(input, () => handle(input as never));
    if (thrown === undefined) continue;
    refused++;
    const named = thrown instanceof CheckpointError || thrown instanceof EngineError;
    if (!named)
      throw new Error(`not refused by name: ${JSON.stringify(String(input)).slice(0, 1_000)}`, {
        cause: thrown,
      });
    expect(thrown.message.length).toBeLessThan(1_500);
    expect(thrown.hint).toMatch(/\.$/);
  }
  expect(count).toBe(COUNT);
  return refused;
}

function* times<T>(next: () => T): Generator<T> {
  for (let i = 0; i < COUNT; i++) yield next();
}

describe("a damaged checkpoint", () => {
  const source = join(oddCheckpoints, "json-added");
  cpSync(source, folder, { recursive: true });
  const open = async () => (await openFolder(folder)).close();

  it("config.json", async () => {
    const file = "config.json";
    const text = readFileSync(join(source, file), "utf8");
    const refused = await refusals(mutatedJson(text, 1, COUNT), (damaged: string) => {
      writeFileSync(join(folder, file), damaged);
      return open();
    });
    writeFileSync(join(folder, file), text);
    expect(refused).toBeGreaterThan(COUNT / 2);
  });

  it.each([
    ["albert-groups", 15],
    ["modernbert", 16],
  ])("config.json of %s", async (name, seed) => {
    const own = join(folder, name);
    cpSync(join(familyCheckpoints, name), own, { recursive: true });
    const text = readFileSync(join(own, "config.json"), "utf8");
    const refused = await refusals(mutatedJson(text, seed, COUNT), async (damaged: string) => {
      writeFileSync(join(own, "config.json"), damaged);
      await (await openFolder(own)).close();
    });
    rmSync(own, { recursive: true });
    expect(refused).toBeGreaterThan(COUNT / 5);
  });

  it("the header of model.safetensors", async () => {
    const path = join(folder, "model.safetensors");
    const whole = readFileSync(join(source, "model.safetensors"));
    const end = 8 + Number(whole.readBigUInt64LE());
    const [header, body] = [whole.subarray(0, end), whole.subarray(end)];
    const json = header.subarray(8).toString();
    const roll = dice(2);
    const texts = mutatedJson(json, 3, COUNT);
    const headers = times((): Uint8Array => {
      if (roll() < 0.5) return mutateBytes(header, roll);
      const text = Buffer.from(texts.next().value as string);
      const prefix = Buffer.alloc(8);
      prefix.writeBigUInt64LE(BigInt(text.length));
      return Buffer.concat([prefix, text]);
    });
    const refused = await refusals(headers, (damaged: Uint8Array) => {
      writeFileSync(path, Buffer.concat([damaged, body]));
      return open();
    });
    writeFileSync(path, whole);
    expect(refused).toBeGreaterThan(COUNT / 2);
  });
});

describe("damaged tokenizer files", () => {
  const read = (checkpoint: string, file: string) =>
    readFileSync(join(oddCheckpoints, checkpoint, file), "utf8");
  const rows = { vocabulary: 400, positions: 48 } as BertConfig;
  const cut = (sources: TokenizerSources) => {
    const { json, config } = completeTokenizer(sources, rows);
    const parsed = JSON.parse(JSON.stringify(json));
    createTokenizer(parsed, config).encode(sentence);
  };
  const whole: TokenizerSources = {
    vocab: read("added-json", "vocab.txt"),
    config: read("added-decoder", "tokenizer_config.json"),
    specialTokens: read("markers-map", "special_tokens_map.json"),
    addedTokens: read("added-json", "added_tokens.json"),
    tokenizer: read("json-added", "tokenizer.json"),
    modelConfig: read("angle", "config.json"),
  };

  it.each<[string, keyof TokenizerSources, TokenizerSources]>([
    ["tokenizer.json", "tokenizer", {}],
    ["tokenizer_config.json", "config", { vocab: whole.vocab }],
    ["special_tokens_map.json", "specialTokens", { vocab: read("markers-map", "vocab.txt") }],
    ["added_tokens.json", "addedTokens", { vocab: whole.vocab }],
    ["config.json, for its tokenizer_class", "modelConfig", { vocab: whole.vocab }],
  ])("%s", async (_, part, others) => {
    cut({ ...others, [part]: whole[part] });
    const refused = await refusals(mutatedJson(whole[part]!, 4, COUNT), (damaged: string) =>
      cut({ ...others, [part]: damaged }),
    );
    expect(refused).toBeGreaterThan(COUNT / 20);
  });

  it("vocab.txt", async () => {
    const roll = dice(5);
    const refused = await refusals(
      times(() => mutateText(whole.vocab!, roll)),
      (vocab: string) => cut({ vocab, config: "{}" }),
    );
    expect(refused).toBeGreaterThan(COUNT / 20);
  });

  it.each([
    ["roberta", 11],
    ["camembert", 12],
    ["albert", 13],
    ["modernbert", 14],
  ])("tokenizer.json of %s", async (name, seed) => {
    const read = (file: string) => readFileSync(join(familyCheckpoints, name, file), "utf8");
    const [config, modelConfig] = [read("tokenizer_config.json"), read("config.json")];
    const shape = parseConfig(modelConfig);
    const inputs = mutatedJson(read("tokenizer.json"), seed, COUNT);
    const refused = await refusals(inputs, (tokenizer: string) => {
      const { json, config: completed } = completeTokenizer({ tokenizer, config, modelConfig }, shape);
      createTokenizer(json, completed).encode(sentence);
    });
    expect(refused).toBeGreaterThan(COUNT / 20);
  });

  it.each([
    ["tokenizer.json", 6],
    ["tokenizer_config.json", 7],
  ])("an exported %s", async (name, seed) => {
    const { json, config } = completeTokenizer({ tokenizer: whole.tokenizer }, rows);
    const isJson = name === "tokenizer.json";
    const inputs = mutatedJson(JSON.stringify(isJson ? json : config), seed, COUNT);
    const refused = await refusals(inputs, (damaged: string) => {
      const texts = isJson ? [damaged, JSON.stringify(config)] : [JSON.stringify(json), damaged];
      readTokenizer(texts[0]!, texts[1]!).encode(sentence);
    });
    expect(refused).toBeGreaterThan(COUNT / 20);
  });
});
