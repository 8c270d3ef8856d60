// The page's conductor: it holds the state, gives the elements their properties and carries out what their events ask
// for. The outside world comes in as a parameter, so that the whole page runs against a stand-in.
//
// What a link or an attribute asks for comes in as Settings, at the start and whenever they change (PageHandle.set).
// What of it could not be understood comes beside them as `complaints`, whole sentences, and is shown in the page's
// notice until the next result; the page adds its own, as for a model that the site does not have.

import {
  type Capability,
  type Engine,
  EngineError,
  type ExperimentResult,
  type ExperimentSpec,
  format,
  isAbort,
  type ModelState,
  type Progress,
  type Token,
} from "../engine/index.ts";
import type { Retry, StorageReport } from "../storage/index.ts";
import { announcement } from "./announce.ts";
import type { Embedding } from "./embedding.ts";
import type { NotebookEvents } from "./events.ts";
import type { ModelEntry } from "./models.ts";
import { fits, missing } from "./price.ts";
import { defaults, type Settings } from "./settings.ts";
import { fieldOf, type Problem, partOf, sameSpec, specOf } from "./spec.ts";
import {
  firstPage,
  isLoading,
  isStale,
  type Loading,
  openModel,
  type Page,
  type PageEvent,
  type Phase,
  reduce,
  type Shown,
  settingsOf,
  wantsRun,
} from "./state.ts";
import { awaited, noRoomText } from "./words.ts";
import "./nn-announcer.ts";
import "./nn-experiment-form.ts";
import "./nn-model-card.ts";
import "./nn-notice.ts";
import "./nn-result.ts";
import "./nn-storage.ts";

export interface World {
  engine: Engine;
  detect: () => Promise<Capability>;
  /** the site's list, asked for anew; `onRetry` is told why it is waited for */
  models: (onRetry?: (retry: Retry) => void) => Promise<ModelEntry[]>;
  /** what opening a model costs, found out without starting the engine */
  price: (model: ModelEntry) => Promise<ModelState>;
  /** the result that stands there before the first run */
  recorded: ExperimentResult;
  /** what stands there instead: this page goes on from one that has ended */
  shown?: Shown | undefined;
  /** what this origin keeps, and how much more it may */
  storage: () => Promise<StorageReport>;
  /** ask the browser to delete nothing by itself; called on a click */
  persist: () => Promise<boolean>;
  /** where the page stands */
  embedding: Embedding;
  /** address of this experiment in a tab of its own */
  ownAddress?: (settings: Settings) => string;
  /**
   * Ask for the storage of this site's own tabs; called on a click. True: from now on the engine, `price` and `storage`
   * use that store. When it is false or rejects, all of them go on with the one they had.
   */
  access?: () => Promise<boolean>;
  /** a result was computed */
  onResult?: (result: ExperimentResult) => void;
  /** a person changed the form, the model or the device */
  onSettings?: (settings: Settings) => void;
  /** something else is going on */
  onPhase?: (phase: Phase) => void;
}

/** a page that runs */
export interface PageHandle {
  /** Download and open the model, once the site's list of models is there. */
  load(): void;
  /** Run what stands in the form; loads the model first where it is not open. */
  run(): void;
  /**
   * Take other settings. The form is written anew only where they ask for another experiment than stands in it, and a
   * download goes on unless they ask for another model.
   */
  set(settings: Settings, complaints?: readonly string[]): void;
  /** End it: stop what is under way and give the engine's memory back. Another page may then be started in the same root. */
  dispose(): void;
  /** what the page stands at: the settings given, with what a person has changed since */
  readonly settings: Settings;
  /** the result that stands there */
  readonly shown: Shown | undefined;
}

/** How long typing must pause before the sentence is tokenized. */
const tokenizeAfter = 150;

/**
 * Bring the elements in `root` to life. Any of them may be missing.
 * @param complaints what of the settings could not be understood, as sentences
 */
