import { css, html, LitElement, nothing } from "lit";
import { type Capability, format, type ModelState } from "../engine/index.ts";
import { emit } from "./events.ts";
import { isCourseModel, type ModelEntry } from "./models.ts";
import { type DeviceChoice, isLoading, type Phase } from "./state.ts";
import { base, controls } from "./styles.ts";
import { causes, deviceText, wayOn } from "./words.ts";
import "./nn-loading.ts";
import "./nn-notice.ts";

/**
 * The model: which one, what it costs, whether it is here, and on which device it runs.
 * @fires nn-model - another model was chosen
 * @fires nn-device - another device was chosen
 * @fires nn-load - download and open the chosen model
 * @fires nn-remove - forget the kept copy
 */
export class NnModelCard extends LitElement {
  static override properties = {
    models: { attribute: false },
    model: { attribute: false },
    device: { attribute: false },
    capability: { attribute: false },
    price: { attribute: false },
    phase: { attribute: false },
  };
  static override styles = [
    base,
    controls,
    css`
      fieldset {
        display: grid;
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        padding: 0;
      }
      .device {
        display: inline-flex;
        align-items: center;
        gap: 0.5rem;
        margin-inline-start: auto;
        color: var(--muted);
      }
      .device select {
        width: auto;
      }
      .small {
        font-size: var(--small);
      }
      code {
        font-family: var(--mono-family);
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare models: readonly ModelEntry[];
  declare model: ModelEntry | undefined;
  declare device: DeviceChoice;
  declare capability: Capability | undefined;
  /** what opening the model costs, and what of it is here already */
  declare price: ModelState | undefined;
  declare phase: Phase;

  constructor() {
    super();
    this.models = [];
    this.device = "auto";
    this.phase = { kind: "starting" };
  }

  override render() {
    const { phase, model } = this;
    return html`
      <div class="stack">
        <h2 tabindex="-1">Model</h2>
        ${this.models.length > 1 ? this.#choice() : nothing}
        ${model ? this.#about(model) : nothing}
        ${phase.kind === "starting" ? html`<p class="quiet">Looking at what this browser offers…</p>` : nothing}
        ${phase.kind === "error" && phase.during !== "run" ? this.#failure(phase.problem.message, phase.problem.hint) : nothing}
        ${model && phase.kind !== "starting" ? this.#state(model) : nothing}
        ${
          this.models.length > 0 && !this.models.some(({ name }) => isCourseModel(name))
            ? html`<p class="quiet small">
                The course’s model, bert-base-cased, appears here once this site’s owner has exported it:
                <code>npm run export -- google-bert/bert-base-cased</code> (see the README).
              </p>`
            : nothing
        }
      </div>
    `;
  }

  /** the control that had the focus, to notice when it goes away under it */
  #focused: Element | null = null;

  protected override willUpdate() {
    this.#focused = this.shadowRoot?.activeElement ?? null;
  }

  protected override async updated() {
    if (!this.#focused || this.#focused.isConnected) return;
    const loading = this.renderRoot.querySelector("nn-loading");
    await loading?.updateComplete;
    (
      loading ??
      this.renderRoot.querySelector<HTMLElement>("button.main") ??
      this.renderRoot.querySelector("h2")
    )?.focus();
  }

  #choice() {
    return html`
      <fieldset>
        <legend class="unseen">Model</legend>
        ${this.models.map(
          (model) => html`
            <label class="pick">
              <input
                type="radio"
                name="model"
                .checked=${model === this.model}
                ?disabled=${isLoading(this.phase)}
                @change=${() => emit(this, "nn-model", { model })}
              />
              <span>${model.title} <span class="quiet">${format.bytes(model.bytes)}</span></span>
            </label>
          `,
        )}
      </fieldset>
    `;
  }

  #about({ title, layers, dMlp, licence, repo }: ModelEntry) {
    const facts = [
      this.models.length > 1 ? "" : title,
      `${layers} layers of ${format.count(dMlp)} neurons`,
      // what an exporter writes for a licence that the checkpoint does not state
      licence === "unknown" ? "" : licence,
      repo === title ? "" : repo,
    ];
    return html`<p class=${this.models.length > 1 ? "quiet" : ""}>${facts.filter(Boolean).join(" · ")}</p>`;
  }

  #state(model: ModelEntry) {
    const { phase } = this;
    switch (phase.kind) {
      case "starting":
        return nothing;
      case "unsupported":
        return html`
          <nn-notice .heading=${causes[phase.cause].title}>${causes[phase.cause].text} ${wayOn}</nn-notice>
          ${this.#offer(model, "Load model on the CPU")}
        `;
      case "idle":
        return html`${this.#software()}${this.#offer(model, "Load model")}`;
      case "downloading":
      case "preparing":
        return html`<nn-loading .phase=${phase} .kept=${this.price?.store !== "memory"}></nn-loading>`;
      case "error":
        return phase.info ? this.#ready(phase.info.device) : this.#offer(model, "Load model");
      case "ready":
      case "running":
      case "result":
      case "stale":
      case "lost":
        return this.#ready(phase.info.device);
      default:
        return phase satisfies never;
    }
  }

  #offer(model: ModelEntry, label: string) {
    return html`
      <p>${priceText(model, this.price)} Nothing you type leaves this page.</p>
      <div class="row">
        <button class="main" @click=${() => emit(this, "nn-load", undefined)}>${label}</button>
        ${this.#remove()} ${this.#device()}
      </div>
    `;
  }

  #ready(device: { kind: "webgpu" | "wasm"; name: string; software: boolean; reason: string }) {
    return html`
      <p>
        Ready: ${deviceText(device)}.
        ${device.reason ? html`<span class="quiet">${device.reason}</span>` : nothing}
      </p>
      <div class="row">${this.#remove()} ${this.#device()}</div>
    `;
  }

  #failure(message: string, hint: string) {
    return html`<nn-notice kind="error" .heading=${message}>${hint}</nn-notice>`;
  }

  /** before loading: a software adapter works, but is no gain */
  #software() {
    const { capability, device } = this;
    if (capability?.kind !== "webgpu" || !capability.software || device === "wasm") return nothing;
    return html`
      <nn-notice .heading=${"WebGPU works here, but in software."}>
        ${capability.name} computes on the processor what a graphics card would do: right, but slow. WebAssembly is
        usually faster on this machine.
      </nn-notice>
    `;
  }

  #remove() {
    if (!this.price || this.price.kept === 0 || this.price.store === "memory") return nothing;
    return html`<button class="plain" @click=${() => emit(this, "nn-remove", undefined)}>Remove kept copy</button>`;
  }

