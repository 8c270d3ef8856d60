import { css, html, LitElement, nothing } from "lit";
import { format } from "../../model/index.ts";
import type { Metric, SweepRecord } from "../../model/sweep/index.ts";
import { define } from "../kit/define.ts";
import { arrows, directionOf } from "../kit/direction.ts";
import { base, controls } from "../kit/styles.ts";
import { table } from "../kit/table-styles.ts";
import { emitSweep } from "./events.ts";
import { placeText } from "./place-text.ts";
import type { Neuron } from "./sweep-grid.ts";
import { effectText, methodTexts } from "./sweep-words.ts";

/** rows at first, and how many more each time */
const page = 50;

/**
 * The neurons in order of the size of their effect, the first 50 and more on demand.
 * @fires nn-sweep-put - a neuron goes into the experiment
 * @csspart table - the table
 * @csspart button - the button for more rows
 */
export class NnSweepTable extends LitElement {
  static override properties = {
    records: { attribute: false },
    kind: { attribute: false },
    caption: { attribute: false },
    chosen: { attribute: false },
    series: { attribute: false },
    rows: { state: true },
  };
  static override styles = [
    base,
    controls,
    table,
    css`
      /* no line of marks below these rows */
      :host {
        --marks-height: 4.8px;
      }
      .scroll {
        max-height: 480px;
        overflow-y: auto;
        border-block-end: 1px solid var(--line);
      }
      thead th {
        position: sticky;
        inset-block-start: 0;
        z-index: 1;
        background: var(--page);
        border: 0;
        box-shadow: inset 0 -1px var(--before);
      }
      :is(th, td):first-child {
        width: 1%;
        white-space: nowrap;
        text-align: end;
      }
      tr.chosen > :first-child {
        box-shadow: inset 3px 0 var(--primary);
      }
      tr.chosen {
        font-weight: 600;
      }
      td.place {
        text-align: start;
        width: auto;
      }
      th.place {
        text-align: start;
        width: auto;
      }
      button.plain {
        min-height: 24px;
        padding-block: 0;
        font-variant-numeric: tabular-nums;
      }
      .arrow {
        font-size: 0.75em;
      }
      .more {
        padding-block-start: 8px;
      }
      @container (max-width: 480px) {
        th:not(:first-child),
        td:not(:first-child) {
          padding-inline-start: 7px;
        }
        /* the sign says it, too */
        .arrow {
          display: none;
        }
      }
      @media (forced-colors: active) {
        tr.chosen {
          outline: 2px solid Highlight;
          outline-offset: -2px;
        }
      }
    `,
  ];

  /** all of them, the largest effects first */
  declare records: readonly SweepRecord[];
  /** the metric's */
  declare kind: Metric["kind"];
  declare caption: string;
  /** the neuron that stands in the experiment */
  declare chosen: Neuron | undefined;
  /** which sweep the records are of: another one starts with its first rows again */
  declare series: number;
  declare rows: number;

  constructor() {
    super();
    this.records = [];
    this.kind = "log-odds";
    this.caption = "";
    this.series = 0;
    this.rows = page;
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>) {
    if (changed.has("series")) this.rows = page;
  }

  override render() {
    const { records, rows } = this;
    const more = Math.min(page, records.length - rows);
    return html`
      <div class="scroll" tabindex="0" role="region" aria-label="Neurons by the size of their effect">
        <table part="table">
          <caption>${this.caption}</caption>
          <thead>
            <tr>
              <th scope="col">Rank</th>
              <th scope="col">Layer</th>
              <th scope="col" class="place">Neuron</th>
              <th scope="col">Activation</th>
              <th scope="col">Effect</th>
              <th scope="col">Exact?</th>
            </tr>
          </thead>
          <tbody>${records.slice(0, rows).map((record, i) => this.#row(record, i + 1))}</tbody>
        </table>
      </div>
      ${
        more > 0
          ? html`<div class="row more">
              <button part="button" type="button" @click=${() => (this.rows += page)}>Show ${more} more</button>
              <span class="quiet number">${format.count(rows)} of ${format.count(records.length)}</span>
            </div>`
          : nothing
      }
    `;
  }

  #row(record: SweepRecord, rank: number) {
    const { layer, neuron, activation, effect, exact, method } = record;
    const direction = directionOf(0, effect);
    const chosen = this.chosen?.layer === layer && this.chosen.neuron === neuron;
    return html`
      <tr class=${chosen ? "chosen" : nothing} aria-current=${chosen ? "true" : nothing}>
        <td>${format.count(rank)}</td>
        <td>${layer}</td>
        <td class="place">
          <button
            class="plain"
            type="button"
            title="Put ${placeText(record)} into the experiment"
            aria-label="${neuron}: put layer ${layer}, neuron ${neuron} into the experiment"
            @click=${() => emitSweep(this, "nn-sweep-put", { layer, neuron })}
          >${neuron}</button>
        </td>
        <td>${format.activation(activation)}</td>
        <td class=${direction}>
          <span class="arrow" aria-hidden="true">${arrows[direction]}</span> ${effectText(this.kind, effect)}
        </td>
        <td class=${exact ? nothing : "quiet"}>${methodTexts[method]}</td>
      </tr>
    `;
  }
}

define("nn-sweep-table", NnSweepTable);

declare global {
  interface HTMLElementTagNameMap {
    "nn-sweep-table": NnSweepTable;
  }
}
