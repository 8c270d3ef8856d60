import { describe, expect, test } from "vitest";
import type { Capability } from "../../src/engine/index.ts";
import { tutorial } from "../../src/engine/index.ts";
import { announcement } from "../../src/ui/announce.ts";
import type { Problem } from "../../src/ui/spec.ts";

import { firstPage, type Page, type PageEvent, reduce } from "../../src/ui/state.ts";
import { entry, info, resultOf } from "./helpers.ts";

const capability: Capability = { kind: "webgpu", name: "a GPU", software: false };
const recorded = { result: resultOf([["these", 0.4, 0.3]]), spec: tutorial, recorded: true };
const fresh = firstPage(tutorial, recorded);
const other = { ...tutorial, neuron: 5 };
const lost: Problem = { code: "gpu-lost", message: "The GPU went away.", hint: "Run again." };
const pieces: Problem = { code: "candidate-pieces", message: "Two tokens.", hint: "Use one." };

const started: PageEvent = { kind: "started", models: [entry], capability };
const load: PageEvent = { kind: "load", thenRun: false };
const loaded: PageEvent = { kind: "loaded", info };
const run: PageEvent = { kind: "run", spec: tutorial };
const done: PageEvent = { kind: "done", result: resultOf([["these", 0.4, 0.2]]) };
const downloaded = (done: number, total = 100): PageEvent => ({
  kind: "progress",
  progress: { kind: "downloading", done, total },
});

const pageAfter = (...events: PageEvent[]): Page => events.reduce(reduce, fresh);

describe("the way to a result", () => {
  test("goes through every phase", () => {
    const preparing: PageEvent = { kind: "progress", progress: { kind: "preparing" } };
    const events = [started, load, downloaded(50), preparing, loaded, run, done];
    const kinds = events.map((_, i) => pageAfter(...events.slice(0, i + 1)).phase.kind);
    expect(kinds).toEqual(["idle", "downloading", "downloading", "preparing", "ready", "running", "result"]);
  });

  test("the recorded result stands until the first own one", () => {
    expect(pageAfter(started, load, loaded, run).shown).toBe(recorded);
    expect(pageAfter(started, load, loaded, run, done).shown?.recorded).toBe(false);
  });

  test("a kept model is prepared without a download", () => {
    const price: PageEvent = {
      kind: "price",
      model: entry,
      price: { bytes: 100, kept: 100, store: "indexeddb" },
    };
    expect(pageAfter(started, price, load).phase).toEqual({ kind: "preparing", thenRun: false });
    expect(pageAfter(started, price, load, downloaded(50)).phase.kind).toBe("preparing");
  });

  test("a wish to run is added to a load under way", () => {
    expect(pageAfter(started, load, { kind: "load", thenRun: true }).phase).toMatchObject({ thenRun: true });
  });

  test("no GPU is said, until the processor is chosen", () => {
    const none: PageEvent = {
      kind: "started",
      models: [entry],
      capability: { kind: "unsupported", cause: "no-adapter" },
    };
    expect(pageAfter(none).phase).toEqual({ kind: "unsupported", cause: "no-adapter" });
    expect(pageAfter(none, { kind: "device", device: "wasm" }).phase.kind).toBe("idle");
    expect(pageAfter(none, load).phase.kind).toBe("downloading");
  });
});

test("the bar never falls, even when the total grows", () => {
  const reports = [downloaded(0), downloaded(40), downloaded(30), downloaded(50, 200), downloaded(200, 200)];
  const bars = reports.map((_, i) => {
    const { phase } = pageAfter(started, load, ...reports.slice(0, i + 1));
    return phase.kind === "downloading" ? phase.done / phase.total : Number.NaN;
  });
  expect(bars).toEqual([0, 0.4, 0.4, 0.4, 1]);
});

