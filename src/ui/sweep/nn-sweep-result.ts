import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import type { ExperimentSpec } from "../../model/index.ts";
import { define } from "../kit/define.ts";
import { sharingText } from "../kit/sharing.ts";
import { base, controls, inlineList } from "../kit/styles.ts";
import { emitSweep } from "./events.ts";
import { placeText } from "./place-text.ts";
import { type Ranking, rankingOf } from "./ranking.ts";
import { extentText, provenanceTexts, runTitle } from "./run-text.ts";
import type { Neuron } from "./sweep-grid.ts";
import type { Put, SweepRun } from "./sweep-state.ts";
import { agreementText, completenessText, topText, unitText } from "./sweep-words.ts";
import "./nn-sweep-distribution.ts";
import "./nn-sweep-map.ts";
import "./nn-sweep-table.ts";
import "./nn-sweep-take.ts";
import "./nn-sweep-where.ts";

/**
 * What a sweep found, also while it is still under way: the largest effect in a sentence, where a neuron stands, the map,
 * the ranked table, the distribution, and ways to take it away.
 * @fires nn-sweep-cursor, nn-sweep-put, nn-sweep-put-back, nn-sweep-run, nn-announce
 * @csspart summary - the sentence it amounts to
 * @csspart banner - what was put into the experiment
 * @csspart table, field, button - of what lies in it
 */
export class NnSweepResult extends LitElement {
  static override properties = {
    run: { attribute: false },
    put: { attribute: false },
    experiment: { attribute: false },
    cursor: { state: true },
  };
  static override styles = [
    base,
    controls,
    inlineList,
    css`
      :host {
        container-type: inline-size;
      }
      .all {
        gap: 16px;
        padding-block-start: 16px;
        border-block-start: 1px solid var(--line);
      }
      .pair {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 16px 32px;
      }
      @container (min-width: 800px) {
        .pair {
          grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
        }
      }
      .summary {
        font: var(--large) / 1.5 var(--serif-family);
      }
      .banner {
        padding: 5.6px 11.2px;
        border: 1px solid transparent;
        border-radius: 4px;
        background: var(--tint);
      }
      .pair .stack {
        align-content: start;
      }
      .small {
        font-size: var(--small);
      }
    `,
  ];

  declare run: SweepRun;
  /** the neuron that was put into the experiment last */
  declare put: Put | undefined;
  /** what stands in the experiment's form */
  declare experiment: ExperimentSpec;
  /** the neuron that was typed, or that the map's cursor is on */
  declare cursor: Neuron | undefined;
  #ranking: Ranking = { records: [], rankOf: () => 1 };

  protected override willUpdate(changed: PropertyValues<this>) {
    const { run } = this;
    const before = changed.get("run") as SweepRun | undefined;
    if (!changed.has("run") || !run.grid) return;
    if (before?.id !== run.id) this.cursor = undefined;
    if (before?.id !== run.id || before.version !== run.version) this.#ranking = rankingOf(run.grid);
  }

  override render() {
    const { run } = this;
    const { grid, spec } = run;
    const { records } = this.#ranking;
    if (!grid || records.length === 0) return nothing;
    const { kind } = spec.metric;
    const { layer, neuron } = this.experiment;
    const chosen: Neuron = { layer, neuron };
    const title = runTitle(run);
    const notes = [
      run.agreement && agreementText(run.agreement),
      completenessText(kind, run.completeness),
      sharingText(run.provenance?.sharedFrom),
    ].filter(Boolean);
    return html`
      <div class="stack all" @nn-sweep-cursor=${this.#move}>
        <p class="summary" part="summary">${topText(kind, records)}</p>
        <nn-sweep-where
          exportparts="field, button"
          .spec=${spec}
          .grid=${grid}
          .ranking=${this.#ranking}
          .place=${this.cursor ?? (grid.has(chosen) ? chosen : records[0])}
        ></nn-sweep-where>
        ${this.#putLine()}
        <nn-sweep-map
          exportparts="button"
          .grid=${grid}
          .version=${run.version}
          .kind=${kind}
          .label=${`Map of ${title}`}
          .cursor=${this.cursor}
          .chosen=${chosen}
        ></nn-sweep-map>
        ${notes.map((note) => html`<p class="quiet small number">${note}</p>`)}
        <div class="pair">
        <nn-sweep-table
          exportparts="table, button"
          .records=${records}
          .kind=${kind}
          .caption=${`${title}, in “${spec.sentence}”: neurons by the size of their effect`}
          .chosen=${chosen}
          .series=${run.id}
        ></nn-sweep-table>
        <div class="stack">
        <nn-sweep-distribution .records=${records} .kind=${kind}></nn-sweep-distribution>
        <p class="quiet small">${unitText(kind)}</p>
        </div>
        </div>
        <nn-sweep-take exportparts="button" .run=${run} .view=${this.#view}></nn-sweep-take>
        <ul class="quiet small" aria-label="Where this sweep came from">
          ${[extentText(run), ...provenanceTexts(run)].map((text) => html`<li class="number">${text}</li>`)}
        </ul>
      </div>
    `;
  }

  #putLine() {
    const { put } = this;
    if (!put) return nothing;
    return html`
      <div class="banner row" part="banner">
        <span>${placeText(put)} stands in the experiment above.</span>
        <button class="plain" part="button" type="button" @click=${() => emitSweep(this, "nn-sweep-run", undefined)}>Run it</button>
        <button class="plain" part="button" type="button" @click=${() => emitSweep(this, "nn-sweep-put-back", undefined)}>
          Put back what stood there
        </button>
      </div>
    `;
  }

  #view = () => this.renderRoot.querySelector("nn-sweep-map")!.view;

  #move(event: HTMLElementEventMap["nn-sweep-cursor"]) {
    this.cursor = event.detail;
  }
}

define("nn-sweep-result", NnSweepResult);

declare global {
  interface HTMLElementTagNameMap {
    "nn-sweep-result": NnSweepResult;
  }
}