export function startPage(
  root: ParentNode,
  world: World,
  settings: Settings = defaults,
  complaints: readonly string[] = [],
): PageHandle {
  const { engine, recorded } = world;
  const find = <K extends keyof HTMLElementTagNameMap>(tag: K) => root.querySelector(tag);
  const [card, form, shownResult] = [find("nn-model-card"), find("nn-experiment-form"), find("nn-result")];
  const [panel, trouble, announcer] = [find("nn-storage"), find("nn-notice"), find("nn-announcer")];

  let page: Page = {
    ...firstPage(
      settings,
      world.shown ?? { result: recorded, spec: specOf(recorded.experiment), recorded: true },
      world.embedding,
    ),
    complaints,
  };
  let disposed = false;
  let awake = false;
  let loading: AbortController | undefined;
  /** the engine has done with the last load, even if that was halted */
  let ended: Promise<void> = Promise.resolve();
  /** settled when what the model costs is known, or cannot be */
  let pricing: Promise<void> = Promise.resolve();
  let running: AbortController | undefined;
  let live: { sentence: string; tokens: readonly Token[] } | undefined;
  let typing: ReturnType<typeof setTimeout> | undefined;
  /** settled when what the site offers is known; undefined when it could not be found out */
  let beginning: Promise<void> | undefined;

  const say = (message: string | undefined) => {
    if (announcer && message) announcer.message = message;
  };

  const dispatch = (event: PageEvent) => {
    if (disposed) return;
    const before = page;
    page = reduce(before, event);
    draw();
    say(announcement(before, page));
    if (before.phase !== page.phase) world.onPhase?.(page.phase);
  };

  /** tell the outside what a person has changed */
  const changed = () => world.onSettings?.(settingsOf(page));

  const draw = () => {
    const { phase, shown, draft, model, models, settings, storage } = page;
    const { hide, view, notation } = settings;
    const { device, capability, price, embedding } = page;
    const ownAddress = world.ownAddress?.(settingsOf(page));
    const canAsk = world.access !== undefined;
    assignProps(card, {
      models,
      model,
      device,
      capability,
      price,
      phase,
      embedding,
      storage,
      ownAddress,
      canAsk,
      hide,
    });
    assignProps(panel, { report: storage, models, promise: page.promise, removed: page.removed });

    const problem = phase.kind === "error" && phase.during === "run" ? phase.problem : undefined;
    const limits = openModel(phase) ?? model;
    const busy = phase.kind === "running";
    assignProps(form, { limits, problem, tokens: tokensOf(draft.sentence), busy, hide, ...runButton(page) });
    const recorded = shown?.recorded ?? false;
    // the recorded result of one experiment is no introduction to another that a link or a course page asks for
    const foreign = shown?.recorded && !sameSpec(shown.spec, settings.spec);
    const result = foreign ? undefined : shown?.result;
    const stale = isStale(page);
    const awaiting = foreign ? awaited(draft) : "";
    assignProps(shownResult, { result, awaiting, recorded, stale, dimmed: busy, hide, view, notation });
    assignProps(trouble, noticeOf(page, card !== null, form !== null));
  };

  /** what is known of how the model reads a sentence */
  const tokensOf = (sentence: string): readonly Token[] => {
    if (live?.sentence === sentence) return live.tokens;
    const known = page.shown?.result.experiment;
    return known?.sentence === sentence ? known.tokens : [];
  };

  /** Find out anew what the model costs. `freed`: at least so many bytes are free by now, whatever the browser says yet. */
  const ask = (model: ModelEntry, freed = 0) => {
    pricing = learn(model, freed);
    return pricing;
  };

  const learn = async (model: ModelEntry, freed: number) => {
    // the engine knows best, but is not started for this
    const kept = () => world.price(model);
    // without a connection it knows nothing
    const known = awake ? engine.state(model.manifest).catch(kept) : kept();
    const found = await known.catch(() => undefined);
    if (!found) return;
    const free = found.free === undefined ? undefined : Math.max(found.free, freed);
    dispatch({ kind: "price", model, price: { ...found, free } });
  };

  /** Look anew at what is kept, and at what the model costs by that. */
  const refresh = async (freed = 0) => {
    const report = world.storage().then(
      (report) => dispatch({ kind: "storage", report }),
      (error: unknown) => console.warn(error),
    );
    await Promise.all([report, page.model && ask(page.model, freed)]);
  };

  /** Find out what the site and the browser offer; once more where that has failed. */
  const begin = () => {
    if (page.phase.kind !== "starting") dispatch({ kind: "starting" });
    const onRetry = (waiting: Retry) => dispatch({ kind: "starting", waiting });
    beginning = Promise.all([world.models(onRetry), world.detect()]).then(
      ([models, capability]) => {
        dispatch({ kind: "started", models, capability });
        return refresh();
      },
      (error: unknown) => {
        beginning = undefined;
        dispatch({ kind: "failed", during: "start", problem: toProblem(error) });
      },
    );
    return beginning;
  };

  /** Do something when that is known, which is asked for again where it could not be found out. */
  const begun = async (work: () => void) => {
    if (page.models.length === 0) await (beginning ?? begin());
    if (page.models.length > 0) work();
  };

  const load = (thenRun: boolean, keep = true) => {
    const { model, phase } = page;
    if (!model) return;
    const joined = isLoading(phase);
    dispatch({ kind: "load", thenRun, keep });
    if (joined || !isLoading(page.phase)) return;
    halt();
    awake = true;
    ended = open(model, keep);
  };

  const open = async (model: ModelEntry, keep: boolean) => {
    const mine = new AbortController();
    loading = mine;
    const { signal } = mine;
    const onProgress = (progress: Progress) => {
      if (mine === loading) dispatch({ kind: "progress", progress });
    };
    try {
      // asked for before its price is known: nothing is fetched that there may be no room for
      if (!page.price) await pricing;
      if (mine !== loading) return;
      if (keep && page.price && !fits(page.price)) return dispatch({ kind: "no-room" });
      let { device } = page;
      let info = await engine.load(model.manifest, { device, keep, signal, onProgress });
      // another device was asked for meanwhile: everything is here, only the sessions are opened anew
      while (mine === loading && device !== page.device) {
        ({ device } = page);
        info = await engine.load(model.manifest, { device, keep, signal, onProgress });
      }
      if (mine !== loading) return;
      const wanted = wantsRun(page.phase);
      dispatch({ kind: "loaded", info });
      live = undefined;
      if (wanted) run(page.draft);
      else tokenize();
    } catch (error) {
      if (mine === loading && !isAbort(error))
        dispatch({ kind: "failed", during: "load", problem: toProblem(error) });
    } finally {
      refresh();
    }
  };

  /** stop whatever is under way; the model that was open is no longer the one that is asked for */
  const halt = () => {
    loading?.abort();
    running?.abort();
    loading = undefined;
    running = undefined;
  };

  const run = async (spec: ExperimentSpec) => {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    dispatch({ kind: "run", spec });
    try {
      const result = await engine.run(spec, { signal: mine.signal });
      if (mine !== running) return;
      dispatch({ kind: "done", result });
      world.onResult?.(result);
    } catch (error) {
      if (mine !== running) return;
      if (isAbort(error)) dispatch({ kind: "stopped" });
      else dispatch({ kind: "failed", during: "run", problem: toProblem(error) });
      // the model has to be loaded again: by now that may cost something
      if (!openModel(page.phase)) refresh();
    }
  };

  const runOrLoad = () => {
    if (openModel(page.phase)) run(page.draft);
    else void begun(() => load(true));
  };

  const tokenize = async () => {
    const { sentence } = page.draft;
    if (!openModel(page.phase) || live?.sentence === sentence) return;
    const tokens = await engine.tokenize(sentence).catch(() => []);
    if (sentence !== page.draft.sentence) return;
    live = { sentence, tokens };
    draw();
  };

  /** Forget a kept model. Where loading waits for room and this made enough, it goes on. */
  const remove = async (name: string) => {
    const title = page.models.find((model) => model.name === name)?.title ?? name;
    const free = page.price?.free ?? 0;
    awake = true;
    // what is still on its way would be kept after all
    if (isLoading(page.phase) && page.model?.name === name) {
      halt();
      dispatch({ kind: "cancelled" });
    }
    if (!isLoading(page.phase)) await ended;
    const freed = await engine.remove(name).catch(() => undefined);
    dispatch({ kind: "removed", removed: { title, freed } });
    // browsers delete in their own time, and count what is deleted as used until then
    await refresh(freed === undefined ? 0 : free + freed);
    if (page.phase.kind === "no-room" && page.price && fits(page.price)) load(page.phase.thenRun);
  };

  const persist = async () => {
    const granted = await world.persist().catch(() => false);
    dispatch({ kind: "promise", answer: granted ? "granted" : "refused" });
    refresh();
  };

  const access = async () => {
    const granted = (await world.access?.().catch(() => false)) ?? false;
    if (granted) awake = true;
    dispatch({ kind: "access", answer: granted ? "granted" : "refused" });
    refresh();
  };

  const set = (next: Settings, complaints: readonly string[] = []) => {
    const before = page;
    const closed = () =>
      page.model !== before.model || (page.device !== before.device && !isLoading(page.phase));
    dispatch({ kind: "settings", settings: next, complaints });
    if (closed()) halt();
    if (page.model !== before.model) live = undefined;
    if (form && !sameSpec(next.spec, before.draft)) form.spec = next.spec;
    if (page.model && page.model !== before.model) ask(page.model);
    tokenize();
  };

  const listening: (() => void)[] = [];
  const listen = <K extends keyof NotebookEvents>(
    element: EventTarget | null,
    type: K,
    hear: (detail: NotebookEvents[K]) => void,
  ) => {
    const listener = (event: Event) => hear((event as CustomEvent<NotebookEvents[K]>).detail);
    element?.addEventListener(type, listener);
    listening.push(() => element?.removeEventListener(type, listener));
  };
  listen(card, "nn-load", ({ keep }) => {
    // without a form there is no other button
    const alone = !form || page.settings.hide.has("form") || page.settings.hide.has("run");
    void begun(() => load(alone, keep));
  });
  listen(card, "nn-again", () => void begin());
  listen(card, "nn-cancel", () => {
    halt();
    dispatch({ kind: "cancelled" });
  });
  listen(card, "nn-model", ({ model }) => {
    halt();
    live = undefined;
    dispatch({ kind: "model", model });
    ask(model);
    changed();
  });
  listen(card, "nn-device", ({ device }) => {
    // a model on its way goes on, and is opened there
    if (!isLoading(page.phase)) halt();
    dispatch({ kind: "device", device });
    changed();
  });
  listen(card, "nn-access", access);
  for (const element of [card, panel]) listen(element, "nn-remove", ({ name }) => remove(name));
  listen(panel, "nn-persist", persist);
  listen(form, "nn-edit", ({ spec }) => {
    dispatch({ kind: "edited", spec });
    clearTimeout(typing);
    typing = setTimeout(tokenize, tokenizeAfter);
    changed();
  });
  listen(form, "nn-run", ({ spec }) => {
    dispatch({ kind: "edited", spec });
    runOrLoad();
  });
  listen(form, "nn-stop", () => {
    // at once, and even if the result is on its way already
    running?.abort();
    running = undefined;
    dispatch({ kind: "stopped" });
  });
  // from whatever lies in the root
  listen(root, "nn-announce", ({ message }) => say(message));

  if (form) form.spec = settings.spec;
  draw();
  say(complaints.join(" "));
  void begin();

  return {
    load: () => void begun(() => load(false)),
    run: runOrLoad,
    set,
    dispose: () => {
      halt();
      clearTimeout(typing);
      disposed = true;
      for (const stop of listening) stop();
      engine.dispose().catch(() => {});
    },
    get settings() {
      return settingsOf(page);
    },
    get shown() {
      return page.shown;
    },
  };
}

