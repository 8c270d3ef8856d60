// The states of a model being opened: what is chosen, named, opened, cancelled.

import { describe, expect, test } from "vitest";
import type { ChosenFile, HubModel, HubQuestion, OpenOptions, Waiting } from "../../../src/engine/index.ts";
import { EngineError, openedAddress } from "../../../src/model/index.ts";
import { Opening } from "../../../src/ui/opening/opening.ts";
import {
  announcementOf,
  chosenText,
  foundText,
  priceText,
  questionOf,
  stepOf,
} from "../../../src/ui/opening/words.ts";
import { entry } from "../experiment/helpers.ts";

const file = (path: string, text = "{}"): ChosenFile => ({ path, file: new Blob([text]) });
const folder = [
  file("my bert/config.json"),
  file("my bert/model.safetensors", "12345"),
  file("my bert/onnx/model.onnx"),
];
const own = { ...entry, name: "own", manifest: openedAddress("own") };

const model: HubModel = {
  endpoint: "https://huggingface.co",
  repo: "bert-base-cased",
  revision: "main",
  name: "google-bert/bert-base-cased",
  commit: "cd5ef92a9fb2f889e972770a36d4ed042daf221e",
  licence: "apache-2.0",
  files: [{ path: "model.safetensors", size: 435_755_784, sha256: undefined }],
  weights: ["model.safetensors"],
  bytes: 436_000_000,
};

interface Asked {
  from: readonly ChosenFile[] | HubModel;
  options: OpenOptions;
  succeed: () => void;
  fail: (error: Error) => void;
}

interface Question {
  question: HubQuestion;
  wait: (waiting: Waiting) => void;
  signal: AbortSignal;
  succeed: () => void;
  fail: (error: Error) => void;
}

function begin() {
  const asked: Asked[] = [];
  const questions: Question[] = [];
  const kinds: string[] = [];
  /** bytes that are here, by the model's name */
  const arrived = new Map<string, number>();
  const opening = new Opening(
    (from, options) =>
      new Promise((resolve, reject) => {
        options.signal?.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
        asked.push({ from, options, succeed: () => resolve(own), fail: reject });
      }),
    () => [entry, own],
    ({ kind }) => kinds.push(kind),
    () => ({
      endpoint: "https://huggingface.co",
      find: (question, { signal, onProgress } = {}) =>
        new Promise((resolve, reject) => {
          signal?.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
          questions.push({
            question,
            wait: (waiting) => onProgress!({ kind: "asking", waiting }),
            signal: signal!,
            succeed: () => resolve(model),
            fail: reject,
          });
        }),
      arrived: async (_, name) => arrived.get(name) ?? 0,
    }),
  );
  return { opening, asked, kinds, questions, arrived };
}

const settle = () => new Promise((resolve) => setTimeout(resolve));

test("a folder is chosen, named after itself, and opened with the files beside its config.json", async () => {
  const { opening, asked, kinds } = begin();
  await opening.choose(folder);
  expect(opening.state).toMatchObject({ kind: "chosen", name: "my-bert", problem: undefined });
  const opened = opening.open(true);
  expect(asked[0]!.options).toMatchObject({ name: "my-bert", keep: true });
  expect((asked[0]!.from as ChosenFile[]).map(({ path }) => path)).toEqual([
    "my bert/config.json",
    "my bert/model.safetensors",
  ]);
  asked[0]!.succeed();
  await opened;
  expect(opening.state).toEqual({ kind: "opened", model: own, keep: true });
  expect(kinds).toEqual(["chosen", "opening", "opened"]);
});

describe("names", () => {
  test("one of the site's models is not taken, and another is proposed", async () => {
    const { opening, asked } = begin();
    await opening.choose([file(`${entry.name}/config.json`)]);
    expect(opening.state).toMatchObject({ name: `${entry.name}-2` });
    opening.rename(entry.name);
    expect(opening.complaint(entry.name)).toContain(`This site has a model called ${entry.name}`);
    await opening.open(true);
    expect(asked).toEqual([]);
  });

  test("one that was opened before is not proposed, and is replaced when it is written", async () => {
    const { opening, asked } = begin();
    await opening.choose([file("own/config.json")]);
    if (opening.state.kind !== "chosen") throw new Error(opening.state.kind);
    expect(opening.state.name).toBe("own-2");
    expect(opening.ownName(opening.state.from)).toBe("own");
    opening.rename("own");
    void opening.open(true);
    expect(asked[0]!.options.name).toBe("own");
    expect(opening.complaint("own")).toBeUndefined();
    expect(opening.replaces("own")).toBe(true);
    expect(opening.replaces("other")).toBe(false);
  });

  test.each(["", "a b", "a/b", "ä", "x".repeat(101)])("%j is none", (name) => {
    expect(begin().opening.complaint(name)).toContain("A name is made of");
  });

  test("files without a folder are a model", async () => {
    const { opening } = begin();
    await opening.choose([file("config.json"), file("model.safetensors")]);
    expect(opening.state).toMatchObject({ name: "model", from: { folder: { name: "" } } });
  });
});

