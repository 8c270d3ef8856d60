import { css, html, LitElement, nothing } from "lit";
import { type ExperimentSpec, tutorial } from "../../model/index.ts";
import { define } from "../kit/define.ts";
import { base, controls } from "../kit/styles.ts";
import { emitSweep } from "./events.ts";
import { runTitle } from "./run-text.ts";
import type { SweepLimits } from "./sweep-limits.ts";
import { isUnderWay, type SweepState, shownRun } from "./sweep-state.ts";
import "./nn-sweep-form.ts";
import "./nn-sweep-progress.ts";
import "./nn-sweep-result.ts";

/**
 * The search for neurons: the form, how far it is, what it found, and what was found before.
 * @fires nn-sweep-edit, nn-sweep-start, nn-sweep-stop, nn-sweep-show, nn-sweep-put, nn-sweep-put-back, nn-sweep-run,
 *   nn-announce
 * @csspart field, button, summary, banner, table - of what lies in it
 */
export class NnSweep extends LitElement {
  static override properties = {
    state: { attribute: false },
    experiment: { attribute: false },
    limits: { attribute: false },
    label: { attribute: false },
    note: { attribute: false },
    disabled: { type: Boolean },
  };
  static override styles = [
    base,
    controls,
    css`
      .stack {
        gap: 16px;
      }
      .earlier {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      .earlier select {
        flex: 1 1 240px;
        min-width: 0;
      }
    `,
  ];

  declare state: SweepState | undefined;
  /** what stands in the experiment's form */
  declare experiment: ExperimentSpec;
  declare limits: SweepLimits | undefined;
  /** the button's name and what stands beside it */
  declare label: string;
  declare note: string;
  declare disabled: boolean;

  constructor() {
    super();
    this.experiment = tutorial;
    this.label = "Find";
    this.note = "";
    this.disabled = false;
  }

  override render() {
    const { state } = this;
    if (!state) return nothing;
    const run = shownRun(state);
    const busy = state.runs.find(({ status }) => isUnderWay(status));
    return html`
      <div class="stack">
        <nn-sweep-form
          exportparts="field, button"
          .fields=${state.fields}
          .experiment=${this.experiment}
          .limits=${this.limits}
          .problem=${state.problem}
          .label=${this.label}
          .note=${busy ? "" : this.note}
          .disabled=${this.disabled}
        ></nn-sweep-form>
        ${busy ? html`<nn-sweep-progress exportparts="button" .run=${busy}></nn-sweep-progress>` : nothing}
        ${this.#earlier(state)}
        ${
          run
            ? html`<nn-sweep-result
                exportparts="field, button, summary, banner, table"
                .run=${run}
                .put=${state.put}
                .experiment=${this.experiment}
              ></nn-sweep-result>`
            : nothing
        }
      </div>
    `;
  }

  #earlier({ runs: all, shown }: SweepState) {
    const runs = all.filter(({ grid }) => grid);
    if (runs.length < 2) return nothing;
    return html`
      <div class="earlier">
        <label for="shown">Shown</label>
        <select id="shown" part="field" @change=${this.#show}>
          ${runs.map(
            (run) =>
              html`<option value=${run.id} .selected=${run.id === shown}>${run.id}. ${runTitle(run)}</option>`,
          )}
        </select>
      </div>
    `;
  }

  #show(event: Event) {
    emitSweep(this, "nn-sweep-show", { id: Number((event.target as HTMLSelectElement).value) });
  }
}

define("nn-sweep", NnSweep);

declare global {
  interface HTMLElementTagNameMap {
    "nn-sweep": NnSweep;
  }
}
