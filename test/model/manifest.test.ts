import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { hookPointsOf } from "../../src/model/hook-points.ts";
import { type Manifest, parseManifest } from "../../src/model/index.ts";
import { manifestLimits } from "../../src/model/manifest.ts";
import { cutLayers, findSplit, splitsOf, stopsOf } from "../../src/model/splits.ts";
import { practice, tiny } from "../helpers/fixtures.ts";

const read = (name: string) => readFileSync(join(inject("models"), name, "manifest.json"), "utf8");

describe("a manifest", () => {
  it.each([
    ...tiny,
    practice,
  ])("that the exporter wrote for %s is valid, and nothing of it is lost", (name) => {
    expect(parseManifest(read(name))).toEqual(JSON.parse(read(name)));
  });

  it("knows its splits", () => {
    const manifest = parseManifest(read("legacy"));
    expect(cutLayers(manifest)).toEqual([0, 1, 2]);
    expect(splitsOf(manifest).map(({ name }) => name)).toEqual(["every-hook-point", "layer-2"]);
    const halves = { ...manifest, splits: manifest.splits.slice(0, 1) };
    expect(cutLayers(halves)).toEqual([2]);
    const post = (layer: number) => `blocks.${layer}.mlp.hook_post`;
    expect(findSplit(manifest, [post(0), "blocks.1.hook_normalized_resid_post"]).name).toBe(
      "every-hook-point",
    );
    expect(findSplit(halves, [post(2)]).name).toBe("layer-2");
    expect(() => findSplit(halves, [post(0), post(2)])).toThrowError(
      "legacy was exported without a split that is cut at blocks.0.mlp.hook_post and blocks.2.mlp.hook_post.",
    );
  });

  it("says where a run can stop, by TransformerLens's names", () => {
    const manifest = parseManifest(read("legacy"));
    expect(stopsOf(manifest).map(({ name }) => name)).toEqual([
      "hook_full_embed",
      "blocks.0.mlp.hook_post",
      "blocks.0.hook_normalized_resid_post",
      "blocks.1.mlp.hook_post",
      "blocks.1.hook_normalized_resid_post",
      "blocks.2.mlp.hook_post",
      "blocks.2.hook_normalized_resid_post",
    ]);
    const oneLayer = { ...manifest, splits: manifest.splits.slice(0, 1) };
    expect(stopsOf(oneLayer).map(({ name }) => name)).toEqual([
      "blocks.2.mlp.hook_post",
      "blocks.2.hook_normalized_resid_post",
    ]);
  });

  it("of bert-large's size with every layer is far below the limits", () => {
    const manifest = JSON.parse(read("legacy")) as Manifest;
    const template = manifest.shards["layer-0"]!;
    const chunk = (shard: number, i: number) => ({
      file: `weights/layer-${shard}.${i}.bin`,
      byteLength: manifestLimits.file,
      sha256: `${shard}.${i}`.replace(".", "f").padStart(64, "0"),
    });
    manifest.model.layers = 48;
    const [halves, every] = manifest.splits;
    halves!.cuts = ["blocks.2.mlp.hook_post"];
    every!.cuts = hookPointsOf(manifest.model)
      .map((point) => point.name)
      .slice(0, -1);
    every!.segments = Array.from({ length: 97 }, () => every!.segments[0]!);
    for (let layer = 0; layer < 48; layer++) {
      const chunks = Array.from({ length: 4 }, (_, i) => chunk(layer, i));
      const tensors = template.tensors.map((tensor) => ({
        ...tensor,
        name: tensor.name.replace(/layer\.\d+/, `layer.${layer}`),
      }));
      manifest.shards[`layer-${layer}`] = { byteLength: 4 * manifestLimits.file, chunks, tensors };
    }
    expect(() => parseManifest(JSON.stringify(manifest))).not.toThrow();
    expect(JSON.stringify(manifest).length).toBeLessThan(manifestLimits.text / 10);
  });
});

describe("text that is no manifest is refused", () => {
  it.each<[string, string, string]>([
    ["a web page", "<!doctype html><title>404</title>", "a web page instead of JSON"],
    ["not JSON", "{", "not JSON"],
    ["nothing", "", "not JSON"],
    ["null", "null", "the top level"],
    ["a list", "[]", "format"],
    ["longer than any", " ".repeat(manifestLimits.text + 1), "longer than any manifest"],
  ])("%s", (_, content, reason) => expect(() => parseManifest(content)).toThrowError(reason));

  it("before it is parsed, when it is too long", () => {
    const bomb = `{"a":${"[".repeat(manifestLimits.text)}`;
    expect(() => parseManifest(bomb)).toThrowError("longer than any manifest");
  });
});

