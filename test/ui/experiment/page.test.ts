// The page's conductor against a stand-in world: an engine that answers when the test says so, elements that are plain
// objects, and roots in which some are missing. What they look like is tested in a browser.

import { describe, expect, test } from "vitest";
import type { Engine, LoadOptions, ModelState } from "../../../src/engine/index.ts";
import { EngineError, openedAddress, tutorial } from "../../../src/model/index.ts";
import type { StorageReport } from "../../../src/storage/index.ts";
import { emit } from "../../../src/ui/experiment/events.ts";
import { startPage } from "../../../src/ui/experiment/page.ts";
import type { World } from "../../../src/ui/experiment/page-world.ts";
import { defaults, type Settings } from "../../../src/ui/experiment/settings.ts";
import { entry, info, price, resultOf } from "./helpers.ts";

const second = { ...entry, name: "second", title: "Second" };
const full = new EngineError("storage-full", "The disk is full.", "Go on without keeping the rest.");
const report: StorageReport = { kind: "indexeddb", models: [], space: { free: 1e9, persisted: false } };

/** a call of engine.load that has not been answered yet */
interface Load {
  url: string;
  options: LoadOptions;
  succeed: () => void;
  fail: (error: Error) => void;
}

const tags = [
  "nn-model-card",
  "nn-open-model",
  "nn-experiment-form",
  "nn-result",
  "nn-storage",
  "nn-notice",
  "nn-announcer",
];

/** A page on a stand-in world; `without` are tags that are not in its root. */
async function begin({ without = [], world: ports = {}, settings = defaults, complaints = [] }: Begin = {}) {
  const elements = new Map(
    tags
      .filter((tag) => !without.includes(tag))
      .map((tag) => [tag, Object.assign(new EventTarget(), { tag })]),
  );
  const loads: Load[] = [];
  const calls: string[] = [];
  const runs: unknown[] = [];
  let state: ModelState = price;
  const engine: Engine = {
    model: undefined,
    state: async () => state,
    load: (url, options = {}) =>
      new Promise((resolve, reject) => {
        options.signal?.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
        loads.push({ url, options, succeed: () => resolve(info), fail: reject });
      }),
    find: () => Promise.reject(new Error("not asked for")),
    open: () => Promise.reject(new Error("not asked for")),
    tokenize: async () => [],
    words: async () => [],
    run: async (spec) => {
      runs.push(spec);
      return resultOf([["these", 0.4, 0.2]], spec);
    },
    forward: () => Promise.reject(new Error("not asked for")),
    sweep: () => Promise.reject(new Error("not asked for")),
    connect: async () => {},
    remove: async (name) => {
      calls.push(`remove ${name}`);
      return 60;
    },
    use: async (store) => void calls.push(`use ${store.kind}`),
    dispose: async () => void calls.push("dispose"),
  };
  const world: World = {
    engine,
    detect: async () => ({ kind: "webgpu", name: "a GPU", software: false }),
    models: async () => [entry, second],
    price: async () => state,
    recorded: resultOf([["these", 0.4, 0.3]]),
    storage: async () => report,
    persist: async () => false,
    toFetch: async () => 0,
    forget: (name) => void calls.push(`forget ${name}`),
    embedding: { kind: "own" },
    ...ports,
  };
  const root = Object.assign(new EventTarget(), {
    querySelector: (tag: string) => elements.get(tag) ?? null,
  }) as unknown as ParentNode;
  const page = startPage(root, world, settings, complaints);
  await settle();
  return {
    page,
    engine,
    loads,
    calls,
    runs,
    /** an element's properties, as the page has set them */
    seen: (tag: string) => elements.get(tag) as unknown as Record<string, unknown>,
    ask: ((tag: string, type, detail) => emit(elements.get(tag)!, type, detail)) as Ask,
    cost: (change: Partial<ModelState>) => {
      state = { ...state, ...change };
    },
    phase: () => (elements.get("nn-model-card") as unknown as { phase: { kind: string } }).phase,
  };
}

