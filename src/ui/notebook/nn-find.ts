import { css, html, LitElement } from "lit";
import { define } from "../define.ts";
import { base, controls } from "../styles.ts";
import { send } from "./events.ts";

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
      .box {
        display: flex;
        flex-wrap: wrap;
        gap: 6px 8px;
        align-items: center;
        padding-block: 8px;
        border-block-start: 1px solid var(--line);
        font-size: var(--small);
      }
      input[type="search"],
      input[type="text"] {
        flex: 1 1 130px;
        width: auto;
        min-width: 0;
        min-height: 28px;
      }
      button {
        min-height: 28px;
        padding: 2px 9px;
        font-weight: 400;
        border-color: var(--line);
        color: var(--text);
      }
      .count {
        min-width: 64px;
        color: var(--muted);
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
        <input type="search" id="text" aria-label="Find" placeholder="Find" @input=${this.#look} />
        <span class="count number">${count === undefined ? "" : none ? "nothing found" : `${place} of ${count}`}</span>
        <button ?disabled=${none} @click=${() => send(this, "nn-find-go", { by: -1 })}>Previous</button>
        <button ?disabled=${none} @click=${() => send(this, "nn-find-go", { by: 1 })}>Next</button>
        <label class="pick">
          <input type="checkbox" .checked=${this.matchCase} @change=${this.#case} />
          Match case
        </label>
        <input type="text" id="by" aria-label="Replace with" placeholder="Replace with" />
        <button ?disabled=${none} @click=${() => this.#replace(false)}>Replace</button>
        <button ?disabled=${none} @click=${() => this.#replace(true)}>Replace all</button>
        <button @click=${() => send(this, "nn-find-close", undefined)}>Close</button>
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
    // where nothing is left to find, the button is disabled, and would swallow the keys that follow
    if (all) this.renderRoot.querySelector<HTMLElement>("#text")?.focus();
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
