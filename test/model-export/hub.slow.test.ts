// Downloads from a real server that stands in for the Hub: an API, files behind a redirect to another origin, and the
// ways both fail.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openFolder } from "../../model-export/checkpoint-folder.ts";
import type { ExportError } from "../../model-export/errors.ts";
import { fetchFromHub, type HubOptions } from "../../model-export/hub.ts";
import {
  file as fileOf,
  json,
  type Manners,
  type Origin,
  publishFolder,
  redirect,
  startOrigin,
} from "../helpers/hub.ts";
import { expectRisingTo } from "../helpers/rising.ts";

const repo = "someone/tiny-bert";
const commit = "0123456789abcdef0123456789abcdef01234567";
const fixture = new URL("../fixtures/checkpoints/legacy/", import.meta.url).pathname;
const weights = readFileSync(join(fixture, "model.safetensors"));

const part = () => join(cacheDir, "someone--tiny-bert", commit, "model.safetensors.part");

/** Until so much is on the disk: a connection that breaks loses what has arrived and was not read yet. */
const kept = (bytes: number) =>
  vi.waitFor(() => expect(statSync(part()).size).toBe(bytes), { timeout: 10_000, interval: 5 });

let hub: Origin;
let cdn: Origin;
let cacheDir: string;

beforeEach(async () => {
  [hub, cdn] = await Promise.all([startOrigin(), startOrigin()]);
  cacheDir = mkdtempSync(join(tmpdir(), "hub-"));
  publish();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([hub.close(), cdn.close()]);
  rmSync(cacheDir, { recursive: true });
});

const info = `/api/models/${repo}/revision/main`;
const tree = `/api/models/${repo}/tree/${commit}`;
const resolvePath = (name: string) => `/${repo}/resolve/${commit}/${name}`;

/** the legacy fixture as a repository: weights on another origin, small files on the Hub's own */
function publish(): void {
  publishFolder(fixture, { hub, cdn, repo, commit, more: ["README.md", "pytorch_model.bin"] });
  // the first one of the tests' address
  cdn.answers.set("/blob/weights", file(weights));
  hub.answers.set(resolvePath("model.safetensors"), redirect(`${cdn.url}/blob/weights`));
}

/** Until a break, so much is on the disk: a connection that breaks loses what has arrived and was not read yet. */
const file = (bytes: Buffer, manners: Manners = {}) => fileOf(bytes, manners, kept);

const fetchIt = (options: HubOptions = {}) =>
  fetchFromHub(repo, { cacheDir, endpoint: hub.url, token: "secret", ...options });

async function refusal(options: HubOptions = {}, from = repo): Promise<string> {
  const error: unknown = await fetchFromHub(from, { cacheDir, endpoint: hub.url, ...options }).catch(
    (e: unknown) => e,
  );
  expect((error as Error).name).toMatch(/^(Export|Checkpoint)Error$/);
  return `${(error as Error).message} ${(error as ExportError).hint}`;
}

const blobRanges = () => cdn.asked.map(({ range }) => range);

