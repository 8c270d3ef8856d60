import { css, html, LitElement, nothing } from "lit";
import { type Comparison, format } from "../../model/index.ts";
import { define } from "../kit/define.ts";
import { arrows, directionOf, hardly } from "../kit/direction.ts";
import { linearEnd } from "../kit/scale.ts";
import { base } from "../kit/styles.ts";
import { table } from "../kit/table-styles.ts";

/**
 * The result: one row per word with paired bars on one linear axis from 0, both probabilities, and their change.
 * @csspart table - the table
 * @csspart bar - each bar
 * @csspart piece - the model's own token of a word that it knows by another text
 * @cssprop --before, --up, --down - colours of the bars
 */
export class NnResultTable extends LitElement {
  static override properties = {
    rows: { attribute: false },
    caption: { attribute: false },
    scientific: { type: Boolean },
  };
  static override styles = [
    base,
    table,
    css`
      .bars {
        display: grid;
        gap: 2px;
      }
      .bar {
        height: 9px;
        min-width: 1px;
        border-radius: 1px;
        background: var(--before);
      }
      .bar.up {
        background: var(--up);
      }
      .bar.down {
        background: repeating-linear-gradient(
          -45deg,
          var(--down) 0 3px,
          color-mix(in srgb, var(--down) 45%, var(--page)) 3px 5px
        );
      }
      .axis {
        display: flex;
        justify-content: space-between;
        font-weight: 400;
        color: var(--muted);
      }
      .exact {
        display: block;
        font-size: var(--tiny);
        line-height: 1.2;
        color: var(--muted);
      }
      .arrow {
        font-size: 0.75em;
      }
      .piece {
        display: block;
        font: var(--tiny) / 1.3 var(--mono-family);
        color: var(--muted);
        overflow-wrap: anywhere;
      }
      @media (forced-colors: active) {
        .bar {
          forced-color-adjust: none;
          background: CanvasText;
        }
        .bar.up,
        .bar.down {
          background: Highlight;
        }
      }
    `,
  ];

  declare rows: readonly Comparison[];
  declare caption: string;
  /** numbers as the course prints them, 3.287e-02, instead of per cent */
  declare scientific: boolean;

  constructor() {
    super();
    this.rows = [];
    this.caption = "";
    this.scientific = false;
  }

  override render() {
    const end = linearEnd(this.rows.flatMap(({ before, after }) => [before, after]));
    return html`
      <table part="table">
        <caption>${this.caption}</caption>
        <thead>
          <tr>
            <th scope="col">
              <div class="lane">
                <span>Word</span>
                <span class="axis marks" aria-hidden="true">
                  <span>0</span><span>${format.tick(end)}</span>
                </span>
              </div>
            </th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
            <th scope="col">Change</th>
          </tr>
        </thead>
        <tbody>${this.rows.map((row) => this.#row(row, end))}</tbody>
      </table>
    `;
  }

  /** The change as it is read at once; the exact percentage stands below it where something else is. */
  #change(before: number, after: number, delta: number) {
    const exact = format.change(delta);
    if (before > 0 && delta > large)
      return html`${format.factor(after / before)}<small class="exact">${exact}</small>`;
    if (after !== before && Math.abs(delta) < hardly)
      return html`hardly changes<small class="exact">${exact}</small>`;
    return exact;
  }

  #row({ word, piece, before, after, delta }: Comparison, end: number) {
    const direction = directionOf(before, after);
    const number = this.scientific ? format.scientific : format.probability;
    const bar = (p: number, kind: string) =>
      // a property, not an attribute: a strict Content-Security-Policy allows it
      html`<div part="bar" class="bar ${kind}" .style=${`width: ${(100 * p) / end}%`}></div>`;
    return html`
      <tr>
        <th scope="row">
          <div class="lane">
            <span
              ><span class="word">${word}</span>${piece === undefined ? nothing : html` <small class="piece" part="piece">as ${piece}</small>`}</span
            >
            <div class="bars marks" aria-hidden="true">${bar(before, "")}${bar(after, direction)}</div>
          </div>
        </th>
        <td>${number(before)}</td>
        <td>${number(after)}</td>
        <td class=${direction}>
          <span class="arrow" aria-hidden="true">${arrows[direction]}</span>
          ${this.scientific ? format.signedPercent(delta) : this.#change(before, after, delta)}
        </td>
      </tr>
    `;
  }
}

/** a change from which on the factor says more than per cents: above +1,000 % */
const large = 10;

define("nn-result-table", NnResultTable);

declare global {
  interface HTMLElementTagNameMap {
    "nn-result-table": NnResultTable;
  }
}
