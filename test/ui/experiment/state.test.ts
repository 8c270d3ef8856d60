import { describe, expect, test } from "vitest";
import type { Capability, ModelState, Waiting } from "../../../src/engine/index.ts";
import { tutorial } from "../../../src/model/index.ts";
import { defaults } from "../../../src/ui/experiment/settings.ts";
import type { Problem } from "../../../src/ui/experiment/spec.ts";
import {
  firstPage,
  isStale,
  type Page,
  type PageEvent,
  reduce,
  settingsOf,
} from "../../../src/ui/experiment/state.ts";
import { announcement } from "../../../src/ui/kit/announce.ts";
import { entry, info, price, resultOf } from "./helpers.ts";

const capability: Capability = { kind: "webgpu", name: "a GPU", software: false };
const recorded = { result: resultOf([["these", 0.4, 0.3]]), spec: tutorial, recorded: true };
const fresh = firstPage(defaults, recorded, { kind: "own" });
const other = { ...tutorial, neuron: 5 };
const lost: Problem = { code: "gpu-lost", message: "The GPU went away.", hint: "Run again." };
const pieces: Problem = { code: "candidate-pieces", message: "Two tokens.", hint: "Use one." };

const started: PageEvent = { kind: "started", models: [entry], capability };
const load: PageEvent = { kind: "load", thenRun: false, keep: true };
const loaded: PageEvent = { kind: "loaded", info };
const run: PageEvent = { kind: "run", spec: tutorial };
const done: PageEvent = { kind: "done", result: resultOf([["these", 0.4, 0.2]]) };
const downloaded = (done: number, total = 100, waiting?: Waiting): PageEvent => ({
  kind: "progress",
  progress: { kind: "downloading", done, total, waiting },
});
const priced = (change: Partial<ModelState>): PageEvent => ({
  kind: "price",
  model: entry,
  price: { ...price, ...change },
});
const full: Problem = { code: "storage-full", message: "The disk is full.", hint: "Go on without." };
const retry: Waiting = { kind: "retry", message: "The connection broke.", seconds: 3.2 };

const pageAfter = (...events: PageEvent[]): Page => events.reduce(reduce, fresh);

