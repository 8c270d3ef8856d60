// pytorch_model.bin: real ones that torch.save wrote (model-export/reference/make_torch_files.py), ones that would call
// something if anything called it.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openFolder } from "../../../model-export/checkpoint-folder.ts";
import { CheckpointError } from "../../../src/model/checkpoint/index.ts";
import { readTorchFile } from "../../../src/model/checkpoint/pytorch/index.ts";
import { readStateDict } from "../../../src/model/checkpoint/pytorch/pickle.ts";
import { elementsOf } from "../../../src/model/graph/layout.ts";
import { sourceOf } from "../../helpers/files-in-memory.ts";
import { checkpoints, root } from "../../helpers/fixtures.ts";

const files = join(root, "test/fixtures/torch-files");
const bytesOf = (name: string) => new Uint8Array(readFileSync(join(files, name)));
const whole = bytesOf("pytorch_model.bin");

const read = (bytes: Uint8Array) => readTorchFile(sourceOf(bytes), "pytorch_model.bin");

async function refusal(bytes: Uint8Array): Promise<string> {
  const error: unknown = await read(bytes).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(CheckpointError);
  return `${(error as CheckpointError).message} ${(error as CheckpointError).hint}`;
}

/** a file in which every occurrence of a text stands replaced by another of the same length */
function replaced(bytes: Uint8Array, from: string, to: string): Uint8Array {
  expect(to.length).toBe(from.length);
  const text = Buffer.from(bytes).toString("latin1");
  expect(text).toContain(from);
  return new Uint8Array(Buffer.from(text.replaceAll(from, to), "latin1"));
}

describe("a file that torch.save wrote", () => {
  const { tensors: expected } = JSON.parse(readFileSync(join(files, "expected.json"), "utf8")) as {
    tensors: Record<string, { shape: number[]; dtype: string; ends: [number, number] }>;
  };

  it("has the tensors that torch finds in it, with their shapes, types and numbers", async () => {
    const found = new Map((await read(whole)).map((tensor) => [tensor.name, tensor]));
    expect([...found.keys()].sort()).toEqual(Object.keys(expected).sort());
    for (const [name, { shape, dtype, ends }] of Object.entries(expected)) {
      const tensor = found.get(name)!;
      expect(tensor.shape).toEqual(shape);
      expect(tensor.dtype).toBe({ "torch.float32": "F32", "torch.int64": "I64" }[dtype]);
      const view = new DataView(whole.buffer, tensor.begin, tensor.end - tensor.begin);
      const values =
        tensor.dtype === "F32"
          ? [view.getFloat32(0, true), view.getFloat32(view.byteLength - 4, true)]
          : [view.getBigInt64(0, true), view.getBigInt64(view.byteLength - 8, true)].map(Number);
      expect(values, name).toEqual(ends);
    }
  });

  it("knows two tensors in one storage", async () => {
    const found = new Map((await read(whole)).map((tensor) => [tensor.name, tensor]));
    const words = found.get("bert.embeddings.word_embeddings.weight")!;
    expect(found.get("cls.predictions.decoder.weight")!.begin).toBe(words.begin);
  });
});

describe("refused by name", () => {
  it.each<[string, () => Uint8Array, RegExp]>([
    [
      "the format before 1.6",
      () => bytesOf("old.bin"),
      /is in the format of torch before 1\.6.*save_pretrained/,
    ],
    [
      "a Git LFS pointer",
      () => new TextEncoder().encode("version https://git-lfs.github.com/spec/v1\n"),
      /is a Git LFS pointer/,
    ],
    ["no zip", () => new Uint8Array(100), /it is no zip/],
    ["an empty file", () => new Uint8Array(0), /it is no zip/],
    ["one that is cut off", () => whole.subarray(0, 100_000), /no directory at its end/],
    [
      "another global",
      () => replaced(whole, "collections\nOrderedDict", "subprocess_\ncheck_call_"),
      /it names subprocess_\.check_call_, which no saved tensors need/,
    ],
    ["big-endian numbers", () => replaced(whole, "little", "bigger"), /its numbers are not little-endian/],
  ])("%s", async (_, bytes, message) => {
    expect(await refusal(bytes())).toMatch(message);
  });

  /** a pickle that calls os.system("true") with one of the opcodes there are for it */
  it.each([
    ["GLOBAL and REDUCE", "\x80\x02cposix\nsystem\nX\x04\x00\x00\x00true\x85R.", /posix\.system/],
    ["STACK_GLOBAL", "\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85R.", /posix\.system/],
    ["INST", "(X\x04\x00\x00\x00trueiposix\nsystem\n.", /opcode 0x69/],
    ["OBJ", "(cposix\nsystem\nX\x04\x00\x00\x00trueo.", /posix\.system/],
    ["NEWOBJ", "ccollections\nOrderedDict\n)\x81.", /opcode 0x81/],
    ["EXT1", "\x82\x01.", /opcode 0x82/],
    ["a persistent id of its own", "X\x04\x00\x00\x00trueQ.", /something else than a storage/],
  ])("a pickle with %s", (_, pickle, message) => {
    expect(() => readStateDict(new Uint8Array(Buffer.from(pickle, "latin1")))).toThrow(message);
  });

  it.each([
    ["]X\x01\x00\x00\x00aa.", /no tensors by name/],
    ["}X\x01\x00\x00\x00aK\x01s.", /"a" in it is no tensor/],
    ["}q\x00h\x05.", /damaged/],
    ["ccollections\nOrderedDict\nK\x01\x85R.", /calls collections\.OrderedDict wrongly/],
    ["}", /cut off/],
    ["\x8a\xff", /64 bits/],
  ])("a pickle of something else: %j", (pickle, message) => {
    expect(() => readStateDict(new Uint8Array(Buffer.from(pickle, "latin1")))).toThrow(message);
  });
});

