// Checkpoint folders: the fixtures in all their spellings, and tiny ones broken in one place each.

import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openFolder } from "../../../model-export/checkpoint-folder.ts";
import {
  type BertConfig,
  type Checkpoint,
  CheckpointError,
  requiredShapes,
} from "../../../src/model/checkpoint/index.ts";
import { elementsOf } from "../../../src/model/graph/layout.ts";
import { randomVocabulary, toConfigJson, writeRandomCheckpoint } from "../../helpers/random-checkpoint.ts";
import { type FileOptions, type Tensor, writeSafetensors } from "../../helpers/safetensors.ts";

const config: BertConfig = {
  layers: 2,
  dModel: 4,
  dMlp: 6,
  heads: 2,
  vocabulary: 20,
  positions: 8,
  tokenTypes: 2,
  layerNormEps: 1e-12,
  tied: true,
};
const words = "bert.embeddings.word_embeddings.weight";
const decoder = "cls.predictions.decoder.weight";

let folder: string;
const opened: Checkpoint[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkpoint-"));
});
afterEach(async () => {
  for (const checkpoint of opened.splice(0)) await checkpoint.close();
  rmSync(folder, { recursive: true });
});

async function openHere(path = folder): Promise<Checkpoint> {
  const checkpoint = await openFolder(path);
  opened.push(checkpoint);
  return checkpoint;
}

/** name -> tensor of the tiny model; element i of the n-th tensor is n + i / 1024, exact in every type up to n = 7 */
function tensors(shape: BertConfig = config): Map<string, Tensor> {
  let n = 0;
  return new Map(
    [...requiredShapes(shape)].map(([name, shape]) => {
      const first = n++ % 8;
      const length = elementsOf(shape);
      return [name, { shape, data: Array.from({ length }, (_, i) => first + i / 1024) }];
    }),
  );
}

interface Files {
  config?: Record<string, unknown>;
  tensors?: Map<string, Tensor>;
  options?: FileOptions;
}

function write({
  config: json = toConfigJson(config),
  tensors: content = tensors(),
  options,
}: Files = {}): void {
  writeFileSync(join(folder, "config.json"), JSON.stringify(json));
  writeFileSync(join(folder, "vocab.txt"), randomVocabulary(config.vocabulary).join("\n"));
  writeSafetensors(join(folder, "model.safetensors"), content, options);
}

/** the refusal of what stands in the folder, with its hint */
async function refusal(): Promise<string> {
  const error: unknown = await openHere().catch((e: unknown) => e);
  expect(error).toBeInstanceOf(CheckpointError);
  const { message, hint } = error as CheckpointError;
  expect(hint).toMatch(/\.$/);
  return `${message} ${hint}`;
}

describe("every fixture", () => {
  const root = new URL("../../fixtures/checkpoints/", import.meta.url).pathname;
  const references = new URL("../../fixtures/reference/", import.meta.url).pathname;

  it.each(readdirSync(root))("%s opens with the dimensions transformers finds", async (name) => {
    const { model } = JSON.parse(readFileSync(join(references, `${name}.json`), "utf8"));
    const checkpoint = await openHere(join(root, name));
    const { tied, ...dimensions } = checkpoint.config;
    expect(dimensions).toEqual(model);
    expect([...checkpoint.tensors.keys()]).toEqual([...requiredShapes(checkpoint.config).keys()]);
    expect(tied).toBe(!["untied", "wide"].includes(name));
    for (const [tensor, { shape }] of checkpoint.tensors) {
      const elements = elementsOf(shape);
      expect(await checkpoint.read(tensor, 0, elements)).toHaveLength(elements);
    }
  });

  it("decodes halves from odd places of the file", async () => {
    const content = new Map<string, Tensor>([["odd", { shape: [0], data: [] }], ...tensors()]);
    for (const pad of [0, 1]) {
      content.set("odd", { shape: [1 + pad], data: new Uint8Array(1 + pad), dtype: "U8" });
      write({ tensors: content, options: { dtype: "F16" } });
      const checkpoint = await openHere();
      expect([...(await checkpoint.read(words, 0, 3))]).toEqual([0, 1 / 1024, 2 / 1024]);
    }
  });

  it("takes F32 bytes as they are, from unaligned places too", async () => {
    const path = join(root, "legacy", "model.safetensors");
    const checkpoint = await openHere(join(root, "legacy"));
    const { begin, end } = checkpoint.tensors.get(words)!;
    const bytes = readFileSync(path).subarray(begin, end);
    const values = await checkpoint.read(words, 0, bytes.length / 4);
    expect(Buffer.compare(bytes, new Uint8Array(values.buffer))).toBe(0);
    expect(begin % 4).not.toBe(0);
  });
});

