// What a broken, hostile or half-updated Hub answers: whatever it is, the model is found and read, or refused in a sentence of
// ours, at once and without taking much memory. Thousands of answers, from a seed.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { find } from "../../../src/engine/hub/find.ts";
import { type HubPorts, hubFiles } from "../../../src/engine/hub/index.ts";
import type { PieceStore } from "../../../src/engine/hub/weights-file.ts";
import { CheckpointError, openCheckpoint } from "../../../src/model/checkpoint/index.ts";
import { EngineError } from "../../../src/model/index.ts";
import { type FileSpec, StorageError, sha256 } from "../../../src/storage/index.ts";
import { checkpoints, root } from "../../helpers/fixtures.ts";
import { addresses } from "../../helpers/hub.ts";
import { dice, mutateBytes, mutateJson, mutateText, pick, thrownWithinBounds } from "../../helpers/mutate.ts";

const endpoint = "https://hub.test";
const repo = "someone/tiny-bert";
const commit = "0123456789abcdef0123456789abcdef01234567";
const at = addresses(repo, commit);
const patience = { attempts: 2, wait: 1, stall: 5_000, longest: 1_500 };

/** what is at each path of the Hub */
type Published = Map<string, Uint8Array>;

function publish(folders: readonly string[]): Published {
  const files = new Map(
    folders.flatMap((folder) =>
      readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))] as const),
    ),
  );
  const siblings = [...files.keys()].map((rfilename) => ({ rfilename }));
  const tree = [...files].map(([path, bytes]) => {
    const size = bytes.length;
    if (!/\.(safetensors|bin)$/.test(path)) return { type: "file", path, size, oid: "git" };
    return { type: "file", path, size, lfs: { oid: createHash("sha256").update(bytes).digest("hex"), size } };
  });
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  return new Map<string, Uint8Array>([
    [at.info, json({ id: repo, sha: commit, siblings, cardData: { license: "apache-2.0" } })],
    [at.tree, json(tree)],
    ...[...files].map(([name, bytes]) => [at.file(name), bytes] as const),
  ]);
}

const whole = publish([join(checkpoints, "legacy")]);
const sharded = publish([join(checkpoints, "legacy"), join(root, "test/fixtures/torch-files/sharded")]);
sharded.delete(at.file("model.safetensors"));
for (const path of [at.info, at.tree]) {
  const text = Buffer.from(sharded.get(path)!).toString();
  const keep = (entry: { path?: string; rfilename?: string }) =>
    (entry.path ?? entry.rfilename) !== "model.safetensors";
  const value = JSON.parse(text);
  sharded.set(
    path,
    Buffer.from(
      JSON.stringify(
        Array.isArray(value) ? value.filter(keep) : { ...value, siblings: value.siblings.filter(keep) },
      ),
    ),
  );
}

/** an answer, before and after it is spoiled */
interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
  /** the connection breaks behind the body */
  breaks?: boolean;
}

function right(published: Published, url: string, range: string | null): Answer {
  const body = published.get(url.replace(endpoint, ""));
  if (!body) return { status: 404, headers: {}, body: new Uint8Array() };
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "") ?? [];
  const part = from === undefined ? body : body.subarray(Number(from), Number(to) + 1);
  const headers = { etag: '"v1"', "content-length": String(part.length) };
  if (from === undefined) return { status: 200, headers, body: part };
  const places = `bytes ${from}-${Number(from) + part.length - 1}/${body.length}`;
  return { status: 206, headers: { ...headers, "content-range": places }, body: part };
}

const statuses = [200, 204, 206, 304, 400, 401, 403, 404, 408, 410, 416, 418, 429, 500, 503, 599];
const oddHeaders: readonly (readonly [string, string])[] = [
  ["content-type", "text/html"],
  ["retry-after", "1"],
  ["retry-after", "999999999999"],
  ["retry-after", "-1"],
  ["retry-after", "Thu, 01 Jan 2099 00:00:00 GMT"],
  ["retry-after", "soon"],
  ["etag", '"v2"'],
  ["content-length", "0"],
  ["content-length", "99999999999999999999"],
  ["content-length", "many"],
  ["content-range", "bytes */0"],
  ["content-range", "bytes 1-2/3"],
  ["content-range", "bytes 0-0/9007199254740993"],
  ["content-range", "\u00e4"],
  ["content-encoding", "gzip"],
];

