import { css, html, LitElement, nothing, svg } from "lit";
import { type Comparison, format } from "../../model/index.ts";
import { define } from "../kit/define.ts";
import { directionOf } from "../kit/direction.ts";
import { type LogAxis, logAxis, place } from "../kit/scale.ts";
import { base } from "../kit/styles.ts";
import { table } from "../kit/table-styles.ts";

/**
 * The same probabilities on a logarithmic axis, where a thousandth can be seen: a ring before, a disc (rising) or a
 * square (falling) after. Dots, because the length of a bar means nothing on a log axis.
 * @csspart table - the table
 * @cssprop --before, --up, --down - colours of the marks
 */
export class NnLogDots extends LitElement {
  static override properties = { rows: { attribute: false }, caption: { attribute: false } };
  static override styles = [
    base,
    table,
    css`
      svg {
        display: block;
        width: 100%;
        height: 22px;
        overflow: visible;
      }
      .grid {
        stroke: var(--line);
      }
      .path {
        stroke: var(--before);
        stroke-width: 1.5;
      }
      .ring {
        fill: var(--page);
        stroke: var(--before);
        stroke-width: 2;
      }
      circle.up {
        fill: var(--up);
      }
      rect.down {
        fill: var(--down);
      }
      circle.same {
        fill: var(--before);
      }
      .dots {
        padding-inline: 16px;
      }
      .axis {
        position: relative;
        display: block;
        height: 1.4em;
        margin-inline: 16px;
        font-weight: 400;
        color: var(--muted);
      }
      .axis span {
        position: absolute;
        translate: -50%;
        white-space: nowrap;
      }
      @media (forced-colors: active) {
        .ring {
          fill: Canvas;
        }
        .ring,
        .path {
          stroke: CanvasText;
        }
        circle.up,
        rect.down {
          fill: Highlight;
        }
      }
    `,
  ];

  declare rows: readonly Comparison[];
  declare caption: string;

  constructor() {
    super();
    this.rows = [];
    this.caption = "";
  }

  override render() {
    const axis = logAxis(this.rows.flatMap(({ before, after }) => [before, after]));
    return html`
      <table part="table">
        <caption>${this.caption}</caption>
        <thead>
          <tr>
            <th scope="col">
              <div class="lane">
                <span>Word</span>
                <span class="axis marks" aria-hidden="true">
                  ${axis.labels.map((exponent) => this.#label(axis, exponent))}
                </span>
              </div>
            </th>
            <th scope="col">Ratio</th>
          </tr>
        </thead>
        <tbody>${this.rows.map((row) => this.#row(row, axis))}</tbody>
      </table>
    `;
  }

  #label(axis: LogAxis, exponent: number) {
    const p = 10 ** exponent;
    return html`<span .style=${`left: ${100 * place(axis, p)}%`}>${format.tick(p)}</span>`;
  }

  #row({ word, before, after }: Comparison, axis: LogAxis) {
    const direction = directionOf(before, after);
    const x = (p: number) => `${100 * place(axis, p)}%`;
    return html`
      <tr>
        <th scope="row">
          <div class="lane">
            <span class="word">${word}</span>
            <div class="dots marks" aria-hidden="true">
              <svg>
                ${axis.lines.map((line) => svg`<line class="grid" x1=${x(10 ** line)} x2=${x(10 ** line)} y1="0" y2="22" />`)}
                <line class="path" x1=${x(before)} x2=${x(after)} y1="11" y2="11" />
                <circle class="ring" cx=${x(before)} cy="11" r="4.5" />
                ${
                  direction === "down"
                    ? svg`<svg x=${x(after)} overflow="visible"><rect class="down" x="-4.5" y="6.5" width="9" height="9" /></svg>`
                    : svg`<circle class=${direction} cx=${x(after)} cy="11" r="4.5" />`
                }
              </svg>
            </div>
          </div>
        </th>
        <td class=${direction}>${before > 0 ? format.factor(after / before) : nothing}</td>
      </tr>
    `;
  }
}

define("nn-log-dots", NnLogDots);

declare global {
  interface HTMLElementTagNameMap {
    "nn-log-dots": NnLogDots;
  }
}
