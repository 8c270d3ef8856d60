// The built site against a server that misbehaves: what is asked for again and what is not, what is kept, what the
// person reads, and that the numbers are right in the end.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type { Manifest } from "../../src/model/index.ts";
import { launch } from "../helpers/chromium.ts";
import { practice } from "../helpers/fixtures.ts";
import { completeFiles, everythingOnce, fetched, keptFiles, wronglyKept } from "../helpers/kept.ts";
import {
  corrupts,
  forever,
  gzips,
  holds,
  ignoresRange,
  type Misbehaviour,
  misbehave,
  neverAnswers,
  noLength,
  sends,
  servesHtml,
  slow,
  status,
  truncates,
} from "../helpers/misbehave.ts";
import {
  compute,
  course,
  expectQuiet,
  fields,
  read,
  settled,
  table,
  type Visit,
  visit,
} from "../helpers/page.ts";
import { expected, expectPrinted } from "../helpers/printed.ts";
import { type StaticServer, serve } from "../helpers/server.ts";
import { startTranscript, transcript } from "../helpers/transcript.ts";

const model = join(inject("models"), practice);
const everything = everythingOnce("/", practice, model, inject("site"));
const complete = completeFiles(model, inject("site"));
/** the file that is tampered with */
const file = "weights/layer-5.0.bin";
const path = `/models/${practice}/${file}`;
/** bytes that arrive before something happens */
const half = 50_000;

