import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { type ExperimentSpec, editsOf, tutorial } from "../../model/index.ts";
import type { Metric } from "../../model/sweep/index.ts";
import type { Problem } from "../experiment/spec.ts";
import { define } from "../kit/define.ts";
import { rescueFocus } from "../kit/focus.ts";
import { base, controls, field } from "../kit/styles.ts";
import { emitSweep } from "./events.ts";
import {
  checkSweep,
  isContrast,
  type SweepComplaints,
  type SweepFields,
  startFields,
  wayLabel,
  waySentence,
  waysOf,
} from "./sweep-fields.ts";
import type { SweepLimits } from "./sweep-limits.ts";
import { eachNeuronText } from "./sweep-words.ts";

/**
 * What a sweep measures, of which layers, and how. Sentence, mask and operation are the experiment's.
 * @fires nn-sweep-edit - a field changed
 * @fires nn-sweep-start - begin; only after the fields were found in order
 * @csspart field - each input and select
 * @csspart button - the button that begins
 */
export class NnSweepForm extends LitElement {
  static override properties = {
    fields: { attribute: false },
    experiment: { attribute: false },
    limits: { attribute: false },
    problem: { attribute: false },
    label: { attribute: false },
    note: { attribute: false },
    disabled: { type: Boolean },
    complaints: { state: true },
  };
  static override styles = [
    base,
    controls,
    field,
    css`
      form {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 14px;
      }
      .fields {
        display: flex;
        flex-wrap: wrap;
        gap: 14px 12px;
      }
      .field {
        flex: 1 1 180px;
      }
      .wide {
        flex: 2 1 260px;
      }
      .hint {
        font-size: var(--small);
        color: var(--muted);
      }
      .complaint {
        overflow-wrap: anywhere;
      }
      .complaint:empty {
        display: none;
      }
    `,
  ];

  declare fields: SweepFields;
  /** what stands in the experiment's form */
  declare experiment: ExperimentSpec;
  /** undefined before a model is chosen */
  declare limits: SweepLimits | undefined;
  /** what the engine found wrong with the last sweep */
  declare problem: Problem | undefined;
  /** the button's name: what pressing it does now */
  declare label: string;
  /** what to know before pressing it */
  declare note: string;
  declare disabled: boolean;
  declare complaints: SweepComplaints | undefined;

  constructor() {
    super();
    this.experiment = tutorial;
    this.fields = startFields(tutorial);
    this.label = "Find";
    this.note = "";
    this.disabled = false;
    rescueFocus(this, () => this.#focus("begin"));
  }

  protected override willUpdate(changed: PropertyValues<this>) {
    if (this.complaints && (changed.has("limits") || changed.has("experiment") || changed.has("fields")))
      this.complaints = this.#check();
  }

  override render() {
    const { metric, way, layer } = this.fields;
    const { experiment, limits } = this;
    const [edit] = editsOf(experiment);
    // also one that the model does not have, which it then says itself
    const cuts = limits?.cuts ?? [];
    const layers = layer === undefined || cuts.includes(layer) ? cuts : [...cuts, layer];
    return html`
      <form novalidate @keydown=${this.#keydown}>
        <div class="field">${this.#select("metric", "What is measured", metrics, metric)}</div>
        ${this.#words()}
        <div class="fields">
          <div class="field">
            <label for="layer">Which layers</label>
            <select id="layer" part="field" @change=${this.#edit}>
              <option value="" ?selected=${layer === undefined}>All layers</option>
              ${layers.map(
                (each) => html`<option value=${each} ?selected=${each === layer}>Layer ${each}</option>`,
              )}
            </select>
          </div>
          <div class="field wide">
            ${this.#select(
              "way",
              "How",
              waysOf(metric).map((each) => [each, wayLabel(each)] as const),
              way,
            )}
          </div>
        </div>
        <p class="hint">${waySentence(way)}</p>
        <p class="hint">
          In “${experiment.sentence}”, ${eachNeuronText(edit!.hook, layer)}. Sentence and operation are those of the experiment above.
        </p>
        <div class="row">
          <button class="main" id="begin" part="button" type="button" ?disabled=${this.disabled} @click=${this.#submit}>${this.label}</button>
          <span class="hint">${this.note}</span>
        </div>
        ${this.#said("experiment")}
        ${this.problem ? html`<p class="complaint">${this.problem.message} ${this.problem.hint}</p>` : nothing}
      </form>
    `;
  }

  #words() {
    const { metric } = this.fields;
    if (metric === "kl") return nothing;
    if (!isContrast(metric)) return html`<div class="field">${this.#text("word", "Word")}</div>`;
    return html`
      <div class="fields">
        <div class="field">${this.#text("plus", "Words")}</div>
        <div class="field">${this.#text("minus", "against")}</div>
      </div>
    `;
  }

  #select(
    id: "metric" | "way",
    label: string,
    options: readonly (readonly [string, string])[],
    chosen: string,
  ) {
    return html`
      <label for=${id}>${label}</label>
      <select id=${id} part="field" @change=${this.#edit}>
        ${options.map(([value, name]) => html`<option value=${value} ?selected=${value === chosen}>${name}</option>`)}
      </select>
    `;
  }

  #text(id: "word" | "plus" | "minus", label: string) {
    return html`
      <label for=${id}>${label}</label>
      <input
        part="field"
        id=${id}
        class="mono"
        type="text"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        .value=${this.fields[id]}
        aria-invalid=${this.complaints?.[id] ? "true" : "false"}
        aria-describedby="${id}-complaint"
        @input=${this.#edit}
      />
      ${this.#said(id)}
    `;
  }

  #said(id: keyof SweepComplaints) {
    return html`<span id="${id}-complaint" class="complaint">${this.complaints?.[id] ?? ""}</span>`;
  }

  #check(): SweepComplaints | undefined {
    const found = checkSweep(this.fields, this.experiment, this.limits);
    return Object.keys(found).length > 0 ? found : undefined;
  }

  #edit(event: Event) {
    const { id, value } = event.target as HTMLInputElement | HTMLSelectElement;
    const change = { [id]: id === "layer" ? (value === "" ? undefined : Number(value)) : value };
    const fields: SweepFields = { ...this.fields, ...change };
    if (!waysOf(fields.metric).includes(fields.way)) fields.way = "exact";
    this.fields = fields;
    emitSweep(this, "nn-sweep-edit", { fields });
  }

  #submit() {
    this.complaints = this.#check();
    if (!this.complaints) return emitSweep(this, "nn-sweep-start", undefined);
    this.#focus(Object.keys(this.complaints).find((id) => id !== "experiment") ?? "begin");
  }

  #focus(id: string) {
    this.renderRoot.querySelector<HTMLElement>(`#${id}`)?.focus();
  }

  #keydown(event: KeyboardEvent) {
    const inField = event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey;
    if (event.key !== "Enter" || !inField || event.isComposing || this.disabled) return;
    event.preventDefault();
    // where the form stands in another one, such as a notebook's cell, Enter means this one
    event.stopPropagation();
    this.#submit();
  }
}

const metrics: readonly (readonly [Metric["kind"], string])[] = [
  ["log-odds", "Contrast of words: log-odds"],
  ["difference", "Contrast of words: difference of probabilities"],
  ["probability", "Probability of a word"],
  ["log-probability", "Log-probability of a word"],
  ["rank", "Rank of a word"],
  ["kl", "The whole prediction: KL divergence"],
];

define("nn-sweep-form", NnSweepForm);

declare global {
  interface HTMLElementTagNameMap {
    "nn-sweep-form": NnSweepForm;
  }
}
