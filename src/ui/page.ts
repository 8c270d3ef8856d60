// The page's conductor: it holds the state, gives the elements their properties and carries out what their events ask
// for. The outside world comes in as a parameter, so that the whole page runs against a stand-in.

import {
  type Capability,
  type Engine,
  EngineError,
  type ExperimentResult,
  type ExperimentSpec,
  format,
  isAbort,
  type ModelState,
  type Token,
} from "../engine/index.ts";
import { announcement } from "./announce.ts";
import type { ModelEntry } from "./models.ts";
import { fieldOf, type Problem, specOf } from "./spec.ts";
import { firstPage, isLoading, isStale, openModel, type Page, type PageEvent, reduce } from "./state.ts";
import "./nn-announcer.ts";
import "./nn-experiment-form.ts";
import "./nn-model-card.ts";
import "./nn-notice.ts";
import "./nn-result.ts";

export interface World {
  engine: Engine;
  detect: () => Promise<Capability>;
  models: () => Promise<ModelEntry[]>;
  /** what opening a model costs, found out without starting the engine */
  price: (model: ModelEntry) => Promise<ModelState>;
  /** the result that stands there before the first run */
  recorded: ExperimentResult;
}

/** How long typing must pause before the sentence is tokenized. */
const tokenizeAfter = 150;