describe("fetchFromHub", () => {
  it("downloads what is needed into a folder that opens, and records where it came from", async () => {
    const folder = await fetchIt();
    expect(readdirSync(folder).sort()).toEqual([
      "config.json",
      "model.safetensors",
      "source.json",
      "tokenizer_config.json",
      "vocab.txt",
    ]);
    const checkpoint = await openFolder(folder);
    await checkpoint.close();
    expect(checkpoint.repo).toBe(repo);
    expect(await checkpoint.revision()).toBe(commit);
    expect(checkpoint.licence).toBe("apache-2.0");
    expect(Buffer.compare(readFileSync(join(folder, "model.safetensors")), weights)).toBe(0);
    // compressed answers would make lengths and ranges those of something else
    expect(cdn.asked.map(({ encoding }) => encoding)).toEqual(["identity"]);
  });

  it("records the repository's own name when it was asked for by an old one", async () => {
    hub.answers.set("/api/models/tiny-bert/revision/main", redirect(info));
    hub.answers.set(`/api/models/tiny-bert/tree/${commit}`, redirect(tree));
    for (const name of ["config.json", "tokenizer_config.json", "vocab.txt", "model.safetensors"]) {
      hub.answers.set(`/tiny-bert/resolve/${commit}/${name}`, redirect(resolvePath(name)));
    }
    const folder = await fetchFromHub("tiny-bert", { cacheDir, endpoint: hub.url });
    expect(JSON.parse(readFileSync(join(folder, "source.json"), "utf8"))).toEqual({
      repo,
      revision: commit,
      licence: "apache-2.0",
    });
  });

  it("asks nobody for a commit that is there, and only for the commit of a branch", async () => {
    const folder = await fetchIt();
    hub.asked.length = cdn.asked.length = 0;
    expect(await fetchIt({ revision: commit })).toBe(folder);
    expect(hub.asked).toEqual([]);
    expect(await fetchIt()).toBe(folder);
    expect(hub.asked.map(({ path }) => path)).toEqual([info]);
    expect(cdn.asked).toEqual([]);
  });

  it("asks for branches with slashes in their names", async () => {
    const path = `/api/models/${repo}/revision/refs%2Fpr%2F1`;
    hub.answers.set(path, hub.answers.get(info)!);
    await fetchIt({ revision: "refs/pr/1" });
    expect(hub.asked[0]?.path).toBe(path);
  });

  it("reads HF_ENDPOINT and HF_TOKEN", async () => {
    vi.stubEnv("HF_ENDPOINT", `${hub.url}/`);
    vi.stubEnv("HF_TOKEN", "from-environment");
    await fetchFromHub(repo, { cacheDir });
    expect(hub.asked[0]?.token).toBe("Bearer from-environment");
  });

  it("gives the token to the endpoint's own origin and to no other", async () => {
    hub.answers.set(resolvePath("vocab.txt"), redirect("/elsewhere/vocab.txt"));
    hub.answers.set("/elsewhere/vocab.txt", file(readFileSync(join(fixture, "vocab.txt"))));
    cdn.answers.set("/blob/weights", redirect(`${hub.url}/back`));
    hub.answers.set("/back", redirect(`${cdn.url}/again`));
    cdn.answers.set("/again", file(weights));
    await fetchIt();
    expect(new Set(hub.asked.map(({ token }) => token))).toEqual(new Set(["Bearer secret"]));
    expect(cdn.asked.map(({ path, token }) => [path, token])).toEqual([
      ["/blob/weights", undefined],
      ["/again", undefined],
    ]);
  });

  it("is not needed to keep the token: fetch itself drops it on the way to another origin", async () => {
    // what #get does by hand is what Node's fetch promises; this notices if that promise falls
    await fetch(`${hub.url}${resolvePath("model.safetensors")}`, {
      headers: { authorization: "Bearer secret" },
    });
    expect(cdn.asked[0]?.token).toBeUndefined();
  });

  it("reports bytes that never fall and end at the total", async () => {
    const seen: { done: number; total: number }[] = [];
    await fetchIt({ onProgress: (done, total) => void seen.push({ done, total }) });
    const { total } = seen[0]!;
    expectRisingTo(total, seen);
    expect(total).toBeGreaterThan(weights.length);
  });
});

describe("weights in several files", () => {
  const sharded = new URL("../fixtures/torch-files/sharded/", import.meta.url).pathname;
  const shards = readdirSync(sharded).filter((name) => name.endsWith(".safetensors"));
  const index = "model.safetensors.index.json";

  function publishShards(names: readonly string[]): void {
    const siblings = ["config.json", "vocab.txt", index, ...names].map((rfilename) => ({ rfilename }));
    hub.answers.set(info, json({ id: repo, sha: commit, siblings, cardData: {} }));
    hub.answers.delete(tree);
    for (const name of [index, ...names])
      hub.answers.set(resolvePath(name), file(readFileSync(join(sharded, name))));
  }

  it("are all downloaded, as their index names them", async () => {
    publishShards(shards);
    const folder = await fetchIt();
    expect(readdirSync(folder).sort()).toEqual(
      ["config.json", "source.json", "vocab.txt", index, ...shards].sort(),
    );
    const checkpoint = await openFolder(folder);
    await checkpoint.close();
    expect(checkpoint.bytes).toBe(shards.reduce((sum, name) => sum + statSync(join(sharded, name)).size, 0));
  });

  it("are refused by name when one is not in the repository", async () => {
    publishShards(shards.slice(0, 2));
    expect(await refusal()).toMatch(
      /has no model-00003-of-00003\.safetensors, which its index of weights names/,
    );
  });

  it("may be a pytorch_model.bin", async () => {
    const bin = readFileSync(join(sharded, "../pytorch_model.bin"));
    const siblings = ["config.json", "vocab.txt", "pytorch_model.bin"].map((rfilename) => ({ rfilename }));
    hub.answers.set(info, json({ id: repo, sha: commit, siblings, cardData: {} }));
    hub.answers.delete(tree);
    hub.answers.set(resolvePath("pytorch_model.bin"), file(bin));
    const checkpoint = await openFolder(await fetchIt());
    await checkpoint.close();
    expect(checkpoint.bytes).toBe(bin.length);
  });
});