/** An answer with one thing or two wrong with it. */
function spoiled(answer: Answer, roll: () => number): Answer {
  const { status, headers, body } = answer;
  const isJson = body[0] === 0x7b || body[0] === 0x5b;
  const some = roll();
  if (some < 0.12) return { ...answer, status: pick(roll, statuses) };
  if (some < 0.24)
    return { ...answer, headers: { ...headers, ...Object.fromEntries([pick(roll, oddHeaders)]) } };
  if (some < 0.3)
    return { ...answer, body: body.subarray(0, Math.floor(roll() * body.length)), breaks: roll() < 0.5 };
  if (some < 0.34) {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 435755784\n`;
    return { status, headers: { "content-length": String(pointer.length) }, body: Buffer.from(pointer) };
  }
  if (!isJson) return { ...answer, body: mutateBytes(body, roll) };
  const text = Buffer.from(body).toString();
  const damaged = roll() < 0.7 ? JSON.stringify(mutateJson(JSON.parse(text), roll)) : mutateText(text, roll);
  return { status, headers: { etag: '"v1"' }, body: Buffer.from(damaged) };
}

/** which answers are spoiled */
type Meant = (url: string, roll: () => number) => boolean;

/** A Hub of which the answers that are meant are spoiled. */
function hub(published: Published, meant: Meant, roll: () => number): typeof fetch {
  return async (input, init) => {
    const url = String(input);
    const range = new Headers(init?.headers).get("range");
    let answer = right(published, url, range);
    if (meant(url, roll)) {
      if (roll() < 0.02) throw new TypeError("Failed to fetch");
      answer = spoiled(answer, roll);
    }
    const { status, headers, body, breaks } = answer;
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        if (body.length > 0) controller.enqueue(Uint8Array.from(body));
        if (breaks) controller.error(new TypeError("network error"));
        else controller.close();
      },
    });
    return new Response(status === 204 || status === 304 ? null : stream, { status, headers });
  };
}

const ports = (fetch: HubPorts["fetch"]): HubPorts => ({ fetch, patience, signal: undefined });

/** Pieces in memory. */
function pieces(): PieceStore {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  const specs = new Map<number, FileSpec>();
  return {
    kept: () => specs,
    async keep(path, index, bytes) {
      const file = `${path}/${index}`;
      kept.set(file, bytes.slice());
      return { file, byteLength: bytes.byteLength, sha256: await sha256(bytes) };
    },
    get: async ({ file }) => kept.get(file),
    drop: async (gone) => {
      for (const { file } of gone) kept.delete(file);
    },
  };
}

/** A repository's tensors by the names that they are stored by, as bytes of float32, read without any code of ours. */
function tensorsOf(published: Published): Map<string, Buffer> {
  const tensors = new Map<string, Buffer>();
  for (const [path, bytes] of published) {
    if (!path.endsWith(".safetensors")) continue;
    const data = Buffer.from(bytes);
    const start = 8 + Number(data.readBigUInt64LE(0));
    const header: Record<string, { dtype: string; data_offsets: [number, number] }> = JSON.parse(
      data.toString("utf8", 8, start),
    );
    for (const [name, { dtype, data_offsets: range }] of Object.entries(header)) {
      if (name === "__metadata__") continue;
      expect(dtype).toBe("F32");
      tensors.set(name, data.subarray(start + range[0], start + range[1]));
    }
  }
  return tensors;
}

/** Find a model, open it as a checkpoint, and have all of its weights: where it is not refused, the numbers are the right ones. */
async function everything(fetch: typeof globalThis.fetch, published: Published): Promise<void> {
  const model = await find({ repo, revision: "main" }, endpoint, ports(fetch));
  const files = hubFiles(model, { ...ports(fetch), store: pieces(), onProgress: () => {} });
  const checkpoint = await openCheckpoint(files);
  try {
    await files.download();
    expect(await checkpoint.revision()).toBe(model.commit);
    const lengths = model.files.map(({ path }) => published.get(at.file(path))!.length);
    expect(model.bytes).toBe(lengths.reduce((sum, length) => sum + length, 0));
    // without a hash nothing can tell other numbers from the right ones
    const told = model.weights.every((path) =>
      model.files.some((file) => file.path === path && file.sha256 !== undefined),
    );
    const stored = tensorsOf(published);
    for (const [name, { name: as, shape }] of checkpoint.tensors) {
      const count = shape.reduce((all, length) => all * length, 1);
      const values = Buffer.from((await checkpoint.read(name, 0, count)).buffer);
      if (!told) continue;
      compared++;
      if (Buffer.compare(values, stored.get(as)!) !== 0) expect.fail(`other numbers: ${name}`);
    }
  } finally {
    await checkpoint.close();
  }
}
/** tensors whose values were compared */
let compared = 0;

/** How many times it was refused; it was opened all other times, and nothing else was thrown. */
async function refusals(published: Published, meant: Meant, seed: number, count: number): Promise<number> {
  const roll = dice(seed);
  let refused = 0;
  for (let i = 0; i < count; i++) {
    const thrown = await thrownWithinBounds(`${seed}, number ${i}`, () =>
      everything(hub(published, meant, roll), published),
    );
    if (thrown === undefined) continue;
    refused++;
    const named =
      thrown instanceof CheckpointError || thrown instanceof EngineError || thrown instanceof StorageError;
    if (!named) throw new Error(`not refused by name: seed ${seed}, number ${i}`, { cause: thrown });
    if (!/^[^\n\r]{10,600}\.$/.test(thrown.message) || !/\.$/.test(thrown.hint))
      expect.fail(
        `seed ${seed}, number ${i}: ${thrown.message.slice(0, 2_000)} | ${thrown.hint.slice(0, 500)}`,
      );
  }
  return refused;
}

describe.each([
  ["one file of weights", whole],
  ["shards", sharded],
])("%s", (_, published) => {
  it("is opened by this test where nothing is wrong", async () => {
    compared = 0;
    await everything(
      hub(published, () => false, Math.random),
      published,
    );
    expect(compared).toBeGreaterThan(20);
  });

  it("weights of which one bit is another one, and always the same: none are taken", async () => {
    const roll = dice(6);
    const paths = [...published.keys()].filter((path) => path.endsWith(".safetensors"));
    for (let i = 0; i < 40; i++) {
      const path = pick(roll, paths);
      const bytes = Uint8Array.from(published.get(path)!);
      bytes[Math.floor(roll() * bytes.length)]! ^= 1 << Math.floor(roll() * 8);
      const wrong = hub(new Map(published).set(path, bytes), () => false, roll);
      const thrown = await thrownWithinBounds(`number ${i}`, () => everything(wrong, published));
      expect(thrown, `number ${i}`).toBeInstanceOf(CheckpointError);
    }
  });

  it.each([
    ["the revision", 1, 1_000, (url: string) => url.endsWith(at.info)],
    ["the list of files", 2, 1_000, (url: string) => url.endsWith(at.tree)],
    ["a small file or an index", 3, 1_000, (url: string) => /\.(json|txt)$/.test(url)],
    ["weights", 4, 300, (url: string) => url.endsWith(".safetensors")],
    ["everything, now and then", 5, 500, (_url: string, roll: () => number) => roll() < 0.3],
  ])("%s", async (_, seed, count, meant) => {
    const refused = await refusals(published, meant, seed, count);
    expect(refused).toBeGreaterThan(count / 4);
    expect(refused).toBeLessThanOrEqual(count);
  });
});
