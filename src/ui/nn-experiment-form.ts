import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { type ExperimentSpec, type Hook, type Token, tutorial } from "../engine/index.ts";
import { emit } from "./events.ts";
import {
  type Complaints,
  check,
  countMasks,
  type FieldName,
  type Fields,
  fieldOf,
  type Limits,
  type Problem,
  toFields,
  toSpec,
} from "./spec.ts";
import { base, controls } from "./styles.ts";
import "./nn-sentence.ts";

/**
 * The experiment as a form: sentence, layer, neuron, what happens to it, words to compare. Complaints stand at the
 * field they are about. Enter and Ctrl/Cmd+Enter run.
 * @fires nn-edit - a field changed
 * @fires nn-run - run this experiment; only after the fields were found in order
 * @fires nn-stop - stop the run under way
 */
export class NnExperimentForm extends LitElement {
  static override properties = {
    spec: { attribute: false },
    limits: { attribute: false },
    problem: { attribute: false },
    tokens: { attribute: false },
    label: { attribute: false },
    note: { attribute: false },
    disabled: { type: Boolean },
    busy: { type: Boolean },
    fields: { state: true },
    complaints: { state: true },
  };
  static override styles = [
    base,
    controls,
    css`
      form {
        display: grid;
        gap: 0.9rem 0.75rem;
        grid-template-columns: repeat(12, minmax(0, 1fr));
      }
      .field {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        align-content: start;
        gap: 0.25rem;
        grid-column: span 3;
      }
      .wide,
      .end {
        grid-column: 1 / -1;
      }
      .half {
        grid-column: span 6;
      }
      .most {
        grid-column: span 4;
      }
      .few {
        grid-column: span 2;
      }
      @container (max-width: 30rem) {
        .field {
          grid-column: span 6;
        }
        .field:is(.wide, .half, .most) {
          grid-column: 1 / -1;
        }
      }
      :host {
        container-type: inline-size;
      }
      .complaint {
        overflow-wrap: anywhere;
      }
      .complaint:empty {
        display: none;
      }
      .hint {
        font-size: var(--small);
        color: var(--muted);
      }
      .busy {
        display: inline-flex;
        align-items: center;
        gap: 0.5rem;
        animation: appear 0s 300ms both;
      }
      .spinner {
        width: 1rem;
        height: 1rem;
        border: 2px solid var(--line);
        border-top-color: var(--primary);
        border-radius: 50%;
        animation: turn 0.8s linear infinite;
      }
      @keyframes appear {
        from {
          visibility: hidden;
        }
      }
      @keyframes turn {
        to {
          rotate: 1turn;
        }
      }
    `,
  ];

  /** what the fields start with */
  declare spec: ExperimentSpec;
  /** how far layer and neuron go; undefined before a model is chosen */
  declare limits: Limits | undefined;
  /** what the engine found wrong with the last run */
  declare problem: Problem | undefined;
  /** the sentence as the model reads it; empty when that is not known */
  declare tokens: readonly Token[];
  /** the button's name: what pressing it does now */
  declare label: string;
  /** what to know before pressing it */
  declare note: string;
  /** there is nothing to run with */
  declare disabled: boolean;
  /** a run is under way */
  declare busy: boolean;
  declare fields: Fields;
  declare complaints: Complaints | undefined;

  constructor() {
    super();
    this.spec = tutorial;
    this.tokens = [];
    this.label = "Run";
    this.note = "";
    this.disabled = false;
    this.busy = false;
    this.fields = toFields(tutorial);
  }

  /** the control that had the focus, to notice when it goes away under it */
  #focused: Element | null = null;

  protected override willUpdate(changed: PropertyValues<this>) {
    if (changed.has("spec")) this.fields = toFields(this.spec);
    // another model has other layers: what was held against the fields may no longer be
    if (changed.has("limits") && this.complaints) this.complaints = check(this.fields, this.limits);
    this.#focused = this.shadowRoot?.activeElement ?? null;
  }