interface Begin {
  without?: string[];
  world?: Partial<World>;
  settings?: Settings;
  complaints?: string[];
}
type Ask = <K extends Parameters<typeof emit>[1]>(
  tag: string,
  type: K,
  detail: Parameters<typeof emit<K>>[2],
) => void;

/** everything that waits only for promises has happened */
const settle = () => new Promise((resolve) => setTimeout(resolve));

test("who is to predict first sees no recorded result, and then the own one", async () => {
  const settings: Settings = { ...defaults, hide: new Set(["recorded"]) };
  const { page, seen, loads } = await begin({ settings });
  expect(seen("nn-result")).toMatchObject({
    result: undefined,
    awaiting: "No result yet for “Raymond is selling [MASK] sketches.”, neuron 1094 of layer 9 set to zero.",
  });
  page.run();
  await settle();
  loads[0]!.succeed();
  await settle();
  expect(seen("nn-result")).toMatchObject({
    result: { rows: [{ after: 0.2 }] },
    awaiting: "",
    recorded: false,
  });
});

test("the words that the model knows are asked for after the first run", async () => {
  const { page, engine, seen, loads } = await begin();
  const order: string[] = [];
  const { run } = engine;
  engine.words = async () => {
    order.push("words");
    return ["these"];
  };
  engine.run = async (spec) => {
    await settle();
    order.push("run");
    return run(spec);
  };
  page.run();
  await settle();
  loads[0]!.succeed();
  await settle();
  expect(order).toEqual([]);
  await settle();
  expect(order).toEqual(["run", "words"]);
  expect(seen("nn-experiment-form")).toMatchObject({ words: ["these"] });
});

describe("a page with parts missing", () => {
  test("any element may be missing", async () => {
    for (const tag of tags) {
      const { page, loads } = await begin({ without: [tag] });
      page.load();
      await settle();
      expect(loads, `without ${tag}`).toHaveLength(1);
    }
  });

  test("with none at all it still loads, runs and tells", async () => {
    const results: unknown[] = [];
    const phases: string[] = [];
    const world = {
      onResult: (result: unknown) => results.push(result),
      onPhase: ({ kind }: { kind: string }) => phases.push(kind),
    };
    const { page, loads } = await begin({ without: tags, world });
    page.run();
    await settle();
    loads[0]!.succeed();
    await settle();
    expect(results).toEqual([expect.objectContaining({ rows: expect.any(Array) })]);
    expect(phases).toEqual(["idle", "downloading", "ready", "running", "result"]);
  });

  test("without a form, loading the model is asking for its result", async () => {
    const { ask, loads, runs } = await begin({ without: ["nn-experiment-form"] });
    ask("nn-model-card", "nn-load", { keep: true });
    loads[0]!.succeed();
    await settle();
    expect(runs).toEqual([tutorial]);
  });

  test("a problem is said in the notice when neither the card nor a field can", async () => {
    const world = { models: () => Promise.reject(new EngineError("network", "No list.", "Reload.")) };
    const bare = await begin({ without: ["nn-model-card"], world });
    expect(bare.seen("nn-notice")).toMatchObject({
      hidden: false,
      heading: "No list.",
      textContent: "Reload.",
    });
    const whole = await begin({ world });
    expect(whole.seen("nn-notice")).toMatchObject({ hidden: true });
  });

  test("a list of models that did not arrive is asked for again by who wants to run", async () => {
    let left = 1;
    const models = async () => {
      if (left-- > 0) throw new EngineError("manifest-missing", "No list.", "Try again.");
      return [entry, second];
    };
    const { ask, page, seen, loads } = await begin({ world: { models } });
    expect(seen("nn-model-card").phase).toMatchObject({ kind: "error", during: "start" });
    ask("nn-model-card", "nn-again", undefined);
    await settle();
    expect(seen("nn-model-card").phase).toMatchObject({ kind: "idle" });
    left = 1;
    const other = await begin({ world: { models } });
    other.page.run();
    await settle();
    expect(other.loads).toHaveLength(1);
    page.dispose();
    expect(loads).toHaveLength(0);
  });

  test("without a card, the notice says that there is no room", async () => {
    const world = { price: async () => ({ ...price, free: 50 }) };
    const { page, seen, loads } = await begin({ without: ["nn-model-card"], world });
    page.load();
    await settle();
    expect(loads).toEqual([]);
    const heading = expect.stringMatching(/^There is no room to keep Tiny/);
    expect(seen("nn-notice")).toMatchObject({ kind: "error", hidden: false, heading });
  });

  test("a hidden field's problem is said in the notice, and its value is kept", async () => {
    const hide = new Set(["layer"] as const);
    const settings = { ...defaults, hide, spec: { ...tutorial, layer: 99 } };
    const { page, loads, seen, engine } = await begin({ settings });
    engine.run = () => Promise.reject(new EngineError("layer-range", "No layer 99.", "Take another."));
    page.run();
    await settle();
    loads[0]!.succeed();
    await settle();
    expect(seen("nn-notice")).toMatchObject({ kind: "error", hidden: false, heading: "No layer 99." });
    expect(page.settings.spec.layer).toBe(99);
  });
});

