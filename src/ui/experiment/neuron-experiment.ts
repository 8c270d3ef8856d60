// <neuron-experiment>: the experiment as an element, for this site's frames and for other sites' pages. What is found
// relative to the site comes from the script that defines it.

import { html, render } from "lit";
import { define } from "../kit/define.ts";
import tokens from "../kit/tokens.css?inline";
import { findEmbedding } from "./embedding.ts";
import style from "./neuron-experiment.css?inline";
import { startPage } from "./page.ts";
import type { PageHandle } from "./page-world.ts";
import { parameters, textOf, type Value } from "./parameters.ts";
import type { Phase } from "./phase.ts";
import { defaults, type Part, type Settings } from "./settings.ts";
import { type Reading, readValues } from "./settings-text.ts";
import { createWorld } from "./world.ts";
import "./nn-share.ts";
import type { ExperimentResult } from "../../engine/index.ts";
import { editsOf, withEdits } from "../../model/index.ts";
import type { Shown } from "./state.ts";

/** settings as a page gets them: without a Set, which JSON cannot write */
export type PlainSettings = Omit<Settings, "hide"> & { hide: Part[] };

/** key of the settings that hold now, for this file only */
const held = Symbol();

/** address of the folder that the site's pages and models/ lie in */
let site = "";

const sheets = [tokens, style].map((text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
});

/**
 * The experiment, in any page. Attributes are the parameters that docs/embedding.md lists; properties of the same names
 * give what holds now, with what a person has changed since, and set the attributes. Each element has an engine of its
 * own, which starts when a person asks for the model. What stands between its tags is shown until the experiment is, and
 * where the site cannot be reached.
 * @fires result - a result was computed; `detail` is an ExperimentResult, plain data
 * @csspart frame - the box around everything
 * @csspart model, experiment - its two sections
 * @csspart field, run, button, summary, banner, table, bar - what lies in them
 */
export class NeuronExperiment extends HTMLElement {
  static readonly observedAttributes = parameters.map(({ name }) => name);

  readonly #root: HTMLElement;
  /** where what stands between the tags is shown, which is for readers who get no experiment */
  readonly #fallback: HTMLElement;
  #page: PageHandle | undefined;
  /** counts starts, so that one that was overtaken can tell */
  #starts = 0;
  /** attributes that are not yet part of the reading below, or of the page's settings */
  #changed = new Set<string>();
  /** what stood there when the element was taken out */
  #shown: Shown | undefined;
  /** asked for before the page had started */
  #wanted: "load" | "run" | undefined;
  #reading: Reading | undefined;

