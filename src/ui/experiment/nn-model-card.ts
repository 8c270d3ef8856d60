import { html, LitElement, nothing, type PropertyValues } from "lit";
import type { Capability, ModelInfo, ModelState } from "../../engine/index.ts";
import { format } from "../../model/index.ts";
import type { StorageReport } from "../../storage/index.ts";
import { define } from "../kit/define.ts";
import { rescueFocus } from "../kit/focus.ts";
import { base, controls } from "../kit/styles.ts";
import type { Embedding } from "./embedding.ts";
import { emit } from "./events.ts";
import { modelCard } from "./model-card-styles.ts";
import { modelChoice, modelFacts, onlyPractice } from "./model-choice.ts";
import { deviceChoice, softwareNotice } from "./model-device.ts";
import { embeddingNote, noRoom } from "./model-room.ts";
import { isCourseModel, type ModelEntry } from "./models.ts";
import type { Cause, Phase } from "./phase.ts";
import { costText, missing } from "./price.ts";
import type { Part } from "./settings.ts";
import type { DeviceChoice } from "./state.ts";
import { causes, deviceText, repairedText, waitingText, wayOn } from "./words.ts";
import "../kit/nn-loading.ts";
import "../kit/nn-notice.ts";

/**
 * The model: which one, what it costs, whether it is here, and on which device it runs. With the part "model" hidden it
 * says only what cannot go without saying: what a download costs, how it goes, what went wrong.
 * @fires nn-model - another model was chosen
 * @fires nn-device - another device was chosen
 * @fires nn-load - download and open the chosen model
 * @fires nn-again - ask once more for the site's list of models
 * @fires nn-cancel - do not load it after all
 * @fires nn-remove - forget a kept model, so that there is room for this one
 * @fires nn-access - use what the browser keeps for this site's own tabs
 * @csspart button - each button
 */
export class NnModelCard extends LitElement {
  static override properties = {
    models: { attribute: false },
    model: { attribute: false },
    device: { attribute: false },
    capability: { attribute: false },
    price: { attribute: false },
    phase: { attribute: false },
    embedding: { attribute: false },
    storage: { attribute: false },
    ownAddress: { attribute: false },
    canAsk: { attribute: false },
    hide: { attribute: false },
  };
  static override styles = [base, controls, modelCard];

  declare models: readonly ModelEntry[];
  declare model: ModelEntry | undefined;
  declare device: DeviceChoice;
  declare capability: Capability | undefined;
  /** what opening the model costs, and what of it is here already */
  declare price: ModelState | undefined;
  declare phase: Phase;
  declare embedding: Embedding;
  /** what this origin keeps; undefined before that is known */
  declare storage: StorageReport | undefined;
  /** address of this experiment in a tab of its own; undefined where that leads nowhere else */
  declare ownAddress: string | undefined;
  /** the browser can be asked for the storage of this site's own tabs */
  declare canAsk: boolean;
  declare hide: ReadonlySet<Part>;

  constructor() {
    super();
    this.models = [];
    this.device = "auto";
    this.phase = { kind: "starting" };
    this.embedding = { kind: "own" };
    this.canAsk = false;
    this.hide = new Set();
    rescueFocus(this, () => this.#focusWayOn());
  }

  override render() {
    const { phase, model } = this;
    const bare = this.hide.has("model");
    return html`
      <div class="stack">
        ${bare ? nothing : this.#head(model)}
        ${phase.kind === "starting" && !bare ? html`<p class="quiet">Looking at what this browser offers…</p>` : nothing}
        ${phase.kind === "starting" && phase.waiting ? html`<p class="small">${waitingText(phase.waiting)}</p>` : nothing}
        ${phase.kind === "error" && phase.during !== "run" ? this.#failure(phase.problem.message, phase.problem.hint) : nothing}
        ${phase.kind === "error" && phase.during === "start" ? this.#askAgain() : nothing}
        ${model && phase.kind !== "starting" ? this.#state(model) : nothing}
        ${
          !bare &&
          // in an element the page around it is not ours, even where the site is
          this.getRootNode() === document &&
          this.embedding.kind === "own" &&
          this.models.length > 0 &&
          !this.models.some(({ name }) => isCourseModel(name))
            ? onlyPractice()
            : nothing
        }
      </div>
    `;
  }

  protected override updated(changed: PropertyValues<this>) {
    // whoever asked for the model, here or in the form, is asked back
    if (changed.has("phase") && this.phase.kind === "no-room") this.#focusWayOn();
  }

  async #focusWayOn() {
    const loading = this.renderRoot.querySelector("nn-loading");
    await loading?.updateComplete;
    (
      loading ??
      this.renderRoot.querySelector<HTMLElement>("button.main") ??
      this.renderRoot.querySelector("h2")
    )?.focus();
  }