/** changes one thing in a good manifest */
type Change = (manifest: Manifest) => unknown;
/** what it is, what it does to a good manifest, and the field that the refusal begins with */
type Hostile = [what: string, change: Change, field: string];

const set =
  <T extends object>(pick: (m: Manifest) => T, values: Record<string, unknown>): Change =>
  (m) =>
    Object.assign(pick(m), values);
const chunk = (m: Manifest) => m.shards["layer-1"]!.chunks[0]!;
const tensor = (m: Manifest) => m.shards["layer-1"]!.tensors[1]!;
const graph = (m: Manifest) => m.splits[1]!.segments[0]!.graph;
/** the same field of a split's graph, a chunk and a tokenizer file; they are one schema, but need not stay one */
const everyFile = (values: Record<string, unknown>, what: string, field: string): Hostile[] => [
  [`a chunk ${what}`, set(chunk, values), `shards.layer-1.chunks.0.${field}`],
  [`a graph ${what}`, set(graph, values), `splits.1.segments.0.graph.${field}`],
  [`a tokenizer ${what}`, set((m) => m.tokenizer.json, values), `tokenizer.json.${field}`],
];
const million = (item: unknown) => Array(1_000_000).fill(item);
const numbers = (length: number) => Array.from({ length }, (_, i) => i);

const paths = [
  "https://evil.example/weights.bin",
  "//evil.example/weights.bin",
  "\\\\evil.example\\weights.bin",
  "weights\\..\\..\\secret",
  "/etc/passwd",
  "../secret",
  "weights/../../secret",
  "weights/..",
  "..",
  ".",
  "./weights.bin",
  "weights/./a.bin",
  "%2e%2e/secret",
  "weights/%2e%2e%2fsecret",
  "weights//a.bin",
  "weights/",
  "data:text/plain,x",
  "blob:x",
  "javascript:alert(1)",
  "weights.bin?x=1",
  "weights.bin#x",
  "weights .bin",
  "weights.bin\n",
  "weights.bin\0",
  "wéights.bin",
  "",
  "w".repeat(301),
];

const sizes = [
  ["negative", -1],
  ["of zero", 0],
  ["with a fraction", 1.5],
  ["over 16 MiB", manifestLimits.file + 1],
  ["of MAX_SAFE_INTEGER", Number.MAX_SAFE_INTEGER],
  ["of 1e308", 1e308],
  ["as text", "1000"],
  ["of null", null],
] as const;