describe("settings", () => {
  test("are passed on", async () => {
    const hide = new Set(["csv"] as const);
    const settings = { ...defaults, hide, view: "dots", notation: "scientific", device: "wasm" } as const;
    const { seen } = await begin({ settings });
    expect(seen("nn-result")).toMatchObject({ hide, view: "dots", notation: "scientific" });
    expect(seen("nn-experiment-form")).toMatchObject({ hide, spec: tutorial });
    expect(seen("nn-model-card")).toMatchObject({ hide, device: "wasm", model: entry });
  });

  test("what could not be followed is shown and said, with a model that is not here", async () => {
    const { seen } = await begin({
      settings: { ...defaults, model: "absent" },
      complaints: ["“x” is no parameter."],
    });
    const text = expect.stringMatching(/“x” is no parameter\. .*no model called “absent”; Tiny is used/);
    expect(seen("nn-notice")).toMatchObject({ kind: "note", hidden: false, textContent: text });
    expect(seen("nn-announcer").message).toEqual(text);
    expect(seen("nn-model-card").model).toBe(entry);
  });

  test("a form that says the same is left alone, with whatever is half typed in it", async () => {
    const { page, seen, ask } = await begin();
    const form = seen("nn-experiment-form");
    ask("nn-experiment-form", "nn-edit", { spec: { ...tutorial, neuron: Number.NaN }, typed: false });
    form.spec = "untouched";
    page.set({ ...page.settings, view: "table" });
    expect(form.spec).toBe("untouched");
    const other = { ...tutorial, layer: 3 };
    page.set({ ...page.settings, spec: other });
    expect(form.spec).toEqual(other);
    expect(page.settings).toMatchObject({ spec: other, view: "table" });
  });

  test("a download goes on under other settings, and its device is the last that was asked for", async () => {
    const { page, loads, phase } = await begin();
    page.load();
    await settle();
    page.set({ ...page.settings, spec: { ...tutorial, layer: 3 }, device: "wasm" });
    expect(loads[0]!.options.signal?.aborted).toBe(false);
    loads[0]!.succeed();
    await settle();
    expect(loads.map(({ options }) => options.device)).toEqual(["auto", "wasm"]);
    loads[1]!.succeed();
    await settle();
    expect(phase().kind).toBe("ready");
  });

  test("another device, chosen by a person during a download, does not stop it either", async () => {
    const { ask, loads, phase } = await begin();
    ask("nn-model-card", "nn-load", { keep: true });
    ask("nn-model-card", "nn-device", { device: "wasm" });
    expect(loads[0]!.options.signal?.aborted).toBe(false);
    loads[0]!.succeed();
    await settle();
    expect(loads.map(({ options }) => options.device)).toEqual(["auto", "wasm"]);
    loads[1]!.succeed();
    await settle();
    expect(phase().kind).toBe("ready");
  });

  test("another model stops the download of this one", async () => {
    const { page, loads, phase } = await begin();
    page.load();
    await settle();
    page.set({ ...page.settings, model: "second" });
    expect(loads[0]!.options.signal?.aborted).toBe(true);
    expect(phase().kind).toBe("idle");
    expect(page.settings.model).toBe("second");
  });

  test("what a person changes is told, what comes from outside is not", async () => {
    const told: Settings[] = [];
    const { page, ask } = await begin({ world: { onSettings: (settings) => told.push(settings) } });
    page.set({ ...page.settings, device: "wasm" });
    expect(told).toEqual([]);
    const spec = { ...tutorial, layer: 3 };
    ask("nn-experiment-form", "nn-edit", { spec, typed: false });
    ask("nn-model-card", "nn-model", { model: second });
    ask("nn-model-card", "nn-device", { device: "webgpu" });
    expect(told.at(-1)).toEqual({ ...defaults, spec, model: "second", device: "webgpu" });
    expect(told).toHaveLength(3);
  });
});