describe("reading", () => {
  it.each(["F32", "F16", "BF16"] as const)("gives pieces of %s tensors as fp32", async (dtype) => {
    const content = tensors();
    content.set(words, { shape: [20, 4], data: Array.from({ length: 80 }, (_, i) => (i - 40) / 8) });
    write({ tensors: content, options: { dtype, metadata: { format: "pt" } } });
    const checkpoint = await openHere();
    expect([...(await checkpoint.read(words, 0, 3))]).toEqual([-5, -4.875, -4.75]);
    expect([...(await checkpoint.read(words, 78, 2))]).toEqual([4.75, 4.875]);
    expect(await checkpoint.read(words, 80, 0)).toHaveLength(0);
  });

  it.each([
    "F32",
    "F16",
    "BF16",
  ] as const)("puts %s tensors where it is told, and nothing beside them", async (dtype) => {
    const content = tensors();
    const numbers = Array.from({ length: 80 }, (_, i) => (i - 40) / 8);
    content.set(words, { shape: [20, 4], data: numbers });
    write({ tensors: content, options: { dtype } });
    const checkpoint = await openHere();
    const all = new Float32Array(90).fill(7);
    for (const into of [all.subarray(3, 3 + 80), all.subarray(5, 5 + 85)]) {
      all.fill(7);
      const values = await checkpoint.read(words, 0, 80, into);
      expect([...values]).toEqual(numbers);
      expect(values.buffer).toBe(all.buffer);
      expect(values.byteOffset).toBe(into.byteOffset);
      const before = into.byteOffset / 4;
      expect([...all]).toEqual([...Array(before).fill(7), ...numbers, ...Array(10 - before).fill(7)]);
    }
    expect([...(await checkpoint.read(words, 77, 3, all))]).toEqual(numbers.slice(77));
  });

  it("refuses pieces outside the tensor, and names that are none", async () => {
    write();
    const checkpoint = await openHere();
    await expect(checkpoint.read(words, 79, 2)).rejects.toThrow(RangeError);
    await expect(checkpoint.read(words, -1, 2)).rejects.toThrow(RangeError);
    await expect(checkpoint.read(decoder, 0, 1)).rejects.toThrow(decoder);
  });

  it.each([
    ["F32", Number.NaN],
    ["F16", Number.POSITIVE_INFINITY],
    ["BF16", Number.NEGATIVE_INFINITY],
  ] as const)("names the %s tensor that holds %s, and the element", async (dtype, value) => {
    const content = tensors();
    const name = "bert.encoder.layer.1.output.dense.weight";
    const data = Array.from({ length: 24 }, (_, i) => (i === 17 ? value : 0));
    write({ tensors: content.set(name, { shape: [4, 6], data }), options: { dtype } });
    const checkpoint = await openHere();
    expect([...(await checkpoint.read(name, 0, 17))]).toEqual(Array(17).fill(0));
    await expect(checkpoint.read(name, 10, 10)).rejects.toThrow(`${name} holds ${value} at element 17`);
    await expect(checkpoint.read(name, 10, 10)).rejects.toBeInstanceOf(CheckpointError);
  });

  it("says so when the file is cut off while it is open", async () => {
    write();
    const checkpoint = await openHere();
    truncateSync(join(folder, "model.safetensors"), checkpoint.bytes - 8);
    await expect(checkpoint.read("cls.predictions.bias", 0, 20)).rejects.toThrow(/ended at byte/);
  });
});