const hostile: Hostile[] = [
  ["of another format", set((m) => m, { format: "other" }), "format"],
  ["without shards", (m) => Reflect.deleteProperty(m, "shards"), "shards"],
  ...paths.flatMap((file) => everyFile({ file }, `at ${JSON.stringify(file).slice(0, 40)}`, "file")),
  ...sizes.flatMap(([what, byteLength]) => everyFile({ byteLength }, what, "byteLength")),
  ...everyFile({ sha256: "xyz" }, "with a bad hash", "sha256"),
  ...everyFile({ sha256: "A".repeat(64) }, "with a hash in capitals", "sha256"),

  // sizes of shards and of everything
  ["a shard over 2 GiB", set((m) => m.shards.head!, { byteLength: 2 ** 31 + 4 }), "shards.head.byteLength"],
  ["a shard of 1e308", set((m) => m.shards.head!, { byteLength: 1e308 }), "shards.head.byteLength"],
  ["whose chunks do not add up", set((m) => m.shards.head!, { byteLength: 4 }), "shards.head"],
  [
    "over 8 GiB in all",
    (m) => {
      for (const i of numbers(9)) {
        const chunks = numbers(64).map((j) => ({
          file: `weights/${i}.${j}.bin`,
          byteLength: manifestLimits.file,
          sha256: `${i}f${j}`.padStart(64, "0"),
        }));
        m.shards[`more-${i}`] = { byteLength: 64 * manifestLimits.file, chunks, tensors: [] };
      }
    },
    "shards: all files together",
  ],

  // counts
  ["a million splits", (m) => Object.assign(m, { splits: million(0) }), "splits"],
  ["a million chunks", set((m) => m.shards.head!, { chunks: million(0) }), "shards.head.chunks"],
  ["a million tensors", set((m) => m.shards.head!, { tensors: million(0) }), "shards.head.tensors"],
  ["a million cuts", set((m) => m.splits[0]!, { cuts: million(0) }), "splits.0.cuts"],
  ["a million segments", set((m) => m.splits[0]!, { segments: million(0) }), "splits.0.segments"],
  ["a million names of shards", set((m) => m.head, { shards: million("") }), "head.shards"],
  [
    "a million shards",
    (m) => {
      const shard = { ...m.shards.head!, tensors: [] };
      for (const i of numbers(2000)) m.shards[`s${i}`] = shard;
    },
    "shards: there are",
  ],
  ["a million self-tests", set((m) => m, { selfTest: million(0) }), "selfTest"],
  ["a long self-test", set((m) => m.selfTest[0]!, { inputIds: numbers(100_000) }), "selfTest.0.inputIds"],
  ["a shape of many dimensions", set(tensor, { shape: numbers(9) }), "shards.layer-1.tensors.1.shape"],
  ...(["layers", "dModel", "dMlp", "heads", "vocabulary", "positions", "tokenTypes"] as const).flatMap(
    (dimension): Hostile[] => [
      // of token types there may be none
      [
        `no ${dimension}`,
        set((m) => m.model, { [dimension]: dimension === "tokenTypes" ? -1 : 0 }),
        `model.${dimension}`,
      ],
      [`absurd ${dimension}`, set((m) => m.model, { [dimension]: 2 ** 31 }), `model.${dimension}`],
      [`${dimension} of 1e308`, set((m) => m.model, { [dimension]: 1e308 }), `model.${dimension}`],
    ],
  ),

  // strings
  ["a name with a slash", set((m) => m, { name: "../other" }), "name"],
  ["a long name", set((m) => m, { name: "n".repeat(101) }), "name"],
  ["a long title", set((m) => m, { title: "t".repeat(501) }), "title"],
  ["a title that is an object", set((m) => m, { title: { toString: "x" } }), "title"],
  ["a long licence", set((m) => m, { licence: "t".repeat(501) }), "licence"],
  ["a long repository", set((m) => m.source, { repo: "t".repeat(501) }), "source.repo"],
  ["a long revision", set((m) => m.source, { revision: "t".repeat(501) }), "source.revision"],
  ["a long name of a tensor", set(tensor, { name: "t".repeat(501) }), "shards.layer-1.tensors.1.name"],
  ["a shard's name with markup", (m) => (m.shards["<b>"] = m.shards.head!), "shards.<b>"],
  [
    "a fraction among a family's own numbers",
    set((m) => m.model, { family: "mpnet", options: { padding: 1, buckets: 32.5 } }),
    "model.options.buckets",
  ],
  [
    "a window beyond any model",
    set((m) => m.model, {
      family: "modernbert",
      options: { globalEvery: 3, halfWindow: 2 ** 17, globalTheta: 160_000, localTheta: 10_000.5 },
    }),
    "model.options.halfWindow",
  ],
  ["another encoding", set((m) => m, { encoding: "int4" }), "encoding"],

  // names that lead to a prototype
  ...["toString", "hasOwnProperty", "valueOf", "nothing"].flatMap((shards): Hostile[] => [
    [`the head naming the shard ${shards}`, set((m) => m.head, { shards: [shards] }), "head.shards"],
    [
      `a segment naming the shard ${shards}`,
      set((m) => m.splits[1]!.segments[0]!, { shards: [shards] }),
      "splits.1.segments.0.shards",
    ],
  ]),

  // the same name twice
  ["two splits of one name", set((m) => m.splits[1]!, { name: "layer-2" }), "splits.1.name"],
  ["a shard named twice", set((m) => m.head, { shards: ["head", "head"] }), "head.shards"],
  [
    "two tensors of one name",
    (m) => (tensor(m).name = m.shards["layer-1"]!.tensors[0]!.name),
    "shards.layer-1.tensors.1.name",
  ],
  [
    "one path for two contents",
    (m) => (chunk(m).file = m.shards["layer-0"]!.chunks[0]!.file),
    "shards.layer-1.chunks.0.sha256",
  ],
  [
    "one hash for two lengths",
    (m) => {
      const { sha256 } = chunk(m);
      Object.assign(m.tokenizer.config, { sha256, byteLength: 7 });
    },
    "shards.layer-1.chunks.0.byteLength",
  ],

  // tensors outside their shard
  ["a negative offset", set(tensor, { offset: -4 }), "shards.layer-1.tensors.1.offset"],
  ["an odd offset", set(tensor, { offset: 2 }), "shards.layer-1.tensors.1.offset"],
  ["a tensor that begins after its shard", set(tensor, { offset: 2 ** 30 }), "shards.layer-1.tensors.1"],
  ["a tensor that ends after its shard", set(tensor, { shape: [2 ** 20] }), "shards.layer-1.tensors.1"],
  [
    "a tensor of more bytes than numbers can say",
    set(tensor, { shape: Array(8).fill(2 ** 31) }),
    "shards.layer-1.tensors.1",
  ],

  // tensors that the model's own graphs would look for in vain, or find in another shape
  [
    "without a tensor of its family",
    (m) => m.shards["layer-1"]!.tensors.splice(1, 1),
    'shards: the family bert has a tensor "bert.encoder.layer.1.attention.self.query.bias", which is in none of them',
  ],
  [
    "with a layer more than its tensors",
    set((m) => m.model, { layers: 4 }),
    'shards: the family bert has a tensor "bert.encoder.layer.3.attention.self.query.weight", which is in none of them',
  ],
  [
    "with a tensor under a name that the family has not",
    set(tensor, { name: "elsewhere" }),
    'shards.layer-1.tensors.1.name: the family bert has no tensor "elsewhere"',
  ],
  [
    "with a tensor of another shape",
    (m) => tensor(m).shape.unshift(1),
    'shards.layer-1.tensors.1.shape: of "bert.encoder.layer.1.attention.self.query.bias" it is [1, ',
  ],
  ["of another width than its tensors", (m) => (m.model.dMlp += 1), "shards.layer-0.tensors."],
  [
    "of another family than its tensors",
    set((m) => m.model, { family: "albert", options: { groups: 1 } }),
    "shards.layer-1.tensors.0.name: the family albert has no tensor",
  ],

  // splits and layers
  [
    "with a cut beyond the model",
    set((m) => m.splits[0]!, { cuts: ["blocks.7.mlp.hook_post"] }),
    "splits.0.cuts",
  ],
  [
    "with a cut at the encoder's end",
    set((m) => m.splits[0]!, { cuts: ["blocks.2.hook_normalized_resid_post"] }),
    "splits.0.cuts",
  ],
  ["with cuts that fall", (m) => m.splits[1]!.cuts.reverse(), "splits.1.cuts"],
  ["with too few segments", (m) => m.splits[1]!.segments.pop(), "splits.1.segments"],
  [
    "with a segment over a shard that is not there",
    set((m) => m.splits[1]!.segments[2]!, { shards: ["x"] }),
    "splits.1.segments.2.shards",
  ],
  ["with a default layer nobody cut", set((m) => m, { defaultLayer: 11 }), "defaultLayer"],

  // self-test
  ["without a self-test", set((m) => m, { selfTest: [] }), "selfTest"],
  ["an id that is no token", (m) => (m.selfTest[0]!.inputIds[0] = 999_999), "selfTest.0.inputIds"],
  ["an answer that is no token", set((m) => m.selfTest[0]!.top[0]!, { id: 999_999 }), "selfTest.0.top"],
  ["a position after the end", set((m) => m.selfTest[0]!, { position: 999 }), "selfTest.0.position"],
  [
    "a logit that is no number",
    set((m) => m.selfTest[0]!.top[0]!, { logit: null }),
    "selfTest.0.top.0.logit",
  ],
];