  constructor() {
    super();
    const shadow = this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = sheets;
    render(content, shadow);
    this.#root = shadow.querySelector<HTMLElement>(".neuron-root")!;
    this.#fallback = shadow.querySelector("slot")!;
    this.#root.addEventListener("nn-announce", ({ target, detail: { message } }) => {
      if (target === this.#share) this.#root.querySelector("nn-announcer")!.message = message;
    });
  }

  connectedCallback(): void {
    for (const { name } of parameters) this.#upgrade(name);
    this.#start();
  }

  disconnectedCallback(): void {
    // an element that is only moved is back at once
    setTimeout(() => {
      if (!this.isConnected) this.#stop();
    });
  }

  attributeChangedCallback(name: string): void {
    if (this.#page && this.#changed.size === 0) queueMicrotask(() => this.#apply());
    this.#changed.add(name);
  }

  /** Download what is missing and open the model, as the button does. */
  load(): void {
    if (this.#page) this.#page.load();
    else this.#wanted ??= "load";
  }

  /** Run the experiment; loads the model first where it is not open. */
  run(): void {
    if (this.#page) this.#page.run();
    else this.#wanted = "run";
  }

  /** Settings that come from elsewhere than attributes: an address. */
  take(reading: Reading): void {
    this.#reading = reading;
    this.#show(reading.settings);
    this.#page?.set(reading.settings, reading.complaints);
  }

  /** What holds now, as plain data that is the caller's own. */
  get settings(): PlainSettings {
    const { hide, ...settings } = this[held];
    return structuredClone({ ...settings, hide: [...hide] });
  }

  get [held](): Settings {
    return this.#page?.settings ?? this.#read(this.#reading).settings;
  }

  get #share() {
    return this.#root.querySelector("nn-share")!;
  }

  /** The attributes that have changed, over what holds besides. */
  #read(base: Reading = { settings: defaults, complaints: [] }): Reading {
    const names = new Set(this.#changed);
    let from = base.settings;
    // without the list, the neuron is again what layer, neuron and hook say
    if (names.has("edits") && !this.hasAttribute("edits")) {
      names.delete("edits");
      for (const { name, edits } of parameters) if (edits === "one") names.add(name);
      from = { ...from, spec: withEdits(from.spec, editsOf(from.spec).slice(0, 1)) };
    }
    const values = [...names].map((name): [string, string] => [
      name,
      this.getAttribute(name) ?? fallback(name),
    ]);
    const { settings, complaints } = readValues(values, from);
    return { settings, complaints: [...base.complaints, ...complaints] };
  }

  async #start(): Promise<void> {
    if (this.#page) return;
    const mine = ++this.#starts;
    this.#show(this[held]);
    const world = createWorld(site, await findEmbedding(site));
    if (mine !== this.#starts || this.#page || !this.isConnected) return;
    const onResult = (result: ExperimentResult) => {
      this.dispatchEvent(new CustomEvent("result", { detail: structuredClone(result), bubbles: true }));
    };
    const onSettings = (settings: Settings) => (this.#share.settings = settings);
    const onPhase = (phase: Phase) => {
      // what the site offers does not arrive, so that nothing can be computed here
      const fails = phase.kind === "error" && phase.during === "start";
      if (phase.kind !== "starting") this.#fallback.hidden = !fails;
      else if (phase.waiting) this.#fallback.hidden = false;
    };
    const { settings, complaints } = this.#read(this.#reading);
    this.#changed.clear();
    const shown = this.#shown;
    this.#page = startPage(
      this.#root,
      { ...world, shown, onResult, onSettings, onPhase },
      settings,
      complaints,
    );
    this.#root.hidden = false;
    this.#fallback.hidden = true;
    this.#show(settings);
    // what the site's own page shows in its place until now
    const drawn = this.previousElementSibling;
    if (drawn?.matches("[data-static]")) {
      drawn.remove();
      this.hidden = false;
    }
    if (this.#wanted) this.#page[this.#wanted]();
    this.#wanted = undefined;
  }

  /** Let go of the engine and its memory. Should the element come back, it starts with what stood in it. */
  #stop(): void {
    if (!this.#page) return;
    this.#reading = { settings: this.#page.settings, complaints: [] };
    this.#shown = this.#page.shown;
    this.#page.dispose();
    this.#page = undefined;
  }

  /** Attributes that changed, over what a person has changed. */
  #apply(): void {
    if (!this.#page || this.#changed.size === 0) return;
    const { settings, complaints } = this.#read({ settings: this.#page.settings, complaints: [] });
    this.#changed.clear();
    this.#page.set(settings, complaints);
    this.#show(this.#page.settings);
  }

  /** What the page's own elements do not know: the colours, and what is passed on. */
  #show(settings: Settings): void {
    this.#root.dataset.theme = settings.theme;
    Object.assign(this.#share, { site, settings });
  }

  /** A property that was set before the element was defined hides the one that it has now. */
  #upgrade(name: string): void {
    if (!Object.hasOwn(this, name)) return;
    const values = this as unknown as Record<string, unknown>;
    const value = values[name];
    delete values[name];
    values[name] = value;
  }
}

const fallback = (name: string): string => {
  const parameter = parameters.find((known) => known.name === name);
  return parameter ? textOf(parameter, defaults) : "";
};

for (const { name, get } of parameters)
  Object.defineProperty(NeuronExperiment.prototype, name, {
    configurable: true,
    enumerable: true,
    get(this: NeuronExperiment): Value {
      return get(this[held]);
    },
    set(this: NeuronExperiment, value: unknown) {
      if (value === null || value === undefined) this.removeAttribute(name);
      else this.setAttribute(name, String(value));
    },
  });

const content = html`
  <slot></slot>
  <div class="neuron-root" part="frame" lang="en" hidden>
    <section part="model" role="region" aria-label="Model">
      <nn-model-card exportparts="strip, button"><nn-storage exportparts="button"></nn-storage></nn-model-card>
    </section>
    <section part="experiment" role="region" aria-label="Experiment">
      <nn-experiment-form exportparts="field, run, button"></nn-experiment-form>
      <nn-notice hidden></nn-notice>
      <nn-result exportparts="summary, banner, table, bar, button"></nn-result>
      <nn-find-neurons exportparts="field, button, summary, banner, table"></nn-find-neurons>
      <nn-share exportparts="button"></nn-share>
    </section>
    <nn-announcer></nn-announcer>
  </div>
`;

/**
 * Give the element its name.
 * @param home address of the folder that the site's pages and models/ lie in, or of a page there
 */
export function defineExperiment(home: string): void {
  site = home;
  define("neuron-experiment", NeuronExperiment);
}

declare global {
  interface HTMLElementTagNameMap {
    "neuron-experiment": NeuronExperiment;
  }
}