describe("a model that was opened from files", () => {
  const own = { ...second, name: "own", title: "own", manifest: openedAddress("own") };

  test("is among the models, chosen and loaded, and named in the address", async () => {
    const told: Settings[] = [];
    const asked: (string | undefined)[] = [];
    const { ask, seen, loads, phase } = await begin({
      world: {
        onSettings: (settings) => told.push(settings),
        onModel: (model) => asked.push(model?.name),
      },
    });
    expect(asked).toEqual([entry.name]);
    ask("nn-open-model", "nn-opened", { model: own, keep: true });
    expect(asked).toEqual([entry.name, "own"]);
    expect(seen("nn-model-card")).toMatchObject({ models: [entry, second, own], model: own });
    await settle();
    expect(loads.map(({ url }) => url)).toEqual([own.manifest]);
    loads[0]!.succeed();
    await settle();
    expect(phase().kind).toBe("ready");
    expect(told.at(-1)!.model).toBe("own");
    // once more, under the same name
    const again = { ...own, version: "f".repeat(64) };
    ask("nn-open-model", "nn-opened", { model: again, keep: false });
    expect(seen("nn-model-card")).toMatchObject({ models: [entry, second, again], model: again });
  });

  test("completes nothing by the words of the model before, nor when it is removed", async () => {
    const { page, engine, ask, seen, loads } = await begin();
    const words = () => seen("nn-experiment-form");
    engine.words = async () => ["these"];
    page.load();
    await settle();
    loads[0]!.succeed();
    await settle();
    expect(words()).toMatchObject({ words: ["these"] });
    engine.words = async () => ["\u00e9l\u00e8ves"];
    ask("nn-open-model", "nn-opened", { model: own, keep: true });
    expect(words()).toMatchObject({ words: [] });
    await settle();
    loads[1]!.succeed();
    await settle();
    expect(words()).toMatchObject({ words: ["\u00e9l\u00e8ves"] });
    ask("nn-storage", "nn-remove", { name: "own" });
    await settle();
    expect(words()).toMatchObject({ words: [] });
  });

  test("stops the download of another one", async () => {
    const { ask, loads } = await begin();
    ask("nn-model-card", "nn-load", { keep: true });
    ask("nn-open-model", "nn-opened", { model: own, keep: true });
    await settle();
    expect(loads[0]!.options.signal?.aborted).toBe(true);
    expect(loads[1]!.url).toBe(own.manifest);
  });

  test("is no more among them when it was removed, and the first is chosen", async () => {
    const { page, ask, seen, loads, calls, phase } = await begin();
    ask("nn-open-model", "nn-opened", { model: own, keep: true });
    await settle();
    loads[0]!.succeed();
    await settle();
    ask("nn-storage", "nn-remove", { name: "own" });
    await settle();
    expect(calls).toEqual(["remove own", "forget own"]);
    expect(seen("nn-model-card")).toMatchObject({ models: [entry, second], model: entry });
    expect(phase().kind).toBe("idle");
    expect(page.settings.model).toBeUndefined();
    // a model of the site stays, since it can be downloaded
    ask("nn-storage", "nn-remove", { name: "second" });
    await settle();
    expect(seen("nn-model-card")).toMatchObject({ models: [entry, second] });
  });
});

