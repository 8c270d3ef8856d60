// Every kind of request that this project makes, against a server that misbehaves: all of them are asked for again, and
// given up, by the same rules, and end in what was asked for or in one error with a name.

import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { fetchVersion } from "../../../src/engine/load/version.ts";
import { downloadKernel } from "../../../src/python/page/kernel-files.ts";
import {
  type FileSpec,
  fetchFile,
  memoryStore,
  overflowing,
  type Retry,
} from "../../../src/storage/index.ts";
import { fetchModels } from "../../../src/ui/experiment/fetch-models.ts";
import { practice } from "../../helpers/fixtures.ts";
import {
  forever,
  holds,
  type Misbehaviour,
  misbehave,
  neverAnswers,
  servesHtml,
  status,
} from "../../helpers/misbehave.ts";
import { type StaticServer, serve } from "../../helpers/server.ts";

vi.mock("virtual:onnxruntime", () => ({ files: [] }));

/** as patient as the site is, but quicker */
const patience = { attempts: 2, wait: 1, stall: 2000, longest: 2000 };

const files: Record<string, string | Buffer> = {
  "models/index.json": JSON.stringify({
    models: [
      {
        name: "tiny",
        manifest: "tiny/manifest.json",
        bytes: 1,
        layers: 1,
        dMlp: 1,
        version: "0".repeat(64),
      },
    ],
  }),
  "models/tiny/manifest.json": readFileSync(join(inject("models"), practice, "manifest.json")),
  "models/tiny/graphs/head.onnx": Buffer.alloc(60_000, 1),
  "models/tiny/tokenizer.json": Buffer.alloc(60_000, 2),
  "models/tiny/weights/head.0.bin": Buffer.alloc(60_000, 3),
  "assets/ort-0.wasm": Buffer.alloc(60_000, 4),
  "assets/python-0.bin": Buffer.alloc(60_000, 5),
  "assets/python-1.wasm": Buffer.alloc(60_000, 6),
  "assets/python-2.zip": Buffer.alloc(60_000, 7),
};

let folder: string;
const servers: StaticServer[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "neuron-requests-"));
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, content);
  }
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  rmSync(folder, { recursive: true });
});

/** the file as a manifest names it, with its absolute address */
function specOf(site: string, path: string): FileSpec {
  const bytes = readFileSync(join(folder, path));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { file: site + path, byteLength: bytes.length, sha256 };
}

/** asks a site for a path; `onRetry` hears why it is waited for */
type Ask = (site: string, path: string, onRetry: (retry: Retry) => void) => Promise<unknown>;

const file: Ask = (base, path, onRetry) =>
  fetchFile(specOf(base, path), { network: { fetch, base }, store: memoryStore(), patience, onRetry });

const kernel: Ask = (site) => {
  const [script, wasm, stdlib] = ["assets/python-0.bin", "assets/python-1.wasm", "assets/python-2.zip"];
  const all = { script: specOf(site, script!), wasm: specOf(site, wasm!), stdlib: specOf(site, stdlib!) };
  return downloadKernel(all, { store: overflowing(memoryStore()), fetch, patience }, () => {});
};

const kinds: [what: string, path: string, ask: Ask][] = [
  [
    "the list of models",
    "models/index.json",
    (site, path, onRetry) => fetchModels(site + path, { onRetry, patience }),
  ],
  [
    "a manifest",
    "models/tiny/manifest.json",
    (site, path, onRetry) => fetchVersion(site + path, { fetch, patience, onRetry, signal: undefined }),
  ],
  ["a graph", "models/tiny/graphs/head.onnx", file],
  ["a tokenizer's file", "models/tiny/tokenizer.json", file],
  ["weights", "models/tiny/weights/head.0.bin", file],
  ["ONNX Runtime's WebAssembly", "assets/ort-0.wasm", file],
  ["the script of Python's worker", "assets/python-0.bin", kernel],
  ["Python's WebAssembly", "assets/python-1.wasm", kernel],
  ["Python's library", "assets/python-2.zip", kernel],
];

/** breaks the connection after the first bytes */
const drops: Misbehaviour = (response, served, request) => {
  const gate = holds(20);
  gate.how(response, served, request);
  void gate.reached.then(gate.drop);
};

/** sends the first bytes and nothing more */
const stops: Misbehaviour = (response, served, request) => holds(20).how(response, served, request);

const passing: [string, Misbehaviour][] = [
  ["never answers", neverAnswers],
  ["stops in the middle", stops],
  ["drops the connection", drops],
  ["fails with 500", status(500)],
  ["is busy (503)", status(503)],
  ["asks to be left alone (429)", status(429, { "Retry-After": "1" })],
];

const final: [string, Misbehaviour][] = [
  ["is missing (404)", status(404)],
  ["is refused (403)", status(403)],
  ["is answered with a web page", servesHtml],
];

// each on a server of its own, since most of the time they wait
describe.concurrent.each(kinds)("%s", (_, path, ask) => {
  /** Ask a server that misbehaves; what came of it, and how often it was asked. */
  const meet = async (
    hows: Iterable<Misbehaviour>,
    onRetry = (_: Retry) => {},
  ): Promise<{ error: unknown; times: number; again: () => Promise<unknown> }> => {
    const server = await serve({ "/": folder });
    servers.push(server);
    server.intercept = misbehave(server, `/${path}`, hows);
    const error = await ask(server.url, path, onRetry).then(
      () => undefined,
      (error: unknown) => error,
    );
    const times = server.requests.filter((each) => each === `/${path}`).length;
    return { error, times, again: () => ask(server.url, path, () => {}) };
  };

  it.each(passing)("comes from a server that %s once", async (_, how) => {
    const retries: Retry[] = [];
    const { error, times } = await meet([how], (retry) => retries.push(retry));
    expect(error).toBeUndefined();
    expect(times).toBe(2);
    // of several files at once a wait is said when nothing else arrives
    if (ask === kernel) return;
    expect(retries.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^The (server|connection) .*\.$/),
    ]);
  });

  it.each(passing)("is given up, by name, where the server always %s", async (_, how) => {
    const { error, times } = await meet(forever(how));
    expect(error).toMatchObject(named);
    expect(times).toBe(patience.attempts);
  });

  it.each(
    final,
  )("that %s once is named at once, and asked for anew by the next who wants it", async (_, how) => {
    const { error, times, again } = await meet([how]);
    expect(error).toMatchObject(named);
    expect(times).toBe(1);
    await again();
  });
});

/** an error that a person can act on */
const named = {
  name: expect.stringMatching(/^(Engine|Storage)Error$/),
  message: expect.stringMatching(/\.$/),
  hint: expect.stringMatching(/\.$/),
};