test("what holds no model is refused at once, and another folder can be chosen", async () => {
  const { opening } = begin();
  await opening.choose([file("pictures/cat.png")]);
  expect(opening.state).toMatchObject({
    kind: "choosing",
    problem: { message: "The folder pictures has no config.json." },
  });
  await opening.choose(Promise.reject(new EngineError("checkpoint", "Too many.", "Choose fewer.")));
  expect(opening.state).toMatchObject({ kind: "choosing", problem: { message: "Too many." } });
  await opening.choose(folder);
  expect(opening.state).toMatchObject({ kind: "chosen", problem: undefined });
});

test("a failure stands where the model can be opened again, also without keeping it", async () => {
  const { opening, asked } = begin();
  await opening.choose(folder);
  const opened = opening.open(true);
  asked[0]!.fail(new EngineError("storage-full", "The disk is full.", "Free space."));
  await opened;
  expect(opening.state).toMatchObject({ kind: "chosen", name: "my-bert", problem: { code: "storage-full" } });
  void opening.open(false);
  expect(asked[1]!.options.keep).toBe(false);
});

test("cancelling stops the engine, and what it says afterwards is not shown", async () => {
  const { opening, asked, kinds } = begin();
  await opening.choose(folder);
  void opening.open(true);
  const { options } = asked[0]!;
  options.onProgress!({ kind: "reading", done: 1, total: 2, waiting: undefined });
  opening.cancel();
  expect(options.signal!.aborted).toBe(true);
  options.onProgress!({ kind: "preparing", waiting: undefined });
  await settle();
  expect(opening.state).toMatchObject({ kind: "chosen", problem: undefined });
  expect(kinds).toEqual(["chosen", "opening", "opening", "chosen"]);
  void opening.open(true);
  opening.reset();
  expect(asked[1]!.options.signal!.aborted).toBe(true);
  expect(opening.state).toEqual({ kind: "choosing", problem: undefined });
});