describe("an interrupted download", () => {
  async function interrupt(manners: Manners = {}): Promise<void> {
    cdn.answers.set("/blob/weights", file(weights, { breakAfter: 70_000, ...manners }));
    expect(await refusal()).toMatch(
      /connection broke after 70000 bytes of model.safetensors.*goes on where it stopped/,
    );
    expect(statSync(part()).size).toBe(70_000);
    expect(existsSync(join(part(), "..", "source.json"))).toBe(false);
    cdn.asked.length = 0;
  }

  async function expectWhole(): Promise<void> {
    const folder = await fetchIt();
    expect(Buffer.compare(readFileSync(join(folder, "model.safetensors")), weights)).toBe(0);
    expect(readdirSync(folder).filter((name) => /part|etag/.test(name))).toEqual([]);
  }

  it("goes on where it stopped, also twice", async () => {
    await interrupt();
    cdn.answers.set("/blob/weights", file(weights, { breakAfter: 50_000 }));
    expect(await refusal()).toMatch(/broke after 120000 bytes/);
    cdn.answers.set("/blob/weights", file(weights));
    const small = hub.asked.length;
    await expectWhole();
    expect(blobRanges()).toEqual(["bytes=70000-", "bytes=120000-"]);
    expect(hub.asked.slice(small).map(({ path }) => path)).not.toContain(resolvePath("vocab.txt"));
  });

  it("counts what was there before", async () => {
    await interrupt();
    cdn.answers.set("/blob/weights", file(weights));
    const seen: number[] = [];
    await fetchIt({ onProgress: (done) => void seen.push(done) });
    expect(seen.some((done) => done > 0 && done < 70_000)).toBe(true); // the small files
    expect(seen.filter((done) => done > 10_000)[0]).toBeGreaterThanOrEqual(70_000);
  });

  it("starts over when the server ignores ranges", async () => {
    await interrupt();
    cdn.answers.set("/blob/weights", file(weights, { ranges: false }));
    await expectWhole();
    expect(blobRanges()).toEqual(["bytes=70000-"]);
  });

  it("starts over when the server has another file by now", async () => {
    await interrupt({ etag: '"v0"' });
    cdn.answers.set("/blob/weights", file(weights, { etag: '"v1"' }));
    await expectWhole();
  });

  it.each([
    ["", "no"],
    ['W/"v1"', "a weak"],
  ])("starts over when the server gave %s%s ETag", async (etag) => {
    await interrupt({ etag });
    cdn.answers.set("/blob/weights", file(weights));
    await expectWhole();
    expect(blobRanges()).toEqual([undefined]);
  });

  it("starts over when its part is longer than the file", async () => {
    await interrupt();
    writeFileSync(part(), Buffer.alloc(weights.length + 5));
    cdn.answers.set("/blob/weights", file(weights));
    await expectWhole();
    expect(blobRanges()).toEqual([undefined]);
  });

  it("asks for nothing more when all had arrived", async () => {
    await interrupt();
    writeFileSync(part(), weights);
    await expectWhole();
    expect(cdn.asked).toEqual([]);
  });

  it("starts over when the range cannot be given", async () => {
    await interrupt();
    hub.answers.delete(tree); // nobody says how long the file is
    cdn.answers.set("/blob/weights", (request, response) => {
      if (request.headers.range) response.writeHead(416).end();
      else file(weights)(request, response);
    });
    await expectWhole();
  });

  it("refuses another part than the one it asked for", async () => {
    await interrupt();
    cdn.answers.set("/blob/weights", (_, response) =>
      response
        .writeHead(206, { "content-range": `bytes 5-${weights.length - 1}/${weights.length}` })
        .end(weights.subarray(5)),
    );
    expect(await refusal()).toMatch(/another part of model.safetensors/);
  });

  it("is found out when the parts do not fit together, and fetched anew", async () => {
    await interrupt();
    writeFileSync(part(), Buffer.alloc(70_000));
    cdn.answers.set("/blob/weights", file(weights));
    expect(await refusal()).toMatch(/arrived damaged: its SHA-256/);
    expect(existsSync(part())).toBe(false);
    await expectWhole();
  });
});

