import { css, html, LitElement, nothing } from "lit";
import { define } from "../kit/define.ts";
import { base } from "../kit/styles.ts";
import { emit } from "./events.ts";
import type { Chip } from "./mask-move.ts";

/**
 * A sentence as the model reads it: its tokens with their positions, the mask that is asked about marked. A click on
 * another word, or Enter at it, asks for the mask to move there; the arrow keys go from word to word.
 * @fires nn-mask - the mask is to move
 * @csspart token - each token
 */
export class NnSentence extends LitElement {
  static override properties = {
    chips: { attribute: false },
    mask: { type: Number },
    fixed: { type: Boolean },
    at: { state: true },
  };
  static override styles = [
    base,
    css`
      ol {
        display: flex;
        flex-wrap: wrap;
        gap: 4px;
        /* as high before there are tokens as with them */
        min-height: 40px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li > * {
        display: grid;
        justify-items: center;
        min-width: 28px;
        min-height: 40px;
        padding: 1.6px 6.4px 0.8px;
        border: 1px solid var(--line);
        border-radius: 4px;
        background: none;
        font: var(--size) / 1.5 var(--mono-family);
        color: inherit;
        overflow-wrap: anywhere;
      }
      button {
        cursor: pointer;
      }
      button:hover {
        background: var(--hover);
        border-color: var(--primary);
      }
      li > .special {
        color: var(--muted);
        border-style: dashed;
      }
      li > .asked {
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
      /* on paper the sentence's field says it */
      @media print {
        :host {
          display: none;
        }
      }
      small {
        min-height: 1.2em;
        font: calc(var(--tiny) - 1px) / 1.2 var(--sans-family);
        color: var(--muted);
      }
    `,
  ];

  declare chips: readonly Chip[];
  /** which mask is asked about; 0 is the first */
  declare mask: number;
  /** the mask cannot be moved */
  declare fixed: boolean;
  /** the chip that Tab comes to; undefined: the one that is asked about */
  declare at: number | undefined;

  constructor() {
    super();
    this.chips = [];
    this.mask = 0;
    this.fixed = false;
  }

  override render() {
    const { chips } = this;
    const masks = chips.flatMap(({ kind }, i) => (kind === "mask" ? [i] : []));
    const asked = masks[Math.min(this.mask, masks.length - 1)];
    const movable = !this.fixed && asked !== undefined;
    const stop = this.at !== undefined && chips[this.at]?.word ? this.at : asked;
    return html`
      <ol aria-label="Tokens with their positions" @keydown=${this.#keydown}>
        ${chips.map(({ text, word, kind, position }, i) => {
          const look = i === asked ? "asked" : kind === "special" ? "special" : "";
          const inside = html`<span>${text}</span> <small>${position ?? ""}</small>`;
          return word && movable
            ? html`<li><button
                part="token"
                type="button"
                class=${look}
                tabindex=${i === stop ? 0 : -1}
                aria-current=${i === asked ? "true" : nothing}
                title=${i === asked ? "The model predicts this word" : `Predict “${text}” instead`}
                @click=${() => this.#move(i)}
              >${inside}</button></li>`
            : html`<li><span part="token" class=${look}>${inside}</span></li>`;
        })}
      </ol>
    `;
  }

  #move(chip: number) {
    this.at = chip;
    emit(this, "nn-mask", { chip });
  }

  #keydown(event: KeyboardEvent) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const buttons = [...this.renderRoot.querySelectorAll<HTMLButtonElement>("button")];
    const here = buttons.indexOf(event.target as HTMLButtonElement);
    // Enter is this button's, and runs nothing
    if (event.key === "Enter") event.stopPropagation();
    const next = buttons[here + (step ?? 0)];
    if (step === undefined || here < 0 || !next) return;
    event.preventDefault();
    const items = [...this.renderRoot.querySelectorAll("li")];
    this.at = items.findIndex((item) => item.contains(next));
    next.focus();
  }
}

define("nn-sentence", NnSentence);

declare global {
  interface HTMLElementTagNameMap {
    "nn-sentence": NnSentence;
  }
}
