// A thousand damaged versions each of what strangers can give the page: manifests, notebooks, links, addresses and
// attributes. Each is answered, or refused by an error of ours, at once and within memory.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { describe, expect, inject, test } from "vitest";
import { allFiles, EngineError, parseManifest } from "../../src/model/index.ts";
import { stopsOf } from "../../src/model/splits.ts";
import {
  decodeNotebook,
  foreignLanguage,
  parseNotebook,
  StorageError,
  serializeNotebook,
  titleOf,
  toScript,
} from "../../src/storage/index.ts";
import { readModels } from "../../src/ui/experiment/models.ts";
import { parameters } from "../../src/ui/experiment/parameters.ts";
import { defaults } from "../../src/ui/experiment/settings.ts";
import { readSettings, readValues, writeSettings } from "../../src/ui/experiment/settings-text.ts";
import { readAddress } from "../../src/ui/notebook/library/address.ts";
import { fromLink, toLink } from "../../src/ui/notebook/library/share.ts";
import { root } from "../helpers/fixtures.ts";
import { dice, mutateBytes, mutatedJson, mutateText, pick, thrownWithinBounds } from "../helpers/mutate.ts";

const count = 1000;

/** what came of all inputs, so that a test says how many were refused */
async function outcomes<T extends string | Uint8Array>(
  inputs: Iterable<T>,
  handle: (input: T) => unknown,
  expected: (error: unknown) => boolean,
): Promise<{ refused: number; accepted: number }> {
  const seen = { refused: 0, accepted: 0 };
  for (const input of inputs) {
    const thrown = await thrownWithinBounds(input, () => handle(input));
    if (thrown === undefined) seen.accepted++;
    else if (expected(thrown)) seen.refused++;
    else
      throw new Error(
        `not one of ours, for ${JSON.stringify((typeof input === "string" ? input : new TextDecoder().decode(input)).slice(0, 500))}`,
        {
          cause: thrown,
        },
      );
  }
  return seen;
}

/** an error of the notebook's storage, with a sentence, of bounded length, and a hint */
const isOurs =
  (...codes: string[]) =>
  (error: unknown) =>
    (error instanceof StorageError || error instanceof EngineError) &&
    codes.includes(error.code) &&
    error.message.length < 1000 &&
    /\.$/.test(error.message) &&
    /\S/.test(error.hint);

describe("a manifest", () => {
  const text = readFileSync(join(inject("models"), "legacy/manifest.json"), "utf8");

  test("is refused by name, or can be worked with", async () => {
    const use = (input: string) => {
      const manifest = parseManifest(input, "https://x.test/manifest.json");
      allFiles(manifest);
      stopsOf(manifest);
    };
    const { refused, accepted } = await outcomes(
      mutatedJson(text, 1, count),
      use,
      isOurs("manifest-invalid"),
    );
    expect(refused).toBeGreaterThan(count / 2);
    expect(accepted).toBeGreaterThan(0);
  }, 120_000);
});

test("a list of models is read as far as it can be, and never throws", async () => {
  const { warn } = console;
  console.warn = () => {};
  try {
    const entry = {
      ...{ name: "tiny", title: "Tiny", manifest: "tiny/manifest.json", bytes: 1, layers: 1, dMlp: 1 },
      ...{ practice: true, licence: "MIT", repo: "a/b", version: "0".repeat(64) },
    };
    const text = JSON.stringify({ models: [entry, { ...entry, name: "other" }] });
    const parsed = function* () {
      for (const input of mutatedJson(text, 2, 2 * count)) {
        try {
          JSON.parse(input);
        } catch {
          continue;
        }
        yield input;
      }
    };
    const read = (input: string) => readModels(JSON.parse(input), "https://x.test/models/index.json");
    const { accepted } = await outcomes(parsed(), read, () => false);
    expect(accepted).toBeGreaterThanOrEqual(count);
  } finally {
    console.warn = warn;
  }
}, 120_000);

describe("a notebook", () => {
  const folders = [join(root, "test/fixtures/notebooks"), join(root, "notebooks")];
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".ipynb"))
      .map((name) => readFileSync(join(folder, name))),
  );
  /** everything that is done with a notebook that is opened */
  const use = (bytes: Uint8Array) => {
    const notebook = parseNotebook(decodeNotebook(bytes));
    titleOf(notebook);
    foreignLanguage(notebook);
    toScript(notebook);
    // what is saved can be opened again, and is the same then
    const saved = serializeNotebook(notebook);
    if (serializeNotebook(parseNotebook(saved)) !== saved) throw new Error("saved twice, it differs");
    // an edit writes a cell anew
    const cells = notebook.cells.map((cell) => ({ ...cell, source: `${cell.source}\n` }));
    parseNotebook(serializeNotebook({ ...notebook, cells }));
  };
  const small = files.filter((bytes) => bytes.length < 20_000);

  test("whose text or values are damaged", async () => {
    const inputs = function* () {
      for (const [i, bytes] of small.entries())
        for (const text of mutatedJson(bytes.toString(), 10 + i, Math.ceil(count / small.length)))
          yield new TextEncoder().encode(text);
    };
    const { refused, accepted } = await outcomes(inputs(), use, isOurs("notebook-invalid"));
    expect(refused + accepted).toBeGreaterThanOrEqual(count);
    expect(Math.min(refused, accepted)).toBeGreaterThan(count / 10);
  }, 240_000);

  test("whose bytes are damaged", async () => {
    const inputs = function* () {
      const roll = dice(3);
      for (let i = 0; i < count; i++) yield mutateBytes(pick(roll, small), roll);
    };
    const { refused, accepted } = await outcomes(inputs(), use, isOurs("notebook-invalid"));
    expect(Math.min(refused, accepted)).toBeGreaterThan(count / 20);
  }, 240_000);
});