describe("a checkpoint", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "torch-file-"));
    for (const name of ["config.json", "vocab.txt"])
      cpSync(join(checkpoints, "legacy", name), join(folder, name));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** every number of the checkpoint in the folder is that of the one in model.safetensors */
  async function expectSame(): Promise<void> {
    const [one, other] = [await openFolder(folder), await openFolder(join(checkpoints, "legacy"))];
    expect(one.config).toEqual(other.config);
    expect([...one.tensors.keys()]).toEqual([...other.tensors.keys()]);
    for (const [name, { shape }] of other.tensors) {
      const [a, b] = [
        await one.read(name, 0, elementsOf(shape)),
        await other.read(name, 0, elementsOf(shape)),
      ];
      expect(Buffer.compare(new Uint8Array(a.buffer), new Uint8Array(b.buffer)), name).toBe(0);
    }
    expect(await one.revision()).toMatch(/^sha256:[0-9a-f]{12}$/);
    await one.close();
    await other.close();
  }

  it("in pytorch_model.bin is the one in model.safetensors", async () => {
    writeFileSync(join(folder, "pytorch_model.bin"), whole);
    await expectSame();
  });

  it("in shards is the one in one file", async () => {
    cpSync(join(files, "sharded"), folder, { recursive: true });
    cpSync(join(checkpoints, "legacy", "config.json"), join(folder, "config.json"));
    await expectSame();
  });

  it("in shards is refused when one is missing, or the index is not as it should be", async () => {
    cpSync(join(files, "sharded"), folder, { recursive: true });
    const index = "model.safetensors.index.json";
    const good = JSON.parse(readFileSync(join(folder, index), "utf8"));
    const withMap = async (map: unknown) => {
      writeFileSync(join(folder, index), JSON.stringify({ ...good, weight_map: map }));
      const error: unknown = await openFolder(folder).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(CheckpointError);
      return (error as CheckpointError).message;
    };
    const name = "bert.embeddings.word_embeddings.weight";
    expect(await withMap(undefined)).toMatch(/has no weight_map/);
    expect(await withMap({})).toMatch(/names no files/);
    expect(await withMap({ [name]: "../../etc/passwd" })).toMatch(
      /"\.\.\/\.\.\/etc\/passwd", which is no file/,
    );
    expect(await withMap({ [name]: 7 })).toMatch(/into 7, which is no file of weights/);
    const other = Object.values(good.weight_map as Record<string, string>).find(
      (file) => file !== good.weight_map[name],
    );
    expect(await withMap({ ...good.weight_map, [name]: other, nothing: other })).toMatch(
      /puts "nothing" into .*, which does not have it/,
    );
    rmSync(join(folder, "model-00002-of-00003.safetensors"));
    expect(await withMap(good.weight_map)).toMatch(
      /has no model-00002-of-00003\.safetensors, which model\.safetensors\.index\.json names/,
    );
    cpSync(
      join(folder, "model-00001-of-00003.safetensors"),
      join(folder, "model-00002-of-00003.safetensors"),
    );
    expect(await withMap(good.weight_map)).toMatch(/is in model-.* and in model-/);
  });
});
