import { html, LitElement, nothing, type PropertyValues } from "lit";
import type { Capability, ModelInfo, ModelState } from "../../engine/index.ts";
import { format } from "../../model/index.ts";
import type { StorageReport } from "../../storage/index.ts";
import { define } from "../kit/define.ts";
import { rescueFocus } from "../kit/focus.ts";
import { base, controls, disclosure } from "../kit/styles.ts";
import type { Embedding } from "./embedding.ts";
import { emit } from "./events.ts";
import { modelCard } from "./model-card-styles.ts";
import { modelChoice, modelFacts, onlyPractice } from "./model-choice.ts";
import { deviceChoice, deviceWord, softwareNotice } from "./model-device.ts";
import { embeddingNote, noRoom } from "./model-room.ts";
import { isCourseModel, type ModelEntry } from "./models.ts";
import { type Cause, isLoading, openModel, type Phase } from "./phase.ts";
import { costText, missing, priceText } from "./price.ts";
import type { Part } from "./settings.ts";
import type { DeviceChoice } from "./state.ts";
import { causes, deviceText, repairedText, waitingText, wayOn } from "./words.ts";
import "../kit/nn-loading.ts";
import "../kit/nn-notice.ts";

/**
 * The model as a strip: its name, whether it is here or what it costs, and one button. The strip is as high while the model
 * is priced, downloaded and opened, so that nothing below it moves. Which model and device, and what is kept, stand behind
 * a line that opens. With the part "model" hidden it says only what cannot go without saying: what a download costs, how
 * it goes, what went wrong.
 * @slot - what is kept on this device
 * @fires nn-model - another model was chosen
 * @fires nn-device - another device was chosen
 * @fires nn-load - download and open the chosen model
 * @fires nn-again - ask once more for the site's list of models
 * @fires nn-cancel - do not load it after all
 * @fires nn-remove - forget a kept model, so that there is room for this one
 * @fires nn-access - use what the browser keeps for this site's own tabs
 * @csspart strip - name, state and button
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
  static override styles = [base, controls, disclosure, modelCard];

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
        <div class="strip ${bare ? "bare" : ""}" part="strip">
          ${bare ? nothing : html`<h2 tabindex="-1">${model?.title ?? "Model"}</h2>`}
          ${this.#state(model)}
        </div>
        ${phase.kind === "error" && phase.during !== "run" ? this.#failure(phase.problem.message, phase.problem.hint) : nothing}
        ${phase.kind === "no-room" && model ? noRoom(this, model, this) : nothing}
        ${model && this.#closed ? embeddingNote(this, model, this) : nothing}
        ${bare && this.hide.has("device") ? nothing : this.#details(model, bare)}
      </div>
    `;
  }

  /** no model is open or on its way */
  get #closed(): boolean {
    const { phase } = this;
    return !openModel(phase) && !isLoading(phase) && phase.kind !== "starting";
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

  /** What the model is doing, in a line or two, and the one button that leads on. */
  #state(model: ModelEntry | undefined) {
    const { phase } = this;
    switch (phase.kind) {
      case "starting":
        return html`<p class="said quiet">${phase.waiting ? waitingText(phase.waiting) : "Looking at what this browser offers…"}</p>`;
      case "downloading":
      case "preparing":
        return html`<nn-loading
          class="said"
          exportparts="button"
          .phase=${phase}
          .kept=${phase.keep && this.price?.store !== "memory"}
        ></nn-loading>`;
      case "unsupported":
        return this.#offer(model, "Load model on the CPU");
      case "idle":
        return this.#offer(model, "Load model");
      case "no-room":
        return html`<p class="said">${model ? costText(model, this.price, this.embedding) : ""}</p>`;
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

  #offer(model: ModelEntry | undefined, label: string) {
    if (!model) return nothing;
    // with the model hidden, the form's own button loads it, if there is one
    const button = !this.hide.has("model") || this.hide.has("form") || this.hide.has("run");
    return html`
      <p class="said">${costText(model, this.price, this.embedding)} Nothing you type leaves this page.</p>
      ${button ? this.#load(label) : nothing}
    `;
  }

  #load(label: string) {
    return html`<button part="button" class="main" @click=${() => emit(this, "nn-load", { keep: true })}>${label}</button>`;
  }

  /** after a failure: nothing that has arrived is lost by it */
  #again(model: ModelEntry | undefined, { during, problem }: Extract<Phase, { kind: "error" }>) {
    // the site's list of models did not arrive
    if (during === "start")
      return html`
        <p class="said">The site’s list of models is missing.</p>
        <button part="button" class="main" @click=${() => emit(this, "nn-again", undefined)}>Try again</button>
      `;
    if (!model) return nothing;
    if (problem.code === "model-changed") return this.#offer(model, "Load the new version");
    if (during !== "load") return this.#offer(model, "Load model");
    const { price } = this;
    const full = problem.code === "storage-full";
    const label = full ? "Go on without keeping the rest" : "Try again";
    return html`
      <p class="said">
        ${
          price && price.kept > 0 && missing(price) > 0
            ? html`${format.bytes(price.kept)} of ${format.bytes(price.bytes)} are here already; nothing is fetched twice.`
            : costText(model, price, this.embedding)
        }
      </p>
      <div class="row">
        <button part="button" class="main" @click=${() => emit(this, "nn-load", { keep: !full })}>${label}</button>
        ${full ? html`<button part="button" @click=${() => emit(this, "nn-load", { keep: true })}>Try again</button>` : nothing}
      </div>
    `;
  }

  #ready(info: ModelInfo) {
    const repaired = repairedText(info);
    const memory = info.store === "memory" ? "It is here until this tab closes." : "";
    return html`<p class="said">Ready: ${deviceText(info.device)}. ${repaired} <span class="quiet">${memory}</span></p>`;
  }

  /** Which model and device, what a download is made of, what is kept: all that can wait until somebody asks. */
  #details(model: ModelEntry | undefined, bare: boolean) {
    const device = this.hide.has("device")
      ? nothing
      : html`<div class="row">${deviceChoice(this, this)}</div>`;
    return html`
      <details part="details">
        <summary>${bare ? "Device" : "Model and device"} <span class="quiet">${deviceWord(this)}</span></summary>
        <div class="stack">${bare ? device : html`${this.#about(model)}${device}<slot></slot>`}</div>
      </details>
    `;
  }

  #about(model: ModelEntry | undefined) {
    const { models, phase, price, embedding } = this;
    const info = openModel(phase);
    const costs = model && !info ? priceText(model, price) : "";
    return html`
      ${models.length > 1 ? modelChoice(this, this) : nothing}
      ${model ? modelFacts(model, models.length > 1, info) : nothing}
      ${info?.device.reason ? html`<p>${info.device.reason}</p>` : nothing}
      ${phase.kind === "unsupported" ? this.#unsupported(phase.cause) : softwareNotice(this)}
      ${costs ? html`<p>${costs}</p>` : nothing}
      ${
        models.length > 0 &&
        !models.some(({ name, repo }) => [name, repo].some(isCourseModel)) &&
        // in an element the page around it is not ours, even where the site is
        embedding.kind === "own" &&
        this.getRootNode() === document
          ? onlyPractice()
          : nothing
      }
    `;
  }

  #failure(message: string, hint: string) {
    return html`<nn-notice kind="error" .heading=${message}>${hint}</nn-notice>`;
  }

  #unsupported(cause: Cause) {
    const { title, text } = causes[cause];
    return html`<nn-notice .heading=${title}>${text} ${wayOn}</nn-notice>`;
  }
}

define("nn-model-card", NnModelCard);

declare global {
  interface HTMLElementTagNameMap {
    "nn-model-card": NnModelCard;
  }
}