describe("names", () => {
  const rename = (content: Map<string, Tensor>, spell: (name: string) => string) =>
    new Map([...content].map(([name, tensor]) => [spell(name), tensor]));

  it("may be those of old checkpoints: gamma and beta", async () => {
    write({
      tensors: rename(tensors(), (name) =>
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"),
      ),
    });
    const { tensors: found } = await openHere();
    expect(found.get("bert.embeddings.LayerNorm.weight")?.name).toBe("bert.embeddings.LayerNorm.gamma");
    expect(found.get("bert.encoder.layer.1.output.LayerNorm.bias")?.name).toBe(
      "bert.encoder.layer.1.output.LayerNorm.beta",
    );
  });

  it("of other heads and buffers are ignored, whatever their type", async () => {
    const content = tensors();
    content.set("bert.pooler.dense.weight", { shape: [4, 4], data: Array(16).fill(Number.NaN) });
    content.set("cls.seq_relationship.weight", { shape: [2, 4], data: Array(8).fill(0) });
    content.set("bert.embeddings.position_ids", { shape: [1, 8], data: new Uint8Array(64), dtype: "I64" });
    write({ tensors: content });
    expect([...(await openHere()).tensors.keys()]).toEqual([...requiredShapes(config).keys()]);
  });

  it("of the bias: decoder.bias alone will do", async () => {
    write({
      tensors: rename(tensors(), (name) =>
        name.replace("cls.predictions.bias", "cls.predictions.decoder.bias"),
      ),
    });
    expect((await openHere()).tensors.get("cls.predictions.bias")?.name).toBe("cls.predictions.decoder.bias");
  });

  it("of the bias: where two differ, decoder.bias is the one transformers computes with", async () => {
    const content = tensors();
    content.set("cls.predictions.decoder.bias", { shape: [20], data: Array(20).fill(42) });
    write({ tensors: content });
    expect([...(await (await openHere()).read("cls.predictions.bias", 0, 2))]).toEqual([42, 42]);
  });

  const untied = { ...toConfigJson(config), tie_word_embeddings: false };
  const withDecoder = (data: (word: number, i: number) => number) => {
    const content = tensors();
    return content.set(decoder, {
      shape: [20, 4],
      data: [...(content.get(words)!.data as number[])].map(data),
    });
  };

  it("of the decoder: a matrix equal to the word embeddings is tied, whatever config.json says", async () => {
    write({ tensors: withDecoder((word) => word), config: untied });
    const checkpoint = await openHere();
    expect(checkpoint.config.tied).toBe(true);
    expect(checkpoint.tensors.has(decoder)).toBe(false);
  });

  it.each([
    toConfigJson(config),
    untied,
  ])("of the decoder: a matrix of its own is used, whatever config.json says", async (json) => {
    write({ tensors: withDecoder((word, i) => (i === 79 ? 9 : word)), config: json });
    const checkpoint = await openHere();
    expect(checkpoint.config.tied).toBe(false);
    expect([...(await checkpoint.read(decoder, 79, 1))]).toEqual([9]);
  });

  it("of a tied matrix: it may have been saved as the decoder's", async () => {
    write({ tensors: rename(tensors(), (name) => (name === words ? decoder : name)) });
    const checkpoint = await openHere();
    expect(checkpoint.config.tied).toBe(true);
    expect(checkpoint.tensors.get(words)?.name).toBe(decoder);
  });

  it("that are missing are named", async () => {
    for (const name of requiredShapes(config).keys()) {
      const content = tensors();
      content.delete(name);
      write({ tensors: content });
      expect(await refusal()).toContain(`${name} is missing`);
    }
  });

  it("that are missing are named at once, however many layers config.json claims", async () => {
    for (const layers of [3, 3_000_000, Number.MAX_SAFE_INTEGER]) {
      write({ config: toConfigJson({ ...config, layers }) });
      expect(await refusal()).toMatch(
        new RegExp(`layer\\.2\\.attention\\.self\\.query\\.weight is missing.* of ${layers} layers`),
      );
    }
    write({ config: toConfigJson({ ...config, layers: 3_000_000 }), tensors: new Map() });
    expect(await refusal()).toContain(`${words} is missing`);
  });

  it("that are missing because there is no head, no prefix or no decoder get their own hint", async () => {
    write({ tensors: new Map([...tensors()].filter(([name]) => !name.startsWith("cls."))) });
    expect(await refusal()).toMatch(/no masked-LM head.*BertForMaskedLM/);
    write({ tensors: rename(tensors(), (name) => name.replace(/^bert\./, "")) });
    expect(await refusal()).toMatch(/word_embeddings.weight is missing.*whose tensors are called bert/);
    write({ config: untied });
    expect(await refusal()).toMatch(/cls.predictions.decoder.weight is missing.*tie_word_embeddings/);
  });

  it("of misshapen tensors come with both shapes", async () => {
    for (const [name, { shape }] of tensors()) {
      const content = tensors();
      content.set(name, { shape: [...shape, 1], data: content.get(name)!.data });
      write({ tensors: content });
      expect(await refusal()).toContain(
        `${name} should have the shape [${shape.join(", ")}] by config.json, but has [${shape.join(", ")}, 1]`,
      );
    }
    write({ tensors: withDecoder((word) => word).set(decoder, { shape: [4, 20], data: Array(80).fill(0) }) });
    expect(await refusal()).toContain(
      `${decoder} should have the shape [20, 4] by config.json, but has [4, 20]`,
    );
  });

  it("of tensors that are no floats are given with the type", async () => {
    const content = tensors();
    content.set("cls.predictions.bias", { shape: [20], data: new Uint8Array(160), dtype: "F64" });
    write({ tensors: content });
    expect(await refusal()).toMatch(/cls.predictions.bias is stored as F64/);
  });
});