  #head(model: ModelEntry | undefined) {
    return html`
      <h2 tabindex="-1">Model</h2>
      ${this.models.length > 1 ? modelChoice(this, this) : nothing}
      ${model ? modelFacts(model, this.models.length > 1) : nothing}
    `;
  }

  #state(model: ModelEntry) {
    const { phase } = this;
    switch (phase.kind) {
      case "starting":
        return nothing;
      case "unsupported":
        return html`${this.#unsupported(phase.cause)}${this.#offer(model, "Load model on the CPU")}`;
      case "idle":
        return html`${this.hide.has("model") ? nothing : softwareNotice(this)}${this.#offer(model, "Load model")}`;
      case "no-room":
        return html`${noRoom(this, model, this)}${this.price ? embeddingNote(this, model, this) : nothing}`;
      case "downloading":
      case "preparing":
        return html`<nn-loading
          exportparts="button"
          .phase=${phase}
          .kept=${phase.keep && this.price?.store !== "memory"}
        ></nn-loading>`;
      case "error":
        return phase.info ? this.#ready(phase.info) : this.#again(model, phase);
      case "ready":
      case "running":
      case "result":
      case "stale":
      case "lost":
        return this.#ready(phase.info);
      default:
        return phase satisfies never;
    }
  }

  #offer(model: ModelEntry, label: string) {
    // with the model hidden, the form's own button loads it, if there is one
    const button = !this.hide.has("model") || this.hide.has("form") || this.hide.has("run");
    return html`
      <p>${costText(model, this.price, this.embedding)} Nothing you type leaves this page.</p>
      <div class="row">${button ? this.#load(label) : nothing} ${this.#device()}</div>
      ${embeddingNote(this, model, this)}
    `;
  }

  #load(label: string) {
    return html`<button part="button" class="main" @click=${() => emit(this, "nn-load", { keep: true })}>${label}</button>`;
  }

  /** the site's list of models did not arrive */
  #askAgain() {
    return html`<div class="row">
      <button part="button" class="main" @click=${() => emit(this, "nn-again", undefined)}>Try again</button>
    </div>`;
  }

  /** after a failure: nothing that has arrived is lost by it */
  #again(model: ModelEntry, { during, problem }: Extract<Phase, { kind: "error" }>) {
    if (problem.code === "model-changed") return this.#offer(model, "Load the new version");
    if (during === "start") return nothing;
    if (during !== "load") return this.#offer(model, "Load model");
    const { price } = this;
    const full = problem.code === "storage-full";
    const label = full ? "Go on without keeping the rest" : "Try again";
    return html`
      <p>
        ${
          price && price.kept > 0 && missing(price) > 0
            ? html`${format.bytes(price.kept)} of ${format.bytes(price.bytes)} are here already; nothing is fetched twice.`
            : costText(model, price, this.embedding)
        }
      </p>
      <div class="row">
        <button part="button" class="main" @click=${() => emit(this, "nn-load", { keep: !full })}>${label}</button>
        ${full ? html`<button part="button" @click=${() => emit(this, "nn-load", { keep: true })}>Try again</button>` : nothing}
        ${this.#device()}
      </div>
    `;
  }

  #ready(info: ModelInfo) {
    const repaired = repairedText(info);
    const memory =
      info.store === "memory"
        ? "It is here until this tab closes, and has to be downloaded again next time."
        : "";
    if (this.hide.has("model"))
      return repaired || memory ? html`<p class="quiet">${repaired} ${memory}</p>` : this.#device();
    return html`
      <p>
        Ready: ${deviceText(info.device)}.
        ${info.device.reason ? html`<span class="quiet">${info.device.reason}</span>` : nothing}
        ${repaired} ${memory ? html`<span class="quiet">${memory}</span>` : nothing}
      </p>
      <div class="row">${this.#device()}</div>
    `;
  }

  #failure(message: string, hint: string) {
    return html`<nn-notice kind="error" .heading=${message}>${hint}</nn-notice>`;
  }

  #unsupported(cause: Cause) {
    if (this.hide.has("model")) return nothing;
    const { title, text } = causes[cause];
    return html`<nn-notice .heading=${title}>${text} ${wayOn}</nn-notice>`;
  }

  #device() {
    return this.hide.has("device") ? nothing : deviceChoice(this, this);
  }
}

define("nn-model-card", NnModelCard);

declare global {
  interface HTMLElementTagNameMap {
    "nn-model-card": NnModelCard;
  }
}