describe("a hostile manifest is refused by the name of the field:", () => {
  let good: string;
  beforeAll(() => {
    good = read("legacy");
    // what the table changes is there
    const { splits, shards, encoding } = parseManifest(good);
    expect([splits.length, shards["layer-1"]!.tensors.length > 1, encoding]).toEqual([2, true, "fp32"]);
  });

  const refusal = (text: string): string => {
    try {
      parseManifest(text, "m.json");
    } catch (error) {
      return (error as Error).message;
    }
    return "accepted";
  };

  it.each(hostile)("%s", (_, change, field) => {
    const manifest = JSON.parse(good) as Manifest;
    change(manifest);
    const said = refusal(JSON.stringify(manifest));
    const beginning = `m.json does not describe a model: ${field}`;
    expect(said.slice(0, beginning.length)).toBe(beginning);
    expect(said.length).toBeLessThan(1000);
  });

  it.each(["__proto__", "constructor", "prototype"])("the key %s, anywhere", (key) => {
    const own = JSON.stringify(key);
    const places = [
      good.replace("{", `{${own}: {"name": "x"},`),
      good.replace('"shards": {', `"shards": {${own}: {"byteLength": 4},`),
      good.replace('"source": {', `"source": {${own}: 1,`),
      // the same key as JSON also may write it
      good.replace("{", `{"\\u00${key.charCodeAt(0).toString(16)}${key.slice(1)}": 1,`),
    ];
    for (const text of places) {
      expect(text).not.toBe(good);
      expect(refusal(text)).toContain(`"${key}" cannot be the name`);
    }
    expect(({} as Record<string, unknown>).name).toBeUndefined();
  });

  it.each(["1e999", "-1e999"])("the number %s, which JSON reads as infinite", (number) => {
    expect(refusal(good.replace(/"layerNormEps": [^,\n]+/, `"layerNormEps": ${number}`))).toContain(
      "model.layerNormEps",
    );
    expect(refusal(good.replace(/"logit": [^,\n]+/, `"logit": ${number}`))).toContain(
      "selfTest.0.top.0.logit",
    );
    expect(refusal(good.replace(/"byteLength": \d+/, `"byteLength": ${number}`))).toContain("byteLength");
  });
});
