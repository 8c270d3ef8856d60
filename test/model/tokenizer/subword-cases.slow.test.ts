// 2,000 random texts of all of Unicode, and chosen ones, by byte-level and unigram tokenizers: the ids of transformers. The
// expected values are made by model-export/reference/make_subword_cases.py.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/model/checkpoint/config.ts";
import { completeTokenizer } from "../../../src/model/checkpoint/tokenizer.ts";
import { createTokenizer } from "../../../src/model/tokenizer/tokenizer.ts";
import { familyCheckpoints } from "../../helpers/families.ts";
import { root } from "../../helpers/fixtures.ts";
import { type Alphabet, randomStrings } from "../../helpers/random-strings.ts";

const read = (name: string) =>
  JSON.parse(readFileSync(join(root, `test/fixtures/tokenizers/${name}.json`), "utf8"));

interface Expected {
  strings: number;
  texts: string[];
  kinds: Record<string, { hashes: string; ids: number[][] }>;
}

const expected: Expected = read("subword");
const strings: string[] = [];
for (const text of randomStrings(read("inputs") as Alphabet)) {
  if (strings.length === expected.strings) break;
  strings.push(text);
}

/** four bytes of a SHA-256 for every ten */
const group = 10;

/** The tokenizer of a family's checkpoint; "-prefix": with a space before every text. */
function open(name: string) {
  const folder = join(familyCheckpoints, name.replace("-prefix", ""));
  const file = (path: string) => readFileSync(join(folder, path), "utf8");
  const json = JSON.parse(file("tokenizer.json"));
  const config = JSON.parse(file("tokenizer_config.json"));
  if (name.endsWith("-prefix")) json.pre_tokenizer.add_prefix_space = config.add_prefix_space = true;
  const modelConfig = file("config.json");
  const files = completeTokenizer(
    { tokenizer: JSON.stringify(json), config: JSON.stringify(config), modelConfig },
    parseConfig(modelConfig),
  );
  return createTokenizer(files.json, files.config);
}

describe.each(Object.entries(expected.kinds))("%s", (name, { hashes, ids }) => {
  const tokenizer = open(name);
  const idsOf = (text: string) => tokenizer.encode(text).map(({ id }) => id);

  it("random texts", () => {
    const wanted = Buffer.from(hashes, "base64");
    expect(wanted.length).toBe((4 * strings.length) / group);
    const different: string[] = [];
    for (let at = 0; at < strings.length; at += group) {
      const some = strings.slice(at, at + group);
      const digest = createHash("sha256")
        .update(JSON.stringify(some.map(idsOf)))
        .digest();
      const place = (4 * at) / group;
      if (!digest.subarray(0, 4).equals(wanted.subarray(place, place + 4))) different.push(...some);
    }
    expect(different).toEqual([]);
  });

  it.each(
    expected.texts.map((text, i) => [text.slice(0, 40), text, ids[i]!] as const),
  )("%j", (_, text, wanted) => {
    expect(idsOf(text)).toEqual(wanted);
  });
});