describe("a result and the form", () => {
  const result = [started, load, loaded, run, done];

  test("an edit makes it stale, taking it back does not", () => {
    const edited = pageAfter(...result, { kind: "edited", spec: other });
    expect(edited.phase.kind).toBe("stale");
    expect(reduce(edited, { kind: "edited", spec: tutorial }).phase.kind).toBe("result");
  });

  test("an edit during the run makes it stale on arrival", () => {
    expect(pageAfter(started, load, loaded, run, { kind: "edited", spec: other }, done).phase.kind).toBe(
      "stale",
    );
  });

  test("one of another model is stale", () => {
    const page = pageAfter(...result, { kind: "device", device: "wasm" }, load, {
      kind: "loaded",
      info: { ...info, name: "other" },
    });
    expect(page.phase.kind).toBe("stale");
  });

  test("stopping a run goes back to it", () => {
    expect(pageAfter(...result, run, { kind: "stopped" }).phase.kind).toBe("result");
    expect(pageAfter(started, load, loaded, run, { kind: "stopped" }).phase.kind).toBe("ready");
  });

  test("what arrives too late changes nothing", () => {
    const idle = pageAfter(started);
    expect(reduce(idle, done)).toBe(idle);
    expect(reduce(idle, loaded)).toBe(idle);
    expect(reduce(idle, run)).toBe(idle);
    expect(reduce(idle, downloaded(10))).toBe(idle);
  });
});

describe("failures", () => {
  test("a lost GPU keeps the model, the next run starts it again", () => {
    const page = pageAfter(started, load, loaded, run, { kind: "failed", during: "run", problem: lost });
    expect(page.phase).toEqual({ kind: "lost", problem: lost, info });
    expect(reduce(page, run).phase.kind).toBe("running");
  });

  test("a complaint about the input goes away with the next edit", () => {
    const page = pageAfter(started, load, loaded, run, { kind: "failed", during: "run", problem: pieces });
    expect(page.phase).toMatchObject({ kind: "error", info });
    expect(reduce(page, { kind: "edited", spec: other }).phase.kind).toBe("ready");
  });

  test("a model that is open no more has to be loaded again", () => {
    const problem: Problem = { ...pieces, code: "not-loaded" };
    const page = pageAfter(started, load, loaded, run, { kind: "failed", during: "run", problem });
    expect(page.phase).toMatchObject({ kind: "error", info: undefined });
    expect(reduce(page, load).phase.kind).toBe("downloading");
  });

  test("a download that fails or is cancelled can be started again", () => {
    expect(pageAfter(started, load, { kind: "cancelled" }).phase.kind).toBe("idle");
    const failed = pageAfter(started, load, { kind: "failed", during: "load", problem: pieces });
    expect(reduce(failed, load).phase.kind).toBe("downloading");
  });
});

test("the live region says start, quarters, done and the result, each once", () => {
  const events: PageEvent[] = [
    started,
    load,
    ...Array.from({ length: 21 }, (_, i) => downloaded(i * 5)),
    { kind: "progress", progress: { kind: "preparing" } },
    loaded,
    run,
    done,
    { kind: "edited", spec: other },
  ];
  const said: (string | undefined)[] = [];
  events.reduce((page, event) => {
    const next = reduce(page, event);
    said.push(announcement(page, next));
    return next;
  }, fresh);
  expect(said.filter(Boolean)).toEqual([
    "Downloading 100\u202fB.",
    "25 per cent downloaded.",
    "50 per cent downloaded.",
    "75 per cent downloaded.",
    "Download complete. Preparing the model.",
    "Tiny is ready: WebGPU on google swiftshader (software adapter).",
    "Running.",
    "Done: “these” fell from 40.0\u202f% to 20.0\u202f%.",
    "The result shown was computed for other settings.",
  ]);
});

test("cancelling is said, with and without a GPU", () => {
  const none: Capability = { kind: "unsupported", cause: "no-webgpu" };
  for (const found of [capability, none]) {
    const page = pageAfter({ kind: "started", models: [entry], capability: found }, load);
    expect(announcement(page, reduce(page, { kind: "cancelled" }))).toBe("Cancelled.");
  }
});