  protected override updated() {
    // Stop goes when the run ends
    if (this.#focused && !this.#focused.isConnected)
      this.renderRoot.querySelector<HTMLElement>("button.main")?.focus();
  }

  override render() {
    const { fields, limits } = this;
    const masks = countMasks(fields.sentence);
    const amount = fields.action === "scale" || fields.action === "set";
    const mask = Math.min(fields.mask, Math.max(0, masks - 1));
    return html`
      <form novalidate @submit=${this.#submit} @keydown=${this.#keydown}>
        <div class="field wide">
          ${this.#text("sentence", "Sentence", "[MASK] stands where a word is to be predicted")}
          <nn-sentence .tokens=${this.tokens} .mask=${mask}></nn-sentence>
        </div>
        ${
          masks > 1
            ? html`<div class="field wide">
                <label for="mask">Which [MASK]</label>
                <select id="mask" aria-describedby="mask-complaint" @change=${this.#edit}>
                  ${Array.from(
                    { length: masks },
                    (_, i) =>
                      html`<option value=${i} ?selected=${i === mask}>${ordinal(i)} in the sentence</option>`,
                  )}
                </select>
                ${this.#complaint("mask")}
              </div>`
            : nothing
        }
        <div class="field">${this.#number("layer", "Layer", limits?.layers)}</div>
        <div class="field">${this.#number("neuron", "Neuron", limits?.dMlp)}</div>
        <div class="field ${amount ? "most" : "half"}">
          <label for="action">What to do with it</label>
          <select id="action" @change=${this.#edit}>
            ${actions.map(
              ([kind, name]) =>
                html`<option value=${kind} ?selected=${kind === fields.action}>${name}</option>`,
            )}
          </select>
        </div>
        ${
          amount
            ? html`<div class="field few">${this.#number("amount", fields.action === "scale" ? "Factor" : "Value")}</div>`
            : nothing
        }
        <div class="field wide">
          ${this.#text("candidates", "Words to compare", "separated by commas or spaces")}
        </div>
        <div class="row end">
          <button class="main" type="submit" ?disabled=${this.disabled}>${this.label}</button>
          ${
            this.busy
              ? html`<span class="busy">
                  <span class="spinner"></span> Running…
                  <button class="plain" type="button" @click=${this.#stop}>Stop</button>
                </span>`
              : html`<span class="hint">${this.note}</span>`
          }
        </div>
      </form>
    `;
  }

  #text(name: "sentence" | "candidates", label: string, hint: string) {
    return html`
      <label for=${name}>${label}</label>
      <input
        id=${name}
        class="mono"
        type="text"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        .value=${this.fields[name]}
        aria-invalid=${this.#said(name) ? "true" : "false"}
        aria-describedby="${name}-complaint ${name}-hint"
        @input=${this.#edit}
      />
      ${this.#complaint(name)}
      <span id="${name}-hint" class="hint">${hint}</span>
    `;
  }

  #number(name: "layer" | "neuron" | "amount", label: string, count?: number) {
    return html`
      <label for=${name}>${label}</label>
      <input
        id=${name}
        class="number"
        type="number"
        min=${name === "amount" ? nothing : 0}
        max=${count === undefined ? nothing : count - 1}
        step=${name === "amount" ? "any" : 1}
        .value=${this.fields[name]}
        aria-invalid=${this.#said(name) ? "true" : "false"}
        aria-describedby="${name}-complaint ${name}-hint"
        @input=${this.#edit}
      />
      ${this.#complaint(name)}
      <span id="${name}-hint" class="hint">${count === undefined ? nothing : `0 to ${count - 1}`}</span>
    `;
  }

  #complaint(name: FieldName) {
    return html`<span id="${name}-complaint" class="complaint">${this.#said(name)}</span>`;
  }

  /** what there is to say against a field: what the form sees itself, else what the engine answered */
  #said(name: FieldName): string {
    const own = this.complaints?.[name];
    if (own || !this.problem) return own ?? "";
    const field = fieldOf(this.problem.code);
    const shown = field === "mask" && countMasks(this.fields.sentence) < 2 ? "sentence" : field;
    return shown === name ? `${this.problem.message} ${this.problem.hint}` : "";
  }

  #edit(event: Event) {
    const { id, value } = event.target as HTMLInputElement | HTMLSelectElement;
    this.fields = { ...this.fields, [id]: id === "mask" ? Number(value) : value };
    if (this.complaints) this.complaints = check(this.fields, this.limits);
    emit(this, "nn-edit", { spec: toSpec(this.fields) });
  }

  #submit(event: SubmitEvent) {
    event.preventDefault();
    const complaints = check(this.fields, this.limits);
    const first = Object.keys(complaints)[0];
    this.complaints = first ? complaints : undefined;
    if (first) this.renderRoot.querySelector<HTMLElement>(`#${first}`)?.focus();
    else emit(this, "nn-run", { spec: toSpec(this.fields) });
  }

  #keydown(event: KeyboardEvent) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || this.disabled) return;
    event.preventDefault();
    (event.currentTarget as HTMLFormElement).requestSubmit();
  }

  #stop() {
    emit(this, "nn-stop", undefined);
  }
}

const actions: [Hook["kind"], string][] = [
  ["suppress", "Suppress: set to zero"],
  ["enhance", "Enhance: double it"],
  ["scale", "Scale by a factor"],
  ["set", "Set to a value"],
];

function ordinal(i: number): string {
  return ["First", "Second", "Third"][i] ?? `${i + 1}th`;
}

customElements.define("nn-experiment-form", NnExperimentForm);

declare global {
  interface HTMLElementTagNameMap {
    "nn-experiment-form": NnExperimentForm;
  }
}