describe("room", () => {
  const tight = async () => {
    const to = await begin({ world: { price: async () => ({ ...price, free: 50 }) } });
    to.cost({ free: 50 });
    return to;
  };

  test("nothing is fetched before a choice, and without keeping it the run follows", async () => {
    const { ask, loads, runs, phase } = await tight();
    ask("nn-experiment-form", "nn-run", { spec: tutorial });
    expect(phase().kind).toBe("no-room");
    expect(loads).toEqual([]);
    ask("nn-model-card", "nn-load", { keep: false });
    expect(loads[0]!.options.keep).toBe(false);
    loads[0]!.succeed();
    await settle();
    expect(runs).toEqual([tutorial]);
  });

  test("asked for before its price is known, it is not fetched either", async () => {
    let tell: (price: ModelState) => void = () => {};
    const known = new Promise<ModelState>((resolve) => {
      tell = resolve;
    });
    const { ask, loads, phase } = await begin({ world: { price: () => known } });
    ask("nn-model-card", "nn-load", { keep: true });
    await settle();
    expect(loads).toEqual([]);
    tell({ ...price, free: 50 });
    await settle();
    expect(phase().kind).toBe("no-room");
    expect(loads).toEqual([]);
    ask("nn-model-card", "nn-load", { keep: false });
    await settle();
    expect(loads[0]?.options.keep).toBe(false);
  });

  test("a price that cannot be learnt keeps nobody from loading", async () => {
    const { ask, loads } = await begin({ world: { price: () => Promise.reject(new Error("no answer")) } });
    ask("nn-model-card", "nn-load", { keep: true });
    await settle();
    expect(loads).toHaveLength(1);
  });

  test("when another model is removed and that is enough, it goes on, though the browser still counts it", async () => {
    const { ask, loads, calls, seen } = await tight();
    ask("nn-model-card", "nn-load", { keep: true });
    ask("nn-model-card", "nn-remove", { name: "second" });
    await settle();
    expect(calls).toEqual(["remove second"]);
    expect(seen("nn-storage").removed).toEqual({ title: "Second", freed: 60 });
    expect(loads[0]?.options.keep).toBe(true);
  });

  test("when it is not enough, the choice stays", async () => {
    const { ask, loads, phase, engine } = await tight();
    engine.remove = async () => 10;
    ask("nn-model-card", "nn-load", { keep: true });
    ask("nn-model-card", "nn-remove", { name: "second" });
    await settle();
    expect(loads).toEqual([]);
    expect(phase().kind).toBe("no-room");
  });

  test("a disk that fills up mid-way: what stands in the form stays, and the rest can go to memory", async () => {
    const { ask, loads, phase, page, runs } = await begin();
    const spec = { ...tutorial, layer: 3 };
    ask("nn-experiment-form", "nn-run", { spec });
    expect(loads[0]!.options.keep).toBe(true);
    loads[0]!.fail(full);
    await settle();
    expect(phase()).toMatchObject({ kind: "error", problem: { code: "storage-full" } });
    expect(page.settings.spec).toEqual(spec);
    ask("nn-model-card", "nn-load", { keep: false });
    expect(loads[1]!.options.keep).toBe(false);
    loads[1]!.succeed();
    await settle();
    expect(runs).toEqual([spec]);
  });
});

