import { css, html, LitElement, nothing } from "lit";
import { changeNote } from "../../experiment/change-note.ts";
import { summary } from "../../experiment/words.ts";
import { define } from "../../kit/define.ts";
import { base, controls } from "../../kit/styles.ts";
import type { ComparisonView } from "./comparison.ts";
import "../../experiment/nn-log-dots.ts";
import "../../experiment/nn-result-table.ts";

/** A comparison that a program or an experiment cell has put out: in a sentence, as a table, and as dots. */
export class NnComparison extends LitElement {
  static override properties = { comparison: { attribute: false }, scientific: { state: true } };
  static override styles = [
    base,
    controls,
    css`
      .summary {
        font: var(--large) / 1.5 var(--serif-family);
      }
      .note,
      .formula {
        font-size: var(--small);
      }
    `,
  ];

  declare comparison: ComparisonView | undefined;
  declare scientific: boolean;

  constructor() {
    super();
    this.scientific = false;
  }

  override render() {
    if (!this.comparison) return nothing;
    const { rows, caption, note } = this.comparison;
    return html`
      <div class="stack">
        <p class="summary">${summary(rows)}</p>
        <nn-result-table
          .rows=${rows}
          .caption=${caption || "Probability of each word before and after"}
          .scientific=${this.scientific}
        ></nn-result-table>
        ${changeNote(this.scientific, (scientific) => (this.scientific = scientific))}
        <nn-log-dots
          .rows=${rows}
          .caption=${"The same numbers on a logarithmic scale: a ring is before; a disc (risen) or a square (fallen) is after"}
        ></nn-log-dots>
        ${note ? html`<p class="formula quiet number">${note}</p>` : nothing}
      </div>
    `;
  }
}

define("nn-comparison", NnComparison);

declare global {
  interface HTMLElementTagNameMap {
    "nn-comparison": NnComparison;
  }
}