let server: StaticServer;
let browser: Browser;
let sha256: string;
let size: number;
beforeAll(async () => {
  server = await serve({ "/": inject("site") });
  browser = await launch("no-adapter");
  const bytes = server.read(path)!;
  size = bytes.byteLength;

  sha256 = createHash("sha256").update(bytes).digest("hex");
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
beforeEach(() => {
  server.intercept = undefined;
  server.requests.length = 0;
  server.asked.length = 0;
});
afterEach(expectQuiet);

const open = () =>
  visit(browser, `${server.url}experiment.html`, {
    allowed: /Failed to load resource/,
    first: startTranscript,
  });

/** The course's experiment gives the reference's numbers. */
const expectRight = async (to: Visit) => expectPrinted(await compute(to), expected(course.sentence));

/** the requests for the file */
const asked = () => server.asked.filter((request) => request.path === path);

/** Wait until everything has arrived but so many bytes; then the page speaks of what it waits for. */
const stillToCome = (to: Visit, bytes: number) => {
  const bar = to.model.getByRole("progressbar");
  return expect.poll(() => bar.evaluate((it: HTMLProgressElement) => it.max - it.value)).toBe(bytes);
};

/** Everything is kept and nothing else, and every kept file is what its key says. */
const expectComplete = async ({ page }: Visit) => {
  expect(await keptFiles(page)).toEqual(complete);
  expect(await wronglyKept(page)).toEqual([]);
};

/** as a pattern, in which a star is a number */
const literal = (text: string) => text.replace(/[.()]/g, "\\$&").replaceAll("*", "\\d+");
/** the sentence that stands there while the next attempt is waited for */
const retried = (message: string) => new RegExp(`^${literal(message)} Trying again in \\d s\\.$`);

/** The file was asked for so often, all else once; the bar never fell; everything is kept. */
const expectDownloaded = async (to: Visit, times: number) => {
  expect(fetched(server)).toEqual({ ...everything, [path]: times });
  const { progress } = await transcript(to.page);
  expect(progress.length).toBeGreaterThan(1);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  await expectComplete(to);
};

describe("a server that drops the connection is asked for the rest, and nothing is fetched twice", () => {
  it.each<[what: string, then: Misbehaviour[], requests: number]>([
    ["and sends it", [], 2],
    ["and sends everything instead", [ignoresRange], 2],
    // Chromium asks for a part uncompressed, and gives out no other answer
    ["and compresses it, so it is asked once more", [gzips], 3],
  ])("%s", async (_, then, requests) => {
    const to = await open();
    const gate = holds(half);
    server.intercept = misbehave(server, path, [gate.how, ...then]);
    await fields(to).run.click();
    await stillToCome(to, size - half);
    gate.drop();
    await settled(to);
    expectPrinted(await table(to), expected(course.sentence));

    const rest = `bytes=${half}-`;
    expect(asked().map(({ range }) => range)).toEqual([undefined, ...Array(requests - 1).fill(rest)]);
    const { paragraphs } = await transcript(to.page);
    const message = retried(`The connection broke while ${file} was on its way.`);
    expect(paragraphs).toContainEqual(expect.stringMatching(message));
    await expectDownloaded(to, requests);
    await to.page.close();
  });
});

/** what it is, what the server does with the first request, what the person reads, what is asked for again */
type Passing = [what: string, how: Misbehaviour, reads: string, again: "rest" | "whole"];

const wrongLength = `${file} has the wrong length: the server sent * of * bytes.`;
const passing = (): Passing[] => [
  ["ends too early", truncates(half, { length: false }), wrongLength, "rest"],
  ["ends too early, and says that this is all", truncates(half, { length: true }), wrongLength, "rest"],
  [
    "sends a wrong byte",
    corrupts(1000),
    `${file} arrived damaged: its SHA-256 is not the one in the manifest.`,
    "whole",
  ],
  ["fails with 500", status(500), `The server failed to send ${file} (status 500).`, "whole"],
  ["never answers", neverAnswers, `The server sent nothing of ${file} for 20 s.`, "whole"],
];

describe("a server that misbehaves once is asked again, and nothing else is fetched twice:", () => {
  it.each(passing())("it %s", async (_, how, reads, again) => {
    const to = await open();
    const gate = holds(0);
    server.intercept = misbehave(server, path, [gate.how]);
    await fields(to).run.click();
    await stillToCome(to, size);
    gate.answer(how);
    await settled(to);
    expectPrinted(await table(to), expected(course.sentence));

    const range = again === "rest" ? `bytes=${half}-` : undefined;
    expect(asked().map((request) => request.range)).toEqual([undefined, range]);
    const { paragraphs } = await transcript(to.page);
    expect(paragraphs).toContainEqual(expect.stringMatching(retried(reads)));
    await expectDownloaded(to, 2);
    await to.page.close();
  });

  it("it says 429, and when it wants to be asked again", async () => {
    const to = await open();
    const gate = holds(0);
    server.intercept = misbehave(server, path, [gate.how]);
    await fields(to).run.click();
    await stillToCome(to, size);
    const answered = performance.now();
    gate.answer(status(429, { "Retry-After": "3" }));
    await settled(to);
    expectPrinted(await table(to), expected(course.sentence));
    expect(asked()[1]!.at - answered).toBeGreaterThanOrEqual(3000);
    const { paragraphs } = await transcript(to.page);
    expect(paragraphs).toContain(`The server failed to send ${file} (status 429). Trying again in 3 s.`);
    await expectDownloaded(to, 2);
    await to.page.close();
  });
});

describe("a server that sends the file in its own way is no reason to ask again:", () => {
  it.each<[string, Misbehaviour]>([
    ["compressed", gzips],
    ["without saying how long it is", noLength],
    ["slowly", slow(20_000, 20)],
  ])("%s", async (_, how) => {
    const to = await open();
    server.intercept = misbehave(server, path, forever(how));
    await expectRight(to);
    const { paragraphs } = await transcript(to.page);
    expect(paragraphs.filter((text) => text.includes("Trying again"))).toEqual([]);
    await expectDownloaded(to, 1);
    await to.page.close();
  });
});

/** what it is, what the server does with every request, how often it is asked, the sentence and the hint */
type Final = [what: string, how: Misbehaviour, requests: number, message: string, hint: string];

const damaged = "Try again; if it happens again, the file on the server is not the exported one";
const uploaded = "Check that the model's whole folder was uploaded";
const final: Final[] = [
  [
    "sends a wrong byte, every time",
    corrupts(1000),
    2,
    `${file} arrived damaged: its SHA-256 is not the one in the manifest.`,
    damaged,
  ],
  ["does not have the file", status(404), 1, `The server does not give out ${file} (status 404).`, uploaded],
  [
    "answers with a web page",
    servesHtml,
    1,
    `The server answered with a web page instead of ${file}.`,
    uploaded,
  ],
  [
    "fails with 500, every time",
    status(500),
    5,
    `The server failed to send ${file} (status 500).`,
    "Wait a moment and try again",
  ],
  [
    "wants to be left alone for an hour",
    status(429, { "Retry-After": "3600" }),
    1,
    `The server failed to send ${file} (status 429) and asks to be left alone for 3600 s.`,
    "Wait that long and try again",
  ],
];

describe("a server that does not come round is given up, what has arrived stays, and trying again goes on from there:", () => {
  it.each(final)("it %s", async (_, how, requests, message, hint) => {
    const to = await open();
    server.intercept = misbehave(server, path, forever(how));
    await to.model.getByRole("button", { name: /^Load model/ }).click();
    await to.model.getByText(message, { exact: true }).waitFor();

    expect(asked()).toHaveLength(requests);
    const text = await read(to.model);
    expect(text).toContain(hint);
    await expect.poll(() => read(to.status)).toContain(message);
    // nothing wrong is kept, and everything that is kept is right
    const kept = await keptFiles(to.page);
    expect(kept).not.toContain(sha256);
    expect(kept.length).toBeGreaterThan(0);
    expect(await wronglyKept(to.page)).toEqual([]);
    await expect.poll(() => read(to.model)).toContain("are here already; nothing is fetched twice.");

    server.intercept = undefined;
    server.requests.length = 0;
    await to.model.getByRole("button", { name: "Try again" }).click();
    await to.model.getByText("Ready:").waitFor();
    // exactly what was not kept, each file once
    const missing = complete.length - kept.length;
    expect(Object.values(fetched(server))).toEqual(Array(missing).fill(1));
    expect(fetched(server)).toHaveProperty([path], 1);
    await expectRight(to);
    await expectComplete(to);
    await to.page.close();
  });
});

describe("a hostile manifest", () => {
  it.each<[string, (manifest: Manifest) => unknown, string]>([
    [
      "that leads to another host",
      (m) => (m.head.graph.file = "https://example.com/x.onnx"),
      "head.graph.file",
    ],
    ["that leaves its folder", (m) => (m.tokenizer.json.file = "../../sw.js"), "tokenizer.json.file"],
    ["of absurd size", (m) => (m.head.graph.byteLength = 2 ** 40), "head.graph.byteLength"],
  ])("%s is refused by the field's name before anything is fetched", async (_, change, field) => {
    const manifest = JSON.parse(readFileSync(join(model, "manifest.json"), "utf8")) as Manifest;
    change(manifest);
    const to = await open();
    server.intercept = misbehave(server, `/models/${practice}/manifest.json`, forever(sends(manifest)));
    await to.model.getByRole("button", { name: /^Load model/ }).click();
    await expect.poll(() => read(to.model)).toContain(`does not describe a model: ${field}: `);
    expect(fetched(server)).toEqual({});
    expect(await keptFiles(to.page)).toEqual([]);
    await to.page.close();
  });
});