describe("what is kept", () => {
  test("is looked at anew after a load, its failure and a removal", async () => {
    let looked = 0;
    const storage = async () => {
      looked++;
      return report;
    };
    const { ask, loads, seen } = await begin({ world: { storage } });
    expect(looked).toBe(1);
    ask("nn-model-card", "nn-load", { keep: true });
    loads[0]!.fail(full);
    await settle();
    expect(looked).toBe(2);
    ask("nn-model-card", "nn-load", { keep: true });
    loads[1]!.succeed();
    await settle();
    expect(looked).toBe(3);
    ask("nn-storage", "nn-remove", { name: "tiny" });
    await settle();
    expect(looked).toBe(4);
    expect(seen("nn-storage").removed).toEqual({ title: "Tiny", freed: 60 });
    ask("nn-model-card", "nn-device", { device: "wasm" });
    ask("nn-model-card", "nn-load", { keep: true });
    loads[2]!.succeed();
    await settle();
    expect(seen("nn-storage").removed).toBeUndefined();
  });

  test("a model that is removed while it is loaded is stopped first, or the download would keep it after all", async () => {
    const { ask, calls, engine, phase, seen } = await begin();
    engine.load = (_, options) =>
      new Promise((_, reject) => {
        options?.signal?.addEventListener("abort", async () => {
          // what has been begun comes to its end
          await settle();
          calls.push("stopped");
          reject(new DOMException("stopped", "AbortError"));
        });
      });
    ask("nn-experiment-form", "nn-run", { spec: tutorial });
    ask("nn-storage", "nn-remove", { name: "tiny" });
    expect(phase().kind).toBe("idle");
    await expect.poll(() => calls).toEqual(["stopped", "remove tiny"]);
    await settle();
    expect(phase().kind).toBe("idle");
    expect(seen("nn-storage").removed).toEqual({ title: "Tiny", freed: 60 });
    expect(seen("nn-announcer").message).toMatch(/^Tiny is removed/);
  });

  test("so is one whose download was cancelled just before", async () => {
    const { ask, calls, engine } = await begin();
    let stopped = () => {};
    engine.load = () =>
      new Promise((_, reject) => {
        stopped = () => reject(new DOMException("stopped", "AbortError"));
      });
    ask("nn-model-card", "nn-load", { keep: true });
    ask("nn-model-card", "nn-cancel", undefined);
    ask("nn-storage", "nn-remove", { name: "tiny" });
    await settle();
    expect(calls).toEqual([]);
    stopped();
    await settle();
    expect(calls).toEqual(["remove tiny"]);
  });

  test("another model can be removed meanwhile", async () => {
    const { ask, calls, loads, phase } = await begin();
    ask("nn-model-card", "nn-load", { keep: true });
    ask("nn-storage", "nn-remove", { name: "second" });
    await settle();
    expect(calls).toEqual(["remove second"]);
    expect(loads[0]!.options.signal?.aborted).toBe(false);
    expect(phase().kind).toBe("downloading");
  });

  test("an open model that was removed can be loaded again when the engine misses it, at its price by then", async () => {
    const { ask, cost, engine, loads, phase, seen } = await begin();
    ask("nn-model-card", "nn-load", { keep: true });
    cost({ kept: 100 });
    loads[0]!.succeed();
    await settle();
    expect(seen("nn-model-card")).toMatchObject({ price: { kept: 100 } });
    // perhaps in another tab
    cost({ kept: 0 });
    engine.run = () => Promise.reject(new EngineError("not-loaded", "It was removed.", "Load it again."));
    ask("nn-experiment-form", "nn-run", { spec: tutorial });
    await settle();
    expect(phase()).toMatchObject({ kind: "error", during: "run", info: undefined });
    expect(seen("nn-model-card")).toMatchObject({ price: { kept: 0 } });
    expect(seen("nn-experiment-form")).toMatchObject({
      label: "Load model and run",
      note: "100\u202fB once",
      disabled: false,
    });
  });

  test("beside the form's button stands how far a load is, and why it failed", async () => {
    const { ask, loads, seen } = await begin();
    ask("nn-experiment-form", "nn-run", { spec: tutorial });
    loads[0]!.options.onProgress?.({ kind: "downloading", done: 50, total: 100, waiting: undefined });
    expect(seen("nn-experiment-form").note).toBe(
      "Downloading 50\u202fB of 100\u202fB. Runs as soon as the model is ready.",
    );
    loads[0]!.fail(new EngineError("network", "The server could not be reached.", "Try again."));
    await settle();
    expect(seen("nn-experiment-form").note).toBe("Not loaded. The server could not be reached.");
  });

  test("the recorded result of one experiment does not introduce another one", async () => {
    const spec = { ...tutorial, neuron: 5 };
    const { seen } = await begin({ settings: { ...defaults, spec } });
    expect(seen("nn-result")).toMatchObject({
      result: undefined,
      awaiting: `No result yet for “${tutorial.sentence}”, neuron 5 of layer 9 set to zero.`,
    });
  });

  test("without a connection the engine knows no price, and what is kept tells it", async () => {
    const { ask, cost, engine, loads, seen } = await begin();
    ask("nn-model-card", "nn-load", { keep: true });
    cost({ kept: 100 });
    loads[0]!.succeed();
    await settle();
    engine.state = () => Promise.reject(new EngineError("network", "No connection.", "Try again."));
    cost({ kept: 0 });
    ask("nn-storage", "nn-remove", { name: "tiny" });
    await settle();
    expect(seen("nn-model-card")).toMatchObject({ price: { kept: 0 } });
  });

  test("the browser is asked to keep it only on a click, and its answer shown", async () => {
    let asked = 0;
    const persist = async () => {
      asked++;
      return asked > 1;
    };
    const { ask, seen } = await begin({ world: { persist } });
    expect(asked).toBe(0);
    expect(seen("nn-storage").promise).toBeUndefined();
    ask("nn-storage", "nn-persist", undefined);
    await settle();
    expect(seen("nn-storage").promise).toBe("refused");
    expect(seen("nn-announcer").message).toMatch(/^The browser refused/);
    ask("nn-storage", "nn-persist", undefined);
    await settle();
    expect(seen("nn-storage").promise).toBe("granted");
  });
});