describe("an address", () => {
  const page = "https://x.test/course/";
  const names = ["suppression", "finding-a-neuron"];
  /** as the page follows it: what holds a notebook is unfolded and read */
  const follow = async (fragment: string) => {
    const asked = readAddress(fragment, page, names);
    if (asked.kind === "url" && new URL(asked.href).origin !== "https://x.test") throw new Error(asked.href);
    if (asked.kind === "link") parseNotebook((await fromLink(fragment))!);
  };
  const shared = async () => {
    const text = readFileSync(join(root, "notebooks/finding-a-neuron.ipynb"), "utf8");
    const link = await toLink(text, page);
    if (link.kind !== "link") throw new Error("too long");
    return { text, fragment: new URL(link.href).hash };
  };

  test("of a notebook that it holds, damaged on the way", async () => {
    const { fragment } = await shared();
    const inputs = function* () {
      const roll = dice(4);
      for (let i = 0; i < count; i++) yield `#notebook=${mutateText(fragment.slice(10), roll)}`;
    };
    const { refused } = await outcomes(inputs(), follow, isOurs("notebook-invalid"));
    expect(refused).toBeGreaterThan(count / 2);
  }, 120_000);

  test("of a notebook that was damaged before it was folded, or unfolds without an end", async () => {
    const { text } = await shared();
    const fold = (bytes: string | Buffer) => `#notebook=${deflateRawSync(bytes).toString("base64url")}`;
    const inputs = function* () {
      for (const input of mutatedJson(text, 5, count)) yield fold(input);
      yield fold(Buffer.alloc(20 * 2 ** 20));
      yield fold(`{"cells":[${"0,".repeat(4 * 2 ** 20)}0]}`);
    };
    const { refused, accepted } = await outcomes(inputs(), follow, isOurs("notebook-invalid"));
    expect(Math.min(refused, accepted)).toBeGreaterThan(count / 20);
  }, 120_000);

  test("of a file or a name", async () => {
    const good = [
      ...["#notebook=suppression", `#notebook=${"0".repeat(32)}`, "#notebook-url=week%201/a.ipynb"],
      ...["#notebook-url=https://x.test/a.ipynb?v=1", "#notebook-url=//y.test/a.ipynb", "#nb-a-heading"],
    ];
    const inputs = function* () {
      const roll = dice(6);
      for (let i = 0; i < count; i++) yield mutateText(pick(roll, good), roll);
    };
    await outcomes(inputs(), follow, isOurs("notebook-invalid"));
  }, 120_000);
});

describe("an experiment's settings", () => {
  const whole = writeSettings({
    ...defaults,
    model: "bert-base-cased",
    spec: {
      sentence: "A [MASK] é 漢.",
      mask: 1,
      layer: 3,
      neuron: 17,
      hook: { kind: "scale", factor: 0.5 },
      candidates: ["this", "a,b"],
    },
    device: "wasm",
    hide: new Set(["layer"]),
  });
  /** complaints are few and short, and what was read can be written and read again */
  const check = ({ settings, complaints }: ReturnType<typeof readSettings>) => {
    expect(complaints.length).toBeLessThanOrEqual(8);
    for (const complaint of complaints) expect(complaint.length).toBeLessThan(1000);
    const written = writeSettings(settings);
    expect(writeSettings(readSettings({ hash: `#${written}`, search: "" }).settings)).toBe(written);
  };

  test("in a fragment and a query", async () => {
    const inputs = function* () {
      const roll = dice(7);
      for (let i = 0; i < count; i++) yield mutateText(whole, roll);
    };
    const read = (text: string) => {
      check(readSettings({ hash: `#${text}`, search: "" }));
      check(readSettings({ hash: "", search: `?${text}` }, { query: true }));
    };
    expect((await outcomes(inputs(), read, () => false)).accepted).toBe(count);
  }, 120_000);

  test("in attributes", async () => {
    const roll = dice(8);
    const values = whole.split("&").map((piece) => {
      const [name, value] = piece.split("=");
      return [name!, decodeURIComponent(value!.replaceAll("+", " "))] as const;
    });
    expect(values.length).toBeGreaterThan(6);
    const names = [...parameters.map(({ name }) => name), "__proto__", "constructor", ""];
    for (let i = 0; i < count; i++) {
      const pairs = values.map(([name, value]): [string, string] => [
        roll() < 0.9 ? name : pick(roll, names),
        mutateText(value, roll),
      ]);
      const input = JSON.stringify(pairs);
      expect(await thrownWithinBounds(input, () => check(readValues(pairs)))).toBeUndefined();
    }
  }, 120_000);
});