describe("a model on the Hub", () => {
  const question = { repo: "bert-base-cased", revision: "main" };

  test("is asked for, shown with its price, and opened under the name that it has there", async () => {
    const { opening, asked, kinds, questions } = begin();
    const asking = opening.ask(question);
    expect(questions.map((each) => each.question)).toEqual([question]);
    questions[0]!.succeed();
    await asking;
    expect(opening.state).toEqual({
      kind: "chosen",
      from: { hub: model },
      name: "bert-base-cased",
      problem: undefined,
    });
    expect(asked).toEqual([]);
    const opened = opening.open(true);
    expect(asked[0]!.from).toEqual(model);
    asked[0]!.succeed();
    await opened;
    expect(kinds).toEqual(["asking", "chosen", "opening", "opened"]);
  });

  test("that is waited for says why, as long as it is", async () => {
    const { opening, questions } = begin();
    const asking = opening.ask(question);
    questions[0]!.wait({ kind: "retry", message: "The server failed to send it.", seconds: 2 });
    expect(opening.state).toMatchObject({ kind: "asking", waiting: { seconds: 2 } });
    expect(announcementOf(opening.state)).toBe("The server failed to send it. Trying again in 2\u202fs.");
    opening.cancel();
    questions[0]!.wait({ kind: "retry", message: "The server failed to send it.", seconds: 4 });
    expect(opening.state.kind).toBe("choosing");
    await asking;
  });

  test("that is refused can be named anew", async () => {
    const { opening, questions } = begin();
    const asking = opening.ask(question);
    questions[0]!.fail(new EngineError("checkpoint", "The Hub has none.", "Check the name."));
    await asking;
    expect(opening.state).toMatchObject({ kind: "choosing", problem: { message: "The Hub has none." } });
  });

  test("is asked for no more when that is cancelled, or a folder is dropped", async () => {
    const { opening, questions } = begin();
    const asking = opening.ask(question);
    opening.cancel();
    expect(questions[0]!.signal.aborted).toBe(true);
    await asking;
    expect(opening.state).toEqual({ kind: "choosing", problem: undefined });
    const again = opening.ask(question);
    await opening.choose(folder);
    expect(questions[1]!.signal.aborted).toBe(true);
    await again;
    expect(opening.state).toMatchObject({ kind: "chosen", name: "my-bert" });
  });

  test("is what counts when it is asked for after a folder was dropped whose files are not known yet", async () => {
    const { opening, questions } = begin();
    let known = (_files: readonly ChosenFile[]) => {};
    const dropped = opening.choose(
      new Promise((resolve) => {
        known = resolve;
      }),
    );
    const asking = opening.ask(question);
    known(folder);
    await dropped;
    expect(opening.state).toMatchObject({ kind: "asking" });
    questions[0]!.succeed();
    await asking;
    expect(opening.state).toMatchObject({ kind: "chosen", from: { hub: model } });
  });

  test("is cancelled where it can be opened again", async () => {
    const { opening, asked, questions } = begin();
    const asking = opening.ask(question);
    questions[0]!.succeed();
    await asking;
    void opening.open(true);
    opening.cancel();
    expect(asked[0]!.options.signal!.aborted).toBe(true);
    await settle();
    expect(opening.state).toMatchObject({ kind: "chosen", from: { hub: model }, problem: undefined });
  });

  test("says what has arrived before: at first, under another name, and once a download has ended", async () => {
    const { opening, asked, questions, arrived } = begin();
    arrived.set("bert-base-cased", 100_000_000);
    const asking = opening.ask(question);
    questions[0]!.succeed();
    await asking;
    expect(opening.state).toMatchObject({ kind: "chosen", arrived: 100_000_000 });
    opening.rename("other");
    await settle();
    expect(opening.state).toMatchObject({ kind: "chosen", name: "other", arrived: 0 });
    void opening.open(true);
    opening.cancel();
    arrived.set("other", 200_000_000);
    await settle();
    expect(opening.state).toMatchObject({ kind: "chosen", arrived: 200_000_000 });
    const opened = opening.open(true);
    arrived.set("other", 300_000_000);
    asked[1]!.fail(new EngineError("network", "The Hub does not answer.", "Try again."));
    await opened;
    expect(opening.state).toMatchObject({ problem: { code: "network" }, arrived: 300_000_000 });
  });

  test("costs what has not arrived before; where no hash is told, cancelling it loses what has", () => {
    const price = (from: HubModel, arrived: number) =>
      priceText({ hub: from }, true, 0, arrived).replaceAll("\u202f", " ");
    expect(price(model, 0)).toMatch(
      /^436 MB are downloaded from huggingface\.co and the servers that it keeps its files on\. When you cancel, the next time begins anew: /,
    );
    const files = [{ ...model.files[0]!, sha256: "0".repeat(64) }];
    expect(price({ ...model, files }, 300_000_000)).toMatch(
      /^300 MB have arrived before\. The other 136 MB are downloaded from huggingface\.co and .* When you cancel, what has arrived is kept/,
    );
  });

  test.each([
    ["google-bert/bert-base-cased", "", "google-bert/bert-base-cased", "main"],
    ["  bert-base-cased ", " v1 ", "bert-base-cased", "v1"],
    ["https://huggingface.co/google-bert/bert-base-cased", "", "google-bert/bert-base-cased", "main"],
    ["https://huggingface.co/a/b/tree/refs/pr/1", "", "a/b", "refs/pr/1"],
    ["https://huggingface.co/a/b/tree/refs%2Fpr%2F1", "", "a/b", "refs/pr/1"],
    ["https://huggingface.co/a/b/tree/100%", "", "a/b", "100%"],
    ["https://huggingface.co/a/b/blob/main/config.json", "", "a/b", "main"],
    ["https://huggingface.co/a/b/blob/v1/model.safetensors?download=true", "", "a/b", "v1"],
    ["https://huggingface.co/a/b/tree/dev?x=1", "main", "a/b", "main"],
    ["https://huggingface.co/a/b/#usage", "", "a/b", "main"],
    ["https://elsewhere.test/a/b", "", "https://elsewhere.test/a/b", "main"],
  ])("%j at %j is asked for as %s at %s", (text, revision, repo, at) => {
    expect(questionOf(text, revision, "https://huggingface.co")).toEqual({ repo, revision: at });
  });

  test("words", () => {
    expect(foundText(model)).toBe("main, commit cd5ef92a9fb2, licence apache-2.0, 436\u202fMB");
    expect(foundText({ ...model, revision: model.commit })).toMatch(/^cd5ef92a9fb2, licence/);
    const fetching = stepOf({ kind: "fetching", done: 1e6, total: 4e6, waiting: undefined });
    expect(fetching).toEqual({
      text: "Downloading the weights from the Hub: 1.0\u202fMB of 4.0\u202fMB",
      share: 0.25,
    });
  });
});

test("words", () => {
  const at = (done: number, total: number) => stepOf({ kind: "reading", done, total, waiting: undefined });
  expect(at(0, 0)).toEqual({ text: "Looking at the files", share: undefined });
  expect(at(999, 1000)).toEqual({ text: "Reading the weights: 99 %", share: 0.999 });
  expect(stepOf({ kind: "reading", done: 0, total: 0, waiting: { kind: "other-tab" } }).text).toContain(
    "Another tab",
  );
  const blobs = new Map([["config.json", new Blob(["{}"])]]);
  expect(chosenText({ name: "a", files: blobs })).toBe("1 file, 2\u202fB");
});