describe("config.json", () => {
  const good = toConfigJson(config);

  it("may lack what transformers has a default for", async () => {
    const { tie_word_embeddings: _t, layer_norm_eps: _e, hidden_act: _h, model_type: _m, ...old } = good;
    write({ config: old });
    expect((await openHere()).config).toEqual(config);
  });

  it("may say gelu_python, which is the same function", async () => {
    write({
      config: { ...good, hidden_act: "gelu_python", position_embedding_type: "absolute", is_decoder: false },
    });
    expect((await openHere()).config).toEqual(config);
  });

  const wrong: [Record<string, unknown>, RegExp][] = [
    [
      { model_type: "deberta-v2" },
      /cannot be used: model_type "deberta-v2"\. Choose .*BERT, RoBERTa \(also XLM-R, CamemBERT and DistilRoBERTa\), DistilBERT, ELECTRA \(generators\), MPNet, ALBERT, ModernBERT\./,
    ],
    [
      { model_type: undefined, architectures: ["XLNetLMHeadModel"] },
      /cannot be used: the architecture XLNetLMHeadModel/,
    ],
    [{ model_type: 7 }, /cannot be used: model_type 7/],
    [{ hidden_act: "silu" }, /hidden_act is "silu", and only gelu, .*gelu_new.*relu can be used/],
    [{ position_embedding_type: "relative_key_query" }, /position_embedding_type is "relative_key_query"/],
    [{ is_decoder: true }, /is_decoder is true/],
    [{ add_cross_attention: true }, /add_cross_attention is true/],
    [{ num_attention_heads: 3 }, /hidden_size 4 cannot be shared among 3/],
    [{ num_hidden_layers: 0 }, /num_hidden_layers is 0/],
    [{ hidden_size: "768" }, /hidden_size is "768"/],
    [{ vocab_size: 20.5 }, /vocab_size is 20.5/],
    [{ layer_norm_eps: 0 }, /layer_norm_eps is 0/],
    // transformers' forward pass fails there, too
    [{ type_vocab_size: 0 }, /type_vocab_size is 0/],
    [{ layer_norm_eps: "1e-12" }, /layer_norm_eps is "1e-12"/],
    ...[
      "num_hidden_layers",
      "hidden_size",
      "intermediate_size",
      "num_attention_heads",
      "vocab_size",
      "max_position_embeddings",
      "type_vocab_size",
    ].map((key): [Record<string, unknown>, RegExp] => [{ [key]: undefined }, new RegExp(`lacks ${key}`)]),
  ];
  it.each(wrong)("is refused for %o", async (change, message) => {
    write({ config: { ...good, ...change } });
    expect(await refusal()).toMatch(message);
  });

  it.each([
    ["{", /config.json is not JSON/],
    ["[1]", /config.json is not a JSON object/],
  ])("is refused for %s", async (text, message) => {
    write();
    writeFileSync(join(folder, "config.json"), text);
    expect(await refusal()).toMatch(message);
  });
});

