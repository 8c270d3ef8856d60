import { css, html, LitElement, nothing } from "lit";
import type { Token } from "../../model/index.ts";
import { define } from "../kit/define.ts";
import { base } from "../kit/styles.ts";

/**
 * A sentence as the model reads it: its tokens with their positions, the mask that is asked about marked.
 * Shows nothing while there are no tokens.
 * @csspart token - each token
 */
export class NnSentence extends LitElement {
  static override properties = {
    tokens: { attribute: false },
    mask: { type: Number },
    maskToken: { attribute: false },
  };
  static override styles = [
    base,
    css`
      ol {
        display: flex;
        flex-wrap: wrap;
        gap: 4px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        justify-items: center;
        padding: 1.6px 6.4px 0.8px;
        border: 1px solid var(--line);
        border-radius: 4px;
        font-family: var(--mono-family);
        overflow-wrap: anywhere;
      }
      .special {
        color: var(--muted);
        border-style: dashed;
      }
      .asked {
        border: 1px solid var(--primary);
        background: var(--hover);
        color: var(--text);
        font-weight: 600;
      }
      @media (forced-colors: active) {
        .asked {
          outline: 2px solid Highlight;
        }
      }
      small {
        font: calc(var(--tiny) - 1px) / 1.2 var(--sans-family);
        color: var(--muted);
      }
    `,
  ];

  declare tokens: readonly Token[];
  /** which mask is asked about; 0 is the first */
  declare mask: number;
  /** what the model calls its mask; "" where that is not known */
  declare maskToken: string;

  constructor() {
    super();
    this.tokens = [];
    this.mask = 0;
    this.maskToken = "";
  }

  override render() {
    if (this.tokens.length === 0) return nothing;
    const masks = this.tokens.flatMap(({ text }, i) => (text.trim() === this.maskToken ? [i] : []));
    const asked = masks[Math.min(this.mask, masks.length - 1)];
    const kind = (text: string, i: number) =>
      i === asked ? "asked" : /^(\[[A-Z]+\]|<\/?[a-z]+>)$/.test(text) ? "special" : "";
    return html`
      <ol aria-label="Tokens with their positions">
        ${this.tokens.map(
          ({ text }, i) =>
            html`<li part="token" class=${kind(text, i)}><span>${text}</span> <small>${i}</small></li>`,
        )}
      </ol>
    `;
  }
}

define("nn-sentence", NnSentence);

declare global {
  interface HTMLElementTagNameMap {
    "nn-sentence": NnSentence;
  }
}
