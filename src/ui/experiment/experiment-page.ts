// Holds what the page of an experiment shows: its state, and the elements that draw it. The other files of the page read
// it here, and change it by dispatch() only.

import type { ExperimentSpec, Token } from "../../model/index.ts";
import { announcement } from "../kit/announce.ts";
import { noticeOf } from "../kit/page-notice.ts";
import { toSweepLimits } from "../sweep/sweep-limits.ts";
import type { World } from "./page-world.ts";
import { openModel } from "./phase.ts";
import { runButton } from "./run-button.ts";
import type { Settings } from "./settings.ts";
import { sameSpec, specOf } from "./spec.ts";
import { firstPage, isStale, type Page, type PageEvent, reduce, settingsOf } from "./state.ts";
import { awaited } from "./words.ts";
import "../kit/nn-announcer.ts";
import "./nn-experiment-form.ts";
import "./nn-find-neurons.ts";
import "./nn-model-card.ts";
import "./nn-open-model.ts";
import "../kit/nn-notice.ts";
import "./nn-result.ts";
import "../kit/nn-storage.ts";

export class ExperimentPage {
  readonly world: World;
  readonly card;
  readonly form;
  readonly opener;
  readonly panel;
  readonly finder;
  readonly #result;
  readonly #notice;
  readonly #announcer;
  /** what the sentence in the form is in tokens, once the model has said so */
  live: { sentence: string; tokens: readonly Token[] } | undefined;
  /** the words that the open model knows */
  words: readonly string[] = [];
  #page: Page;
  #disposed = false;
  /** who waits for something to be so */
  readonly #waiting = new Set<() => void>();

  /** @param root holds the elements, any of which may be missing */
  constructor(root: ParentNode, world: World, settings: Settings, complaints: readonly string[]) {
    const { recorded } = world;
    this.world = world;
    this.card = root.querySelector("nn-model-card");
    this.form = root.querySelector("nn-experiment-form");
    this.opener = root.querySelector("nn-open-model");
    this.panel = root.querySelector("nn-storage");
    this.finder = root.querySelector("nn-find-neurons");
    this.#result = root.querySelector("nn-result");
    this.#notice = root.querySelector("nn-notice");
    this.#announcer = root.querySelector("nn-announcer");
    const shown = world.shown ?? { result: recorded, spec: specOf(recorded.experiment), recorded: true };
    this.#page = { ...firstPage(settings, shown, world.embedding), complaints };
  }

  get state(): Page {
    return this.#page;
  }

  /** Change the state, draw it, and have a screen reader say what is new. */
  dispatch(event: PageEvent): void {
    if (this.#disposed) return;
    const before = this.#page;
    const page = reduce(before, event);
    this.#page = page;
    this.draw();
    this.say(announcement(before, page));
    for (const look of [...this.#waiting]) look();
    if (before.model !== page.model) this.world.onModel?.(page.model);
    if (before.phase !== page.phase) this.world.onPhase?.(page.phase);
  }

  /** Wait until something is so. @throws the signal's reason */
  until(holds: (page: Page) => boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#waiting.delete(look);
        signal.removeEventListener("abort", abort);
      };
      const abort = () => {
        end();
        reject(signal.reason);
      };
      const look = () => {
        if (!holds(this.#page)) return;
        end();
        resolve();
      };
      signal.throwIfAborted();
      this.#waiting.add(look);
      signal.addEventListener("abort", abort);
      look();
    });
  }

  /** Another model is asked for: how the last one reads is no matter now. */
  forget(): void {
    this.live = undefined;
    this.words = [];
  }

  /** Put an experiment into the form, as if a person had typed it. */
  write(spec: ExperimentSpec): void {
    if (this.form) this.form.spec = spec;
    this.dispatch({ kind: "edited", spec });
    this.changed();
  }

  /** Bring what the experiment says into view. */
  reveal(): void {
    (this.form ?? this.#result)?.scrollIntoView({ block: "start" });
  }

  /** Have a screen reader say something. */
  say(message: string | undefined): void {
    if (this.#announcer && message) this.#announcer.message = message;
  }

  /** Tell the outside what a person has changed. */
  changed(): void {
    this.world.onSettings?.(settingsOf(this.#page));
  }

  /** What arrives from now on is shown no more. */
  dispose(): void {
    this.#disposed = true;
  }

  draw(): void {
    const page = this.#page;
    const { phase, shown, draft, model, models, settings, storage } = page;
    const { hide, view, notation } = settings;
    const { device, capability, price, embedding } = page;
    const ownAddress = this.world.ownAddress?.(settingsOf(page));
    const canAsk = this.world.access !== undefined;
    const costs = { models, model, device, capability, price, phase, embedding, storage };
    assignProps(this.card, { ...costs, ownAddress, canAsk, hide });
    const lasting = storage?.kind !== "memory";
    assignProps(this.opener, { world: this.world, models, lasting, hidden: hide.has("model") });
    assignProps(this.panel, { report: storage, models, promise: page.promise, removed: page.removed });

    const problem = phase.kind === "error" && phase.during === "run" ? phase.problem : undefined;
    const limits = openModel(phase) ?? model;
    const busy = phase.kind === "running";
    const tokens = this.#tokensOf(draft.sentence);
    const guess = this.#guess(draft);
    const button = runButton(page);
    const { words } = this;
    const practice = model?.practice ?? false;
    assignProps(this.form, { limits, problem, tokens, guess, words, practice, busy, hide, ...button });
    // where there is no form, there is nothing to put a neuron into
    const hidden = hide.has("sweep") || hide.has("form");
    assignProps(this.finder, {
      experiment: draft,
      limits: limits && toSweepLimits(limits),
      hidden,
      ...button,
    });
    const recorded = shown?.recorded ?? false;
    // the recorded result of one experiment does not belong above another one that a link or a course page asks for, and
    // none stands there for who is to predict first
    const unseen = recorded && (hide.has("recorded") || !sameSpec(shown!.spec, settings.spec));
    const result = unseen ? undefined : shown?.result;
    const stale = isStale(page);
    // where the list of words is not shown, nothing is put into it
    const fixed = !this.form || hide.has("form") || hide.has("candidates");
    const awaiting = unseen ? awaited(draft) : "";
    assignProps(this.#result, {
      result,
      awaiting,
      recorded,
      stale,
      fixed,
      dimmed: busy || page.pending,
      hide,
      view,
      notation,
    });
    assignProps(this.#notice, noticeOf(page, this.card !== null, this.form !== null));
  }

  /** The word that the model itself finds likeliest in this sentence, where a result has said so. */
  #guess({ sentence }: ExperimentSpec): string | undefined {
    const { result } = this.#page.shown ?? {};
    const first = result?.experiment.sentence === sentence ? result.likeliest.before[0] : undefined;
    return first?.unlisted ? undefined : first?.word;
  }

  /** what is known of how the model reads a sentence */
  #tokensOf(sentence: string): readonly Token[] {
    if (this.live?.sentence === sentence) return this.live.tokens;
    const known = this.#page.shown?.result.experiment;
    return known?.sentence === sentence ? known.tokens : [];
  }
}

/** Set properties of an element, if it is there. */
function assignProps<E extends HTMLElement>(element: E | null, properties: Partial<E>): void {
  if (element) Object.assign(element, properties);
}