/** Set properties of an element, if it is there. */
function assignProps<E extends HTMLElement>(element: E | null, properties: Partial<E>): void {
  if (element) Object.assign(element, properties);
}

/** What the notice beside the form says; hidden when there is nothing that is not said elsewhere. */
function noticeOf(page: Page, hasCard: boolean, hasForm: boolean) {
  const { complaints } = page;
  const problem = uncoveredProblem(page, hasCard, hasForm);
  const ignored = complaints.length > 0 ? "Part of what was asked for could not be read." : "";
  const heading = problem?.message ?? ignored;
  const kind: "note" | "error" = problem ? "error" : "note";
  return { kind, heading, hidden: heading === "", textContent: problem?.hint ?? complaints.join(" ") };
}

/** The problem that neither the card nor a field of the form can say. */
function uncoveredProblem(
  { phase, settings: { hide }, model, price }: Page,
  hasCard: boolean,
  hasForm: boolean,
): Omit<Problem, "code"> | undefined {
  if (phase.kind === "lost") return phase.problem;
  if (phase.kind === "no-room" && !hasCard && model && price)
    return {
      message: noRoomText(model.title, price),
      hint: "Free disk space, or open this site in a tab of its own and remove another model there.",
    };
  if (phase.kind !== "error") return undefined;
  if (phase.during !== "run") return hasCard ? undefined : phase.problem;
  const field = fieldOf(phase.problem.code);
  const covered = field && hasForm && !hide.has("form") && !hide.has(partOf[field]);
  return covered ? undefined : phase.problem;
}