describe("a folder", () => {
  it("that is none, or has no config.json, is refused by name", async () => {
    expect(await refusal()).toContain("has no config.json");
    await expect(openFolder(join(folder, "nowhere"))).rejects.toThrow(/nowhere is not a folder/);
  });

  it.each([
    [[], /has no model.safetensors/],
    [["tf_model.h5"], /are in tf_model.h5; only model.safetensors and pytorch_model.bin.*save_pretrained/],
    [["pytorch_model.bin"], /pytorch_model.bin is not a file that torch.save has written/],
    [["model.safetensors.index.json", "model-00001-of-00002.safetensors"], /index.json is not JSON/],
  ])("with the weights %j is told what to do", async (names, message) => {
    write();
    rmSync(join(folder, "model.safetensors"));
    for (const name of names) writeFileSync(join(folder, name), "");
    expect(await refusal()).toMatch(message);
  });

  it("with damaged weights is refused with the file's path", async () => {
    write();
    truncateSync(join(folder, "model.safetensors"), 5000);
    expect(await refusal()).toMatch(
      /model\.safetensors is not a whole safetensors file: .* cut off after 5000/,
    );
  });

  it("tells where it came from: its name, and the weights' hash", async () => {
    write();
    const path = join(folder, "tiny-bert");
    mkdirSync(path);
    for (const name of ["config.json", "vocab.txt", "model.safetensors"])
      cpSync(join(folder, name), join(path, name));
    const sha256 = createHash("sha256")
      .update(readFileSync(join(path, "model.safetensors")))
      .digest("hex");
    const { repo, revision, licence, bytes } = await openHere(`${path}/`);
    expect(repo).toBe("tiny-bert");
    expect(await revision()).toBe(`sha256:${sha256.slice(0, 12)}`);
    expect(licence).toBe("unknown");
    expect(bytes).toBe(readFileSync(join(path, "model.safetensors")).length);
  });

  it.each([
    ["---\nlicense: cc-by-4.0\nlanguage: en\n---\n# Card", "cc-by-4.0"],
    ["---\r\ntags:\r\n- bert\r\nlicense: 'apache-2.0'\r\n---\r\n", "apache-2.0"],
    ["# Card\nlicense: mit\n", "unknown"],
    ["---\nlicense:\n---\n", "unknown"],
  ])("has the licence of its model card: %j", async (card, licence) => {
    write();
    writeFileSync(join(folder, "README.md"), card);
    expect((await openHere()).licence).toBe(licence);
  });

  it("that was downloaded keeps its repository, commit and licence", async () => {
    write();
    const record = {
      repo: "google-bert/bert-base-cased",
      revision: "cd5ef92a9fb2f889e972770a36d4ed042daf221e",
      licence: "apache-2.0",
    };
    writeFileSync(join(folder, "source.json"), JSON.stringify(record));
    const { repo, revision, licence } = await openHere();
    expect({ repo, revision: await revision(), licence }).toEqual(record);
  });
});

describe("a random checkpoint", () => {
  it("has no config.json before it is complete, so that an interrupted one is not taken for a whole", async () => {
    mkdirSync(join(folder, "model.safetensors")); // cannot be written
    await expect(writeRandomCheckpoint(folder, config, 1)).rejects.toThrow(/EISDIR/);
    expect(readdirSync(folder)).not.toContain("config.json");
  });

  it("opens, is the same for the same seed and has the spread of a fresh BERT", async () => {
    const shape = { ...config, dModel: 64, dMlp: 256, vocabulary: 500, tied: false };
    const [one, again, other] = [1, 1, 2].map((seed, i) => ({ seed, path: join(folder, String(i)) })) as [
      { seed: number; path: string },
      { seed: number; path: string },
      { seed: number; path: string },
    ];
    for (const { seed, path } of [one, again, other]) await writeRandomCheckpoint(path, shape, seed);
    const bytes = ({ path }: { path: string }) => readFileSync(join(path, "model.safetensors"));
    expect(Buffer.compare(bytes(one), bytes(again))).toBe(0);
    expect(Buffer.compare(bytes(one), bytes(other))).not.toBe(0);

    const checkpoint = await openHere(one.path);
    expect(checkpoint.config).toEqual(shape);
    const spread = async (name: string, elements: number) => {
      const values = await checkpoint.read(name, 0, elements);
      const mean = values.reduce((a, b) => a + b, 0) / elements;
      return { mean, deviation: Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / elements) };
    };
    const matrix = await spread(words, 500 * 64); // standard errors: 1.1e-4 and 0.8e-4
    expect(Math.abs(matrix.mean)).toBeLessThan(5e-4);
    expect(Math.abs(matrix.deviation - 0.02)).toBeLessThan(4e-4);
    const factor = await spread("bert.embeddings.LayerNorm.weight", 64);
    expect(Math.abs(factor.mean - 1)).toBeLessThan(0.06);
  });
});