  #device() {
    const choose = (event: Event) =>
      emit(this, "nn-device", { device: (event.target as HTMLSelectElement).value as DeviceChoice });
    return html`
      <label class="device">
        Compute on
        <select @change=${choose}>
          ${devices.map(
            ([device, name]) => html`
              <option
                value=${device}
                ?selected=${device === this.device}
                ?disabled=${device === "webgpu" && this.capability?.kind === "unsupported"}
              >${name}</option>
            `,
          )}
        </select>
      </label>
    `;
  }
}

const devices: [DeviceChoice, string][] = [
  ["auto", "Automatic"],
  ["webgpu", "WebGPU"],
  ["wasm", "WASM (CPU)"],
];

/** What loading costs, and what happens to it then. The price is that of the model and of the runtime it needs. */
function priceText({ bytes }: ModelEntry, price: ModelState | undefined): string {
  const total = price?.bytes ?? bytes;
  const kept = price?.kept ?? 0;
  const runtime = format.bytes(total - bytes);
  if (kept >= total) return "Kept on this device: nothing to download.";
  const parts = total > bytes ? ` (model ${format.bytes(bytes)}, ONNX Runtime ${runtime})` : "";
  const size =
    kept > 0 ? `${format.bytes(total - kept)} of ${format.bytes(total)} still to come` : format.bytes(total);
  return price?.store === "memory"
    ? `${size}${parts}, kept until this tab closes: the browser lends this page no storage.`
    : `${size}${kept > 0 ? "" : " once"}${parts}, then kept on this device.`;
}

customElements.define("nn-model-card", NnModelCard);

declare global {
  interface HTMLElementTagNameMap {
    "nn-model-card": NnModelCard;
  }
}