/** How far a load is, for who pressed the form's button and does not see the card. */
function loadingText(phase: Loading): string {
  return phase.kind === "downloading"
    ? `Downloading ${format.bytes(phase.done)} of ${format.bytes(phase.total)}.`
    : "Preparing.";
}

/** What the form's button is called, and what stands beside it. */
function runButton({ phase, model, price }: Page): { label: string; note: string; disabled: boolean } {
  if (openModel(phase)) return { label: "Run", note: "", disabled: false };
  if (isLoading(phase))
    return {
      label: "Run",
      note: phase.thenRun ? `${loadingText(phase)} Runs as soon as the model is ready.` : "",
      disabled: false,
    };
  if (phase.kind === "error" && phase.during === "load")
    return { label: "Load model and run", note: `Not loaded. ${phase.problem.message}`, disabled: !model };
  if (phase.kind === "error" && phase.during === "start")
    return { label: "Load model and run", note: "", disabled: false };
  const left = price ? missing(price) : (model?.bytes ?? 0);
  const note = !model ? "" : left > 0 ? `${format.bytes(left)} once` : "kept on this device";
  return { label: "Load model and run", note, disabled: !model };
}

function toProblem(error: unknown): Problem {
  if (error instanceof EngineError) return error;
  console.error(error);
  return { code: "runtime", message: String(error), hint: "Reload the page and try again." };
}