describe("the way to a result", () => {
  test("goes through every phase", () => {
    const preparing: PageEvent = { kind: "progress", progress: { kind: "preparing", waiting: undefined } };
    const events = [started, load, downloaded(50), preparing, loaded, run, done];
    const kinds = events.map((_, i) => pageAfter(...events.slice(0, i + 1)).phase.kind);
    expect(kinds).toEqual(["idle", "downloading", "downloading", "preparing", "ready", "running", "result"]);
  });

  test("the recorded result stands until the first own one", () => {
    expect(pageAfter(started, load, loaded, run).shown).toBe(recorded);
    expect(pageAfter(started, load, loaded, run, done).shown?.recorded).toBe(false);
  });

  test("a kept model is prepared without a download", () => {
    const kept = priced({ kept: 100, free: 0 });
    expect(pageAfter(started, kept, load).phase).toEqual({
      kind: "preparing",
      waiting: undefined,
      interrupted: false,
      thenRun: false,
      keep: true,
    });
    expect(pageAfter(started, kept, load, downloaded(50)).phase.kind).toBe("preparing");
  });

  test("a wish to run is added to a load under way", () => {
    expect(pageAfter(started, load, { ...load, thenRun: true }).phase).toMatchObject({ thenRun: true });
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
    { kind: "progress", progress: { kind: "preparing", waiting: undefined } },
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

describe("room", () => {
  const tight = priced({ free: 60 });

  test("what should be kept and does not fit waits for a choice, before anything is fetched", () => {
    const page = pageAfter(started, tight, { ...load, thenRun: true });
    expect(page.phase).toEqual({ kind: "no-room", thenRun: true });
    expect(announcement(pageAfter(started, tight), page)).toMatch(
      /no room to keep Tiny: 100\u202fB .* 60\u202fB more\. Choose/,
    );
  });

  test("without keeping it the model is loaded, and the wish to run stays", () => {
    const page = pageAfter(started, tight, { ...load, thenRun: true }, { ...load, keep: false });
    expect(page.phase).toMatchObject({ kind: "downloading", thenRun: true, keep: false });
  });

  test("a cancelled choice leads back to where it came from", () => {
    const page = pageAfter(started, tight, load);
    const back = reduce(page, { kind: "cancelled" });
    expect(back.phase.kind).toBe("idle");
    expect(announcement(page, back)).toBe("Cancelled.");
  });

  test("only what is missing needs room", () => {
    expect(pageAfter(started, priced({ free: 60, kept: 50 }), load).phase.kind).toBe("downloading");
  });

  test("a full disk in the middle keeps the wish to run, and a model that does not fit is loaded without keeping it", () => {
    const failed = pageAfter(
      started,
      priced({}),
      { ...load, thenRun: true },
      downloaded(40),
      { kind: "failed", during: "load", problem: full },
      priced({ kept: 40, free: 0 }),
    );
    expect(failed.phase).toMatchObject({ kind: "error", thenRun: true, info: undefined });
    expect(reduce(failed, { ...load, keep: false }).phase).toEqual({
      kind: "downloading",
      done: 40,
      total: 100,
      waiting: undefined,
      interrupted: false,
      thenRun: true,
      keep: false,
    });
    // trying again asks what there is no room for now
    expect(reduce(failed, load).phase).toEqual({ kind: "no-room", thenRun: true });
  });
});

describe("waiting", () => {
  const saidOf = (...events: PageEvent[]) => {
    const said: string[] = [];
    events.reduce(
      (page, event) => {
        const next = reduce(page, event);
        const message = announcement(page, next);
        if (message) said.push(message);
        return next;
      },
      pageAfter(started, load),
    );
    return said;
  };

  test("a connection that breaks again and again is said once", () => {
    const broken = (done: number) => downloaded(done, 100, retry);
    expect(saidOf(broken(1), downloaded(2), broken(3), broken(4), downloaded(30), broken(31))).toEqual([
      "The connection broke. Trying again in 4\u202fs.",
      "25 per cent downloaded.",
    ]);
  });

  test("another tab's download is said when it begins", () => {
    const other = (done: number) => downloaded(done, 100, { kind: "other-tab" });
    expect(saidOf(other(1), other(2), downloaded(3), other(4))).toEqual([
      "Another tab is downloading this model; this one uses its result.",
      "Another tab is downloading this model; this one uses its result.",
    ]);
  });

  const preparing = (waiting?: Waiting): PageEvent => ({
    kind: "progress",
    progress: { kind: "preparing", waiting },
  });

  test("is shown while preparing, too, as long as it lasts", () => {
    const page = pageAfter(started, load, downloaded(100), preparing(retry));
    expect(page.phase).toMatchObject({ kind: "preparing", waiting: retry });
    expect(reduce(page, preparing()).phase).toMatchObject({ waiting: undefined });
  });

  test("a connection that breaks while preparing is said once, and not if it broke before", () => {
    const begun = "Download complete. Preparing the model.";
    const said = "The connection broke. Trying again in 4\u202fs.";
    expect(saidOf(preparing(), preparing(retry), preparing(), preparing(retry))).toEqual([begun, said]);
    expect(saidOf(downloaded(1, 100, retry), preparing(), preparing(retry))).toEqual([said, begun]);
  });

  test("the line goes with what it waits for, and the bar stays", () => {
    const page = pageAfter(started, load, downloaded(30), downloaded(30, 100, retry));
    expect(page.phase).toMatchObject({ done: 30, waiting: retry });
    expect(reduce(page, downloaded(31)).phase).toMatchObject({ done: 31, waiting: undefined });
  });
});

describe("settings from outside", () => {
  const second = { ...entry, name: "second", title: "Second" };
  const both: PageEvent = { kind: "started", models: [entry, second], capability };
  const settings = (change: Partial<typeof defaults>, complaints: string[] = []): PageEvent => ({
    kind: "settings",
    settings: { ...defaults, ...change },
    complaints,
  });
  const asking = (model: string) => ({ ...fresh, settings: { ...defaults, model } });

  test("the model they name is chosen, and the first without a name", () => {
    expect(reduce(asking("second"), both).model).toBe(second);
    expect(reduce(fresh, both).model).toBe(entry);
    expect(reduce(asking("second"), both).complaints).toEqual([]);
  });

  test("a model that is not here is said, and the first is used", () => {
    const page = reduce(asking(`x${"y".repeat(4000)}`), both);
    expect(page.model).toBe(entry);
    expect(page.complaints).toEqual([
      expect.stringMatching(/^This site has no model called “xy{38}…”; Tiny/),
    ]);
    expect(announcement(fresh, page)).toBe(page.complaints[0]);
    // the first is what a link without a model means
    expect(settingsOf(page).model).toBeUndefined();
    expect(settingsOf(reduce(asking("second"), both)).model).toBe("second");
  });

  test("complaints stay until there is a result of what stands in the form", () => {
    const page = [both, settings({}, ["Ignored."]), load, loaded, run].reduce(reduce, fresh);
    expect(page.complaints).toEqual(["Ignored."]);
    expect(reduce(page, done).complaints).toEqual([]);
  });

  test("another experiment makes the recorded result one of other settings", () => {
    const page = pageAfter(started);
    expect(isStale(page)).toBe(false);
    const asked = reduce(page, settings({ spec: other }));
    expect(asked.draft).toEqual(other);
    expect(isStale(asked)).toBe(true);
  });

  test("a download goes on, whatever changes but the model", () => {
    const page = [both, load, downloaded(40)].reduce(reduce, fresh);
    const changed = reduce(page, settings({ spec: other, device: "wasm", view: "dots" }));
    expect(changed.phase).toBe(page.phase);
    expect(changed).toMatchObject({ device: "wasm", draft: other, model: entry });
    expect(reduce(page, settings({ model: "second" })).phase.kind).toBe("idle");
  });

  test("another device closes an open model, the same one does not", () => {
    const page = [both, load, loaded].reduce(reduce, fresh);
    expect(reduce(page, settings({ view: "table" })).phase.kind).toBe("ready");
    expect(reduce(page, settings({ device: "wasm" })).phase.kind).toBe("idle");
  });

  test("what a person has changed since is part of what the page stands at", () => {
    const page = [both, { kind: "edited", spec: other }, { kind: "model", model: second }] as PageEvent[];
    expect(settingsOf(page.reduce(reduce, fresh))).toEqual({ ...defaults, spec: other, model: "second" });
  });
});

describe("beside the phase", () => {
  const says = (event: PageEvent, page = pageAfter(started)) => announcement(page, reduce(page, event));

  test("a removed model, and one that could not be removed", () => {
    expect(says({ kind: "removed", removed: { title: "Tiny", freed: 7_100_000 } })).toBe(
      "Tiny is removed: 7.1\u202fMB freed.",
    );
    expect(says({ kind: "removed", removed: { title: "Tiny", freed: undefined } })).toContain("refused");
  });

  test("the browser's answers", () => {
    expect(says({ kind: "promise", answer: "granted" })).toMatch(/^The browser promised/);
    expect(says({ kind: "promise", answer: "refused" })).toMatch(/^The browser refused/);
    const framed = {
      ...pageAfter(started),
      embedding: { kind: "framed", host: "a.test", apart: true, access: "possible" },
    };
    expect(says({ kind: "access", answer: "granted" }, framed as Page)).toContain("this site’s own tabs");
    expect(says({ kind: "access", answer: "refused" }, framed as Page)).toMatch(/^The browser refused/);
  });

  test("damaged files that were fetched again, when the model is ready", () => {
    const repaired: PageEvent = { kind: "loaded", info: { ...info, repaired: 1 } };
    const page = pageAfter(started, load, {
      kind: "progress",
      progress: { kind: "preparing", waiting: undefined },
    });
    expect(says(repaired, page)).toMatch(
      /is ready: .* 1 kept file was damaged and has been downloaded again\.$/,
    );
  });

  test("a model that was replaced on the server has to be loaded again", () => {
    const problem: Problem = { code: "model-changed", message: "It was replaced.", hint: "Load it again." };
    const page = pageAfter(started, load, loaded, run, { kind: "failed", during: "run", problem });
    expect(page.phase).toMatchObject({ kind: "error", during: "run", info: undefined });
  });
});
