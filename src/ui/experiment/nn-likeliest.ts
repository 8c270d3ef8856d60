import { css, html, LitElement, nothing } from "lit";
import type { ExperimentResult, LikelyWord } from "../../engine/index.ts";
import { format } from "../../model/index.ts";
import { define } from "../kit/define.ts";
import { base, controls } from "../kit/styles.ts";
import { emit } from "./events.ts";

/**
 * What the model says by itself: the ten words that it finds likeliest, before and after, side by side. A click puts a word
 * among those that are compared.
 * @fires nn-word - a word is to be compared, too
 * @csspart button - each word that can be added
 */
export class NnLikeliest extends LitElement {
  static override properties = {
    likeliest: { attribute: false },
    compared: { attribute: false },
    fixed: { type: Boolean },
  };
  static override styles = [
    base,
    controls,
    css`
      .lists {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 0 24px;
      }
      h3 {
        margin: 0 0 4px;
        font: 600 var(--small) / 1.5 var(--sans-family);
        border-block-end: 1px solid var(--before);
      }
      ol {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 8px;
        min-height: 28px;
        border-block-end: 1px solid var(--line);
        font-size: var(--small);
      }
      .word {
        min-width: 0;
        overflow-wrap: anywhere;
        text-align: start;
        font-family: var(--mono-family);
      }
      button.plain.word {
        min-height: 26px;
        padding-block: 0;
        text-decoration-style: dotted;
      }
      @media print {
        button.plain.word {
          display: block !important;
        }
        .quiet {
          display: none;
        }
      }
      .compared {
        font-weight: 600;
      }
      .number {
        white-space: nowrap;
      }
      .quiet {
        font-size: var(--small);
      }
    `,
  ];

  declare likeliest: ExperimentResult["likeliest"] | undefined;
  /** the tokens of the table's words */
  declare compared: readonly number[];
  /** no word can be added */
  declare fixed: boolean;

  constructor() {
    super();
    this.compared = [];
    this.fixed = false;
  }

  override render() {
    if (!this.likeliest) return nothing;
    const { before, after } = this.likeliest;
    return html`
      <div class="lists">
        ${this.#list("before", "Likeliest before", before)}
        ${this.#list("after", "Likeliest after", after)}
      </div>
      ${this.fixed ? nothing : html`<p class="quiet">Of all the words that the model knows. A click on one adds it to the words above.</p>`}
    `;
  }

  #list(when: "before" | "after", heading: string, rows: readonly LikelyWord[]) {
    return html`
      <div>
        <h3 id=${when}>${heading}</h3>
        <ol aria-labelledby=${when}>
          ${rows.map((row) => html`<li>${this.#word(row)} <span class="number">${format.probability(row[when])}</span></li>`)}
        </ol>
      </div>
    `;
  }

  #word({ word, id, unlisted }: LikelyWord) {
    if (this.compared.includes(id)) return html`<span class="word compared">${word}</span>`;
    if (this.fixed || unlisted) return html`<span class="word">${word}</span>`;
    const add = () => emit(this, "nn-word", { word });
    return html`<button part="button" class="plain word" type="button" title=${`Compare “${word}”, too`} @click=${add}>${word}</button>`;
  }
}

define("nn-likeliest", NnLikeliest);

declare global {
  interface HTMLElementTagNameMap {
    "nn-likeliest": NnLikeliest;
  }
}
