// Names that somebody else has given, in our own sentences.

import { expect, test } from "vitest";
import { originText, shortOrigin } from "../../../../src/ui/notebook/library/trust.ts";
import { isolated } from "../../../../src/ui/notebook/render/isolated.ts";

test.each([
  ["plain names stay as they are", "Task 1 (copy).ipynb", "Task 1 (copy).ipynb"],
  ["what turns letters around is left out", "photo\u202egnp.ipynb", "photognp.ipynb"],
  ["a name cannot end the part it stands in", "a\u2069\u202e b\u2066", "a b"],
  ["letters from right to left have a part of their own", "שלום", "\u2068שלום\u2069"],
  ["so has a mark that turns what follows", "a\u200f", "\u2068a\u200f\u2069"],
  ["characters beyond 2 ** 16 are seen, too", "\u{1e900}", "\u2068\u{1e900}\u2069"],
  ["long names are cut", "x".repeat(201), `${"x".repeat(199)}…`],
  ["at a whole character", `${"x".repeat(198)}🙂🙂`, `${"x".repeat(198)}…`],
])("%s", (_, name, shown) => {
  expect(isolated(name)).toBe(shown);
});

test("where a notebook came from is said so, too", () => {
  const file = { kind: "file", name: "a\u202eb" } as const;
  expect([originText(file), shortOrigin(file)]).toEqual(["the file ab", "from ab"]);
  const url = { kind: "url", href: `https://x.test/${"y".repeat(9000)}` } as const;
  expect(originText(url)).toHaveLength(200);
  expect(shortOrigin(url)).toHaveLength(205);
});
