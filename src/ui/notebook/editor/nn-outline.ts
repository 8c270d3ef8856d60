import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import type { Cell } from "../../../storage/index.ts";
import { define } from "../../kit/define.ts";
import { base, controls } from "../../kit/styles.ts";
import { type Entry, outlineOf } from "../book/outline.ts";
import { send } from "../events.ts";
import { wide } from "./wide.ts";

/** px below the window's upper end: the heading that was last seen above it is the current one */
const line = 160;

/**
 * The notebook's headings, in the margin beside it, and which of them is being read.
 * @fires nn-go - a heading was chosen
 */
export class NnOutline extends LitElement {
  static override properties = {
    cells: { attribute: false },
    place: { attribute: false },
    current: { state: true },
  };
  static override styles = [
    base,
    controls,
    css`
      /* as high as the notebook, so that what is in it stays in view along all of it */
      :host {
        display: var(--outline, none);
        position: absolute;
        inset-block: 0;
        inset-inline-start: calc(100% + 56px);
        width: min(250px, (100vw - var(--column)) / 2 - 90px);
      }
      nav {
        position: sticky;
        inset-block-start: 100px;
        max-height: calc(100vh - 130px);
        overflow-y: auto;
        padding: 2px;
        font-size: var(--small);
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
        border-inline-start: 1px solid var(--line);
      }
      button {
        display: block;
        width: 100%;
        min-height: 24px;
        padding: 3px 8px;
        padding-inline-start: calc(12px + var(--depth) * 12px);
        border: 0;
        border-inline-start: 2px solid transparent;
        border-radius: 0;
        margin-inline-start: -1px;
        background: none;
        color: var(--muted);
        font-weight: 400;
        line-height: 1.35;
        text-align: start;
        overflow-wrap: anywhere;
        cursor: pointer;
      }
      button:hover {
        color: var(--text);
      }
      button[aria-current] {
        border-inline-start-color: var(--primary);
        color: var(--text);
        font-weight: 600;
      }
      @media print {
        :host {
          display: none;
        }
      }
    `,
  ];

  declare cells: readonly Cell[];
  /** where a heading stands: itself, or its cell while that is not drawn; undefined for what is not on the page */
  declare place: (entry: Entry) => Element | undefined;
  /** the place in the outline of the heading that is being read */
  declare current: number;
  #entries: readonly Entry[] = [];
  #listening: AbortController | undefined;
  #frame = 0;

  constructor() {
    super();
    this.cells = [];
    this.place = () => undefined;
    this.current = 0;
  }

  override connectedCallback() {
    super.connectedCallback();
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    wide().addEventListener("change", () => this.requestUpdate("cells"), { signal });
    const moved = () => {
      if (this.#entries.length > 0 && this.#frame === 0)
        this.#frame = requestAnimationFrame(() => this.#look());
    };
    addEventListener("scroll", moved, { passive: true, signal });
    addEventListener("resize", moved, { passive: true, signal });
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.#listening?.abort();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  /** Which heading is being read? Those before it stand higher. */
  #look() {
    this.#frame = 0;
    let [low, high] = [0, this.#entries.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const top = this.place(this.#entries[middle]!)?.getBoundingClientRect().top;
      if (top !== undefined && top <= line) low = middle;
      else high = middle - 1;
    }
    this.current = low;
  }

  protected override willUpdate(changed: PropertyValues<this>) {
    if (!changed.has("cells")) return;
    this.#entries = wide().matches ? outlineOf(this.cells) : [];
    this.current = Math.min(this.current, Math.max(0, this.#entries.length - 1));
  }

  override render() {
    if (this.#entries.length === 0) return nothing;
    const least = Math.min(...this.#entries.map(({ level }) => level));
    return html`<nav aria-label="Outline of this notebook">
      <ul>
        ${this.#entries.map(
          (entry, i) => html`<li>
            <button
              type="button"
              .style=${`--depth: ${entry.level - least}`}
              aria-current=${i === this.current ? "true" : nothing}
              @click=${() => send(this, "nn-go", { cell: entry.cell, heading: entry.id })}
            >${entry.text}</button>
          </li>`,
        )}
      </ul>
    </nav>`;
  }
}

define("nn-outline", NnOutline);

declare global {
  interface HTMLElementTagNameMap {
    "nn-outline": NnOutline;
  }
}