describe("a server that fails", () => {
  it.each([
    [
      "other bytes",
      Buffer.alloc(weights.length),
      /arrived damaged: its SHA-256 is not the one the Hub gives/,
    ],
    ["too few bytes", weights.subarray(1), /arrived damaged: it has 200750 bytes instead of 200751/],
  ])("is caught with %s, which leave nothing behind", async (_, bytes, message) => {
    cdn.answers.set("/blob/weights", file(bytes));
    expect(await refusal()).toMatch(message);
    const left = readdirSync(join(cacheDir, "someone--tiny-bert", commit));
    expect(left.filter((name) => name.startsWith("model"))).toEqual([]);
    expect(left).not.toContain("source.json");
  });

  it("is caught by Content-Length where the Hub tells no sizes", async () => {
    hub.answers.delete(tree);
    cdn.answers.set("/blob/weights", (_, response) => {
      response.writeHead(200, { "content-length": weights.length, connection: "close" });
      response.write(weights.subarray(0, 1000), () => response.socket?.end());
    });
    expect(await refusal()).toMatch(/connection broke|arrived damaged/);
    cdn.answers.set("/blob/weights", file(weights));
    await fetchIt();
  });

  const statuses: [number, string | undefined, RegExp][] = [
    [
      401,
      undefined,
      /does not give out .*tiny-bert at revision main: it does not exist, or needs an access token \(status 401\).*set HF_TOKEN/,
    ],
    [401, "bad", /needs an access token other than HF_TOKEN/],
    [403, undefined, /refuses .* to anonymous visitors.*Accept the model's terms on http.*tiny-bert/],
    [403, "bad", /to the account of HF_TOKEN/],
    [404, undefined, /has no someone\/tiny-bert at revision main \(status 404\)/],
    [503, undefined, /failed to send .*\(status 503\).*Wait a moment/],
  ];
  it.each(statuses)("with status %s and the token %s is explained", async (status, token, message) => {
    hub.answers.set(info, (_, response) => response.writeHead(status).end());
    expect(await refusal({ token })).toMatch(message);
  });

  it("is explained when it is a file that is refused", async () => {
    hub.answers.set(resolvePath("model.safetensors"), (_, response) => response.writeHead(403).end());
    expect(await refusal()).toMatch(/refuses model.safetensors/);
  });

  it("is explained when it cannot be reached, answers with a page or redirects in a circle", async () => {
    const { url } = cdn;
    await cdn.close();
    expect(await refusal({ endpoint: url })).toMatch(/127.0.0.1:\d+ could not be reached/);
    hub.answers.set(info, (_, response) => response.end("<html>"));
    expect(await refusal()).toMatch(/did not answer with JSON/);
    hub.answers.set(info, redirect(info));
    expect(await refusal()).toMatch(/circle/);
    hub.answers.set(info, json({}));
    expect(await refusal()).toMatch(/does not say which commit/);
  });

  it("is not asked for what is no model", async () => {
    for (const wrong of ["a/b/c", "../x", "a b", "", "a/.."])
      expect(await refusal({}, wrong)).toMatch(/no Hub id/);
    expect(hub.asked).toEqual([]);
  });

  it.each([
    [["config.json", "tf_model.h5"], /has no model.safetensors, only tf_model.h5.*save_pretrained/],
    [["model.safetensors"], /has no config.json.*Choose/],
    [["config.json"], /has no model.safetensors\. /],
  ])("is told what a repository with %j lacks", async (names, message) => {
    hub.answers.set(info, json({ sha: commit, siblings: names.map((rfilename) => ({ rfilename })) }));
    expect(await refusal()).toMatch(message);
  });
});
