import { css, html, LitElement } from "lit";
import { define } from "../../kit/define.ts";
import { base, controls } from "../../kit/styles.ts";
import { send } from "../events.ts";

/**
 * Find and replace in all cells.
 * @fires nn-find - another text is looked for
 * @fires nn-find-go - to the next place, or the one before
 * @fires nn-find-replace - replace the place shown, or all
 * @fires nn-find-close - enough
 */
export class NnFind extends LitElement {
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override properties = {
    place: { attribute: false },
    count: { attribute: false },
    matchCase: { state: true },
  };
  static override styles = [
    base,
    controls,
    css`
      /* the two fields in one column, beside each what is done with it */
      .box {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 6px 10px;
        padding-block: 8px;
        border-block-start: 1px solid var(--line);
        font-size: var(--small);
      }
      .acts {
        display: flex;
        align-items: center;
        gap: 2px;
      }
      .field {
        position: relative;
      }
      input[type="search"],
      input[type="text"] {
        min-height: 30px;
        padding-block: 2px;
      }
      input[type="search"] {
        padding-inline-end: 92px;
      }
      /* the page's own button closes, and a second cross would be next to it */
      input[type="search"]::-webkit-search-cancel-button {
        display: none;
      }
      .count {
        position: absolute;
        inset-block: 0;
        inset-inline-end: 10px;
        align-content: center;
        font-size: var(--tiny);
        color: var(--muted);
        pointer-events: none;
      }
      button {
        min-height: 30px;
        padding: 2px 9px;
        border-color: transparent;
        color: var(--text);
        font-weight: 400;
        white-space: nowrap;
      }
      label.pick {
        min-height: 30px;
        padding-inline: 9px;
        white-space: nowrap;
      }
      .close {
        margin-inline-start: auto;
        color: var(--primary);
      }
      @media (max-width: 36rem) {
        .box {
          gap: 4px 2px;
        }
        .field,
        .field + .acts {
          grid-column: 1 / -1;
        }
        .field + .acts {
          margin-inline: -7px;
        }
        button,
        label.pick {
          padding-inline: 7px;
        }
      }
    `,
  ];

  /** which place is shown, from 1; 0 for none */
  declare place: number;
  /** how many there are; undefined before anything is looked for */
  declare count: number | undefined;
  declare matchCase: boolean;

  constructor() {
    super();
    this.place = 0;
    this.matchCase = false;
  }

  override render() {
    const { count, place } = this;
    const none = !count;
    return html`
      <search class="box" aria-label="Find in the notebook" @keydown=${this.#typed}>
        <div class="field">
          <input type="search" id="text" aria-label="Find" placeholder="Find" autocomplete="off" @input=${this.#look} />
          <span class="count number">${count === undefined ? "" : none ? "nothing found" : `${place} of ${count}`}</span>
        </div>
        <div class="acts">
          <button ?disabled=${none} @click=${() => send(this, "nn-find-go", { by: -1 })}>Previous</button>
          <button ?disabled=${none} @click=${() => send(this, "nn-find-go", { by: 1 })}>Next</button>
          <label class="pick">
            <input type="checkbox" .checked=${this.matchCase} @change=${this.#case} />
            Match case
          </label>
          <button class="close" @click=${() => send(this, "nn-find-close", undefined)}>Close</button>
        </div>
        <input type="text" id="by" aria-label="Replace with" placeholder="Replace with" autocomplete="off" />
        <div class="acts">
          <button ?disabled=${none} @click=${() => this.#replace(false)}>Replace</button>
          <button ?disabled=${none} @click=${() => this.#replace(true)}>Replace all</button>
        </div>
      </search>
    `;
  }

  #field(id: "text" | "by"): string {
    return this.renderRoot.querySelector<HTMLInputElement>(`#${id}`)?.value ?? "";
  }

  #look() {
    send(this, "nn-find", { text: this.#field("text"), matchCase: this.matchCase });
  }

  #case({ target }: Event) {
    this.matchCase = (target as HTMLInputElement).checked;
    this.#look();
  }

  #replace(all: boolean) {
    send(this, "nn-find-replace", { text: this.#field("by"), all });
  }

  protected override updated() {
    // where nothing is left to find, the button is disabled, and would swallow the keys that follow
    if (this.shadowRoot?.activeElement?.matches("button:disabled"))
      this.renderRoot.querySelector<HTMLElement>("#text")?.focus();
  }

  #typed(event: KeyboardEvent) {
    const { key, target, shiftKey } = event;
    if (key === "Escape") send(this, "nn-find-close", undefined);
    else if (key === "Enter" && (target as Element).id === "text")
      send(this, "nn-find-go", { by: shiftKey ? -1 : 1 });
    else return;
    event.preventDefault();
  }
}

define("nn-find", NnFind);

declare global {
  interface HTMLElementTagNameMap {
    "nn-find": NnFind;
  }
}
