// More damaged files of checkpoints and tokenizers, a thousand of each, as in damaged-header.slow.test.ts: those of other families, and
// the smaller files of a tokenizer.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openFolder } from "../../../model-export/checkpoint-folder.ts";
import { parseConfig } from "../../../src/model/checkpoint/config.ts";
import type { BertConfig } from "../../../src/model/checkpoint/index.ts";
import { completeTokenizer, type TokenizerSources } from "../../../src/model/checkpoint/tokenizer.ts";
import { createTokenizer, readTokenizer } from "../../../src/model/tokenizer/tokenizer.ts";
import { familyCheckpoints } from "../../helpers/families.ts";
import { oddCheckpoints } from "../../helpers/fixtures.ts";
import { dice, mutatedJson, mutateText } from "../../helpers/mutate.ts";
import { COUNT, refusals, times } from "../../helpers/refusals.ts";

const sentence = "COVID in New York is [MASK] press, Ο ΟΔΥΣΣΕΥΣ 今天。";
const folder = mkdtempSync(join(tmpdir(), "damaged-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a damaged checkpoint", () => {
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