describe("storage access", () => {
  const framed = { kind: "framed", host: "a.test", apart: true, access: "possible" } as const;

  test("where it is lent, the price is asked anew", async () => {
    const { ask, seen, cost } = await begin({ world: { embedding: framed, access: async () => true } });
    cost({ kept: 100 });
    ask("nn-model-card", "nn-access", undefined);
    await settle();
    expect(seen("nn-model-card")).toMatchObject({ embedding: { access: "granted" }, price: { kept: 100 } });
  });

  test.each([
    ["a refusal", async () => false],
    ["an exception", () => Promise.reject(new DOMException("no", "NotAllowedError"))],
  ])("%s is said", async (_, access) => {
    const { ask, seen } = await begin({ world: { embedding: framed, access } });
    ask("nn-model-card", "nn-access", undefined);
    await settle();
    expect(seen("nn-model-card")).toMatchObject({ embedding: { access: "refused" } });
    expect(seen("nn-announcer").message).toMatch(/^The browser refused/);
  });
});

test("a page that is ended stops its load, hears nothing more and leaves its root to another", async () => {
  const { page, loads, calls, ask, seen } = await begin();
  page.load();
  await settle();
  page.dispose();
  expect(loads[0]!.options.signal?.aborted).toBe(true);
  expect(calls).toEqual(["dispose"]);
  const before = { ...seen("nn-model-card") };
  ask("nn-model-card", "nn-load", { keep: true });
  page.run();
  await settle();
  expect(loads).toHaveLength(1);
  expect({ ...seen("nn-model-card") }).toEqual(before);
});
