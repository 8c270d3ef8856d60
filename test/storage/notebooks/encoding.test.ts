// A notebook file's bytes: what is UTF-8 or says that it is UTF-16 is read, and what is neither is refused by its place.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  decodeNotebook,
  foreignLanguage,
  parseNotebook,
  serializeNotebook,
} from "../../../src/storage/index.ts";

const odd = (name: string) => readFileSync(join(import.meta.dirname, "../../fixtures/notebooks-odd", name));
const text = '{"cells":[],"metadata":{"title":"naïve 😀"},"nbformat":4,"nbformat_minor":5}';
const utf16be = (from: string) => Buffer.from(from, "utf16le").swap16();

describe("a notebook is read from", () => {
  it.each<[string, Uint8Array]>([
    ["UTF-8", Buffer.from(text)],
    ["UTF-8 with a byte order mark", Buffer.from(`\ufeff${text}`)],
    ["UTF-16, little end first, with a mark", Buffer.from(`\ufeff${text}`, "utf16le")],
    ["UTF-16, big end first, with a mark", utf16be(`\ufeff${text}`)],
    ["UTF-16, little end first, without a mark", Buffer.from(text, "utf16le")],
    ["UTF-16, big end first, without a mark", utf16be(text)],
  ])("%s", (_, bytes) => {
    expect(decodeNotebook(bytes)).toBe(text);
    expect(serializeNotebook(parseNotebook(decodeNotebook(bytes)))).toBe(text);
  });
});

describe("a file is refused that is", () => {
  it.each<[string, Uint8Array, RegExp]>([
    [
      "in Latin-1",
      odd("latin1.ipynb"),
      /^The file is not in UTF-8, as notebooks are: byte 0xFC in line 8 \(offset 108\) can be none; it is probably in Latin-1\.$/,
    ],
    ["cut within a character", Buffer.from(text).subarray(0, text.indexOf("ï") + 1), /byte 0xC3 in line 1/],
    ["half of a pair of surrogates", Buffer.from('{"\n\xed\xa0\x80"}', "latin1"), /byte 0xED in line 2/],
    ["an overlong character", Buffer.from('{"\n\n\xc0\xaf"}', "latin1"), /byte 0xC0 in line 3/],
    ["damaged UTF-16", Buffer.from([0xff, 0xfe, 0x7b, 0x00, 0x00, 0xd8]), /in UTF-16 and damaged/],
    ["a picture", Buffer.from("\x89PNG\r\n\x1a\n\xff", "latin1"), /not a Jupyter notebook/],
    ["larger than any that a tab can show", Buffer.alloc(64 * 2 ** 20 + 1, "{"), /The file is 64 MB/],
  ])("%s", (_, bytes, sentence) => {
    expect(() => decodeNotebook(bytes)).toThrowError(
      expect.objectContaining({ name: "StorageError", message: expect.stringMatching(sentence) }),
    );
  });
});

it("the place that is named is the one that Node's decoder stops at, whatever bytes come", () => {
  // every start of two bytes, and of four with the last two at the edges of what may follow
  for (let first = 0x80; first < 0x100; first++)
    for (const second of [0x22, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff])
      for (const rest of [[], [0x80], [0x80, 0x80], [0x22, 0x80]]) {
        const bytes = Uint8Array.from([0x7b, first, second, ...rest, 0x22]);
        // the replacement characters begin where the first wrong byte is
        const shown = new TextDecoder().decode(bytes);
        const at = Buffer.byteLength(shown.slice(0, shown.indexOf("\ufffd")));
        if (!shown.includes("\ufffd")) expect(decodeNotebook(bytes)).toBe(shown);
        else expect(() => decodeNotebook(bytes)).toThrowError(`(offset ${at})`);
      }
});

describe("the language of a notebook", () => {
  it.each<[string | undefined, object]>([
    [undefined, {}],
    [undefined, { language_info: { name: "python" }, kernelspec: { language: "python", name: "python3" } }],
    [undefined, { kernelspec: { language: "Python", name: "x" } }],
    [undefined, { language_info: { name: "ipython" } }],
    [undefined, { language_info: 3, kernelspec: [] }],
    ["R", { kernelspec: { language: "R", name: "ir" } }],
    ["julia", { language_info: { name: "julia" } }],
  ])("is %s for %j", (language, metadata) => {
    expect(foreignLanguage({ metadata: metadata as never })).toBe(language);
  });

  it("of a real file of R", () => {
    expect(foreignLanguage(parseNotebook(decodeNotebook(odd("r-kernel.ipynb"))))).toBe("R");
  });
});
