import { css, html, LitElement } from "lit";
import { type ExperimentSpec, tutorial } from "../../model/index.ts";
import { define } from "../kit/define.ts";
import { base, controls, unprinted } from "../kit/styles.ts";
import type { SweepLimits } from "../sweep/sweep-limits.ts";
import type { SweepState } from "../sweep/sweep-state.ts";
import { emit } from "./events.ts";

/**
 * The way to the search for neurons: a button, and once it was pressed the search itself, whose script comes only then.
 * @fires nn-sweep-open - the button was pressed
 * @csspart button, field, summary, banner, table - of what lies in it
 */
export class NnFindNeurons extends LitElement {
  static override properties = {
    state: { attribute: false },
    experiment: { attribute: false },
    limits: { attribute: false },
    label: { attribute: false },
    note: { attribute: false },
    disabled: { type: Boolean },
    open: { type: Boolean, reflect: true },
  };
  static override styles = [
    base,
    controls,
    unprinted,
    css`
      .title {
        padding-block-end: 12px;
        font-weight: 600;
      }
    `,
  ];

  /** undefined until it was opened */
  declare state: SweepState | undefined;
  /** what stands in the experiment's form */
  declare experiment: ExperimentSpec;
  declare limits: SweepLimits | undefined;
  /** what the experiment's own button is called, and what stands beside it */
  declare label: string;
  declare note: string;
  declare disabled: boolean;
  /** the search is shown, for styles of the page */
  declare open: boolean;

  /** the button was pressed, and the focus is to go into the form */
  #opening = false;

  constructor() {
    super();
    this.experiment = tutorial;
    this.label = "";
    this.note = "";
    this.disabled = false;
    this.open = false;
  }

  protected override willUpdate() {
    this.open = this.state !== undefined;
  }

  override render() {
    const { state } = this;
    if (!state)
      return html`
        <div class="row">
          <button part="button" type="button" @click=${this.#open}>Find the neurons…</button>
          <span class="quiet">Try every neuron of a layer, or of the whole model, and rank them by what they do to a word.</span>
        </div>
      `;
    return html`
      <p class="title">Which neurons matter?</p>
      <nn-sweep
        exportparts="button, field, summary, banner, table"
        .state=${state}
        .experiment=${this.experiment}
        .limits=${this.limits}
        .label=${this.label.startsWith("Load") ? "Load model and find the neurons" : "Find the neurons"}
        .note=${this.note}
        .disabled=${this.disabled}
      ></nn-sweep>
    `;
  }

  protected override updated() {
    if (!this.#opening || !this.state) return;
    this.#opening = false;
    // the button is gone
    void this.#focusForm();
  }

  async #focusForm() {
    const sweep = this.renderRoot.querySelector("nn-sweep");
    await sweep?.updateComplete;
    const form = sweep?.renderRoot.querySelector("nn-sweep-form");
    await form?.updateComplete;
    form?.renderRoot.querySelector<HTMLElement>("select")?.focus();
  }

  #open() {
    this.#opening = true;
    emit(this, "nn-sweep-open", undefined);
  }
}

define("nn-find-neurons", NnFindNeurons);

declare global {
  interface HTMLElementTagNameMap {
    "nn-find-neurons": NnFindNeurons;
  }
}