/** Bring the elements in `root` to life. */
export function startPage(root: ParentNode, { engine, detect, models, price, recorded }: World): void {
  const find = <K extends keyof HTMLElementTagNameMap>(tag: K) => root.querySelector(tag)!;
  const [card, form, shownResult] = [find("nn-model-card"), find("nn-experiment-form"), find("nn-result")];
  const [trouble, announcer] = [find("nn-notice"), find("nn-announcer")];

  const start = specOf(recorded.experiment);
  let page = firstPage(start, { result: recorded, spec: start, recorded: true });
  let awake = false;
  let loading: AbortController | undefined;
  let running: AbortController | undefined;
  let live: { sentence: string; tokens: readonly Token[] } | undefined;
  let typing: ReturnType<typeof setTimeout> | undefined;

  const dispatch = (event: PageEvent) => {
    const before = page;
    page = reduce(before, event);
    draw();
    const message = announcement(before, page);
    if (message) announcer.message = message;
  };

  const draw = () => {
    const { phase, shown, draft, model } = page;
    const { models, device, capability, price } = page;
    Object.assign(card, { models, model, device, capability, price, phase });

    const run = runButton(page);
    const problem = phase.kind === "error" && phase.during === "run" ? phase.problem : undefined;
    const tokens = tokensOf(draft.sentence);
    const limits = openModel(phase) ?? model;
    Object.assign(form, { limits, problem, tokens, busy: phase.kind === "running", ...run });

    const notice =
      phase.kind === "lost" ? phase.problem : problem && !fieldOf(problem.code) ? problem : undefined;
    trouble.hidden = !notice;
    trouble.kind = "error";
    trouble.heading = notice?.message ?? "";
    trouble.textContent = notice?.hint ?? "";

    const dimmed = phase.kind === "running";
    Object.assign(shownResult, { result: shown?.result, recorded: shown?.recorded ?? false, dimmed });
    shownResult.stale = isStale(page);
  };

  /** what is known of how the model reads a sentence */
  const tokensOf = (sentence: string): readonly Token[] => {
    if (live?.sentence === sentence) return live.tokens;
    const known = page.shown?.result.experiment;
    return known?.sentence === sentence ? known.tokens : [];
  };

  const ask = async (model: ModelEntry) => {
    // the engine knows best, but is not started for this
    const known = awake ? engine.state(model.manifest) : price(model);
    const found = await known.catch(() => undefined);
    if (found) dispatch({ kind: "price", model, price: found });
  };

  const load = async (thenRun: boolean) => {
    const { model, device, phase } = page;
    if (!model) return;
    const joined = isLoading(phase);
    dispatch({ kind: "load", thenRun });
    if (joined) return;
    loading?.abort();
    running?.abort();
    const mine = new AbortController();
    loading = mine;
    awake = true;
    const onProgress: NonNullable<Parameters<Engine["load"]>[1]>["onProgress"] = (progress) => {
      if (mine === loading) dispatch({ kind: "progress", progress });
    };
    try {
      const info = await engine.load(model.manifest, { device, signal: mine.signal, onProgress });
      if (mine !== loading) return;
      const wanted = isLoading(page.phase) && page.phase.thenRun;
      dispatch({ kind: "loaded", info });
      live = undefined;
      if (wanted) run(page.draft);
      else tokenize();
    } catch (error) {
      if (mine === loading && !isAbort(error))
        dispatch({ kind: "failed", during: "load", problem: toProblem(error) });
    } finally {
      ask(model);
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
      if (mine === running) dispatch({ kind: "done", result });
    } catch (error) {
      if (mine !== running) return;
      if (isAbort(error)) dispatch({ kind: "stopped" });
      else dispatch({ kind: "failed", during: "run", problem: toProblem(error) });
    }
  };

  const tokenize = async () => {
    const { sentence } = page.draft;
    if (!openModel(page.phase) || live?.sentence === sentence) return;
    const tokens = await engine.tokenize(sentence).catch(() => []);
    if (sentence !== page.draft.sentence) return;
    live = { sentence, tokens };
    draw();
  };

  card.addEventListener("nn-load", () => load(false));
  card.addEventListener("nn-cancel", () => {
    halt();
    dispatch({ kind: "cancelled" });
  });
  card.addEventListener("nn-model", ({ detail: { model } }) => {
    halt();
    live = undefined;
    dispatch({ kind: "model", model });
    ask(model);
  });
  card.addEventListener("nn-device", ({ detail: { device } }) => {
    halt();
    dispatch({ kind: "device", device });
  });
  card.addEventListener("nn-remove", async () => {
    const { model } = page;
    if (!model) return;
    awake = true;
    await engine.remove(model.name).catch(() => {});
    announcer.message = "The kept copy is removed.";
    ask(model);
  });
  form.addEventListener("nn-edit", ({ detail: { spec } }) => {
    dispatch({ kind: "edited", spec });
    clearTimeout(typing);
    typing = setTimeout(tokenize, tokenizeAfter);
  });
  form.addEventListener("nn-run", ({ detail: { spec } }) => {
    dispatch({ kind: "edited", spec });
    if (openModel(page.phase)) run(spec);
    else load(true);
  });
  form.addEventListener("nn-stop", () => {
    // at once, and even if the result is on its way already
    running?.abort();
    running = undefined;
    dispatch({ kind: "stopped" });
  });
  shownResult.addEventListener("nn-announce", ({ detail: { message } }) => {
    announcer.message = message;
  });

  form.spec = start;
  draw();
  Promise.all([models(), detect()]).then(
    ([models, capability]) => {
      dispatch({ kind: "started", models, capability });
      if (page.model) ask(page.model);
    },
    (error: unknown) => dispatch({ kind: "failed", during: "start", problem: toProblem(error) }),
  );
}

/** What the form's button is called, and what stands beside it. */
function runButton({ phase, model, price }: Page): { label: string; note: string; disabled: boolean } {
  if (openModel(phase)) return { label: "Run", note: "", disabled: false };
  if (isLoading(phase))
    return {
      label: "Run",
      note: phase.thenRun ? "Runs as soon as the model is ready." : "",
      disabled: false,
    };
  const kept = price?.kept ?? 0;
  const missing = (price?.bytes ?? model?.bytes ?? 0) - kept;
  const note = !model ? "" : kept < model.bytes ? `${format.bytes(missing)} once` : "kept on this device";
  return { label: "Load model and run", note, disabled: !model };
}

function toProblem(error: unknown): Problem {
  if (error instanceof EngineError) return error;
  console.error(error);
  return { code: "runtime", message: String(error), hint: "Reload the page and try again." };
}
