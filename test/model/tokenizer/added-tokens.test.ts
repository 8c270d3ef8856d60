// Added tokens named in any of the files that may name them, in random combinations: found in a text as transformers
// finds them. The expected values are made by model-export/reference/make_added_token_cases.py.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { BertConfig } from "../../../src/model/checkpoint/index.ts";
import { completeTokenizer } from "../../../src/model/checkpoint/tokenizer.ts";
import { createTokenizer } from "../../../src/model/tokenizer/tokenizer.ts";

interface Case {
  files: Record<string, object>;
  mask: number;
  ids: number[][];
}

const { vocabulary, texts, cases }: { vocabulary: string[]; texts: string[]; cases: Case[] } = JSON.parse(
  readFileSync(new URL("../../fixtures/tokenizers/added-tokens.json", import.meta.url), "utf8"),
);
const rows = { vocabulary: vocabulary.length + 30, positions: 512 } as BertConfig;
const vocab = Object.fromEntries(vocabulary.map((token, id) => [token, id]));

function open(files: Case["files"]) {
  const text = (name: string) => (files[name] ? JSON.stringify(files[name]) : undefined);
  const whole = { ...files["tokenizer.json"], model: { type: "WordPiece", vocab } };
  const { json, config } = completeTokenizer(
    {
      vocab: vocabulary.map((token) => `${token}\n`).join(""),
      tokenizer: files["tokenizer.json"] && JSON.stringify(whole),
      config: text("tokenizer_config.json"),
      specialTokens: text("special_tokens_map.json"),
      addedTokens: text("added_tokens.json"),
    },
    rows,
  );
  return createTokenizer(json, config);
}

it("are those of transformers, in 150 random tokenizers", () => {
  let refused = 0;
  for (const { files, mask, ids } of cases) {
    let tokenizer: ReturnType<typeof open>;
    try {
      tokenizer = open(files);
    } catch (error) {
      // which of the two transformers finds is chance
      expect((error as Error).message, JSON.stringify(files)).toMatch(/are the same after normalization/);
      refused++;
      continue;
    }
    expect(tokenizer.special.mask.id).toBe(mask);
    const found = texts.map((text) => tokenizer.encode(text).map(({ id }) => id));
    expect(found, JSON.stringify(files)).toEqual(ids);
  }
  expect(cases.length).toBe(150);
  expect(refused).toBeLessThan(5);
});
