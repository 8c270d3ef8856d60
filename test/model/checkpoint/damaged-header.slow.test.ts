// Damaged checkpoints and tokenizer files: whatever stands in them, they are read, or refused in a sentence of ours, at
// once and without taking much memory. A thousand of each, from a seed.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type BertConfig, openCheckpoint } from "../../../src/model/checkpoint/index.ts";
import { completeTokenizer } from "../../../src/model/checkpoint/tokenizer.ts";
import { createTokenizer } from "../../../src/model/tokenizer/tokenizer.ts";
import { filesOf } from "../../helpers/files-in-memory.ts";
import { oddCheckpoints } from "../../helpers/fixtures.ts";
import { dice, mutateBytes, mutatedJson } from "../../helpers/mutate.ts";
import { COUNT, refusals, times } from "../../helpers/refusals.ts";

describe("a damaged checkpoint", () => {
  const source = join(oddCheckpoints, "json-added");
  const files = filesOf(source, "json-added");
  const open = async (changed: Record<string, Uint8Array>) => (await openCheckpoint(files(changed))).close();

  it("config.json", async () => {
    const text = readFileSync(join(source, "config.json"), "utf8");
    const refused = await refusals(mutatedJson(text, 1, COUNT), (damaged: string) =>
      open({ "config.json": Buffer.from(damaged) }),
    );
    expect(refused).toBeGreaterThan(COUNT / 2);
  });

  it("the header of model.safetensors", async () => {
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
    const refused = await refusals(headers, (damaged: Uint8Array) =>
      open({ "model.safetensors": Buffer.concat([damaged, body]) }),
    );
    expect(refused).toBeGreaterThan(COUNT / 2);
  });
});

it("a damaged tokenizer.json", async () => {
  const rows = { vocabulary: 400, positions: 48 } as BertConfig;
  const cut = (tokenizer: string) => {
    const { json, config } = completeTokenizer({ tokenizer }, rows);
    const parsed = JSON.parse(JSON.stringify(json));
    createTokenizer(parsed, config).encode("COVID in New York is [MASK] press, Ο ΟΔΥΣΣΕΥΣ 今天。");
  };
  const whole = readFileSync(join(oddCheckpoints, "json-added", "tokenizer.json"), "utf8");
  cut(whole);
  const refused = await refusals(mutatedJson(whole, 4, COUNT), cut);
  expect(refused).toBeGreaterThan(COUNT / 20);
});
