import { css, html, LitElement, nothing } from "lit";
import type { Cell } from "../../../storage/index.ts";
import { define } from "../../kit/define.ts";
import { base, controls } from "../../kit/styles.ts";
import { isAnswer } from "../book/answers.ts";
import { outputsHidden, sourceHidden } from "../book/hidden.ts";
import type { CellView } from "../book/notebook-state.ts";
import { send } from "../events.ts";

/** what the text of a cell is called */
export function sourceName({ kind }: Cell, experiment: boolean): string {
  return experiment ? "form" : kind === "code" ? "code" : "text";
}

/** what one entry of the menu does */
interface Entry {
  readonly name: string;
  readonly act: () => void;
}

/**
 * What can be done to a cell beside running it, as a list of buttons that opens and closes.
 * @fires nn-insert, nn-move, nn-duplicate, nn-kind, nn-answer-toggle, nn-source-toggle, nn-outputs-clear, nn-outputs-toggle, nn-delete
 */
export class NnCellMenu extends LitElement {
  static override properties = {
    cell: { attribute: false },
    view: { attribute: false },
    experiment: { type: Boolean },
    open: { state: true },
  };
  static override styles = [
    base,
    controls,
    css`
      :host {
        position: relative;
      }
      button.toggle {
        display: inline-grid;
        place-content: center;
        width: 28px;
        min-height: 28px;
        padding: 0;
        border-color: transparent;
        color: var(--muted);
      }
      button.toggle svg {
        width: 16px;
        height: 4px;
        fill: currentColor;
      }
      ul {
        position: absolute;
        inset-inline-end: 0;
        z-index: 10;
        margin: 2px 0 0;
        padding: 4px;
        width: max-content;
        list-style: none;
        border: 1px solid var(--field-line);
        border-radius: 6px;
        background: var(--field);
        box-shadow: 0 4px 16px rgb(0 0 0 / 18%);
      }
      li button {
        width: 100%;
        min-height: 28px;
        padding: 2px 12px;
        border-color: transparent;
        color: var(--text);
        font-weight: 400;
        text-align: start;
      }
    `,
  ];

  declare cell: Cell | undefined;
  declare view: CellView | undefined;
  /** it shows an experiment's form */
  declare experiment: boolean;
  declare open: boolean;

  constructor() {
    super();
    this.experiment = false;
    this.open = false;
  }

  override render() {
    const { cell, view } = this;
    if (!cell || !view || view.readOnly) return nothing;
    return html`
      <div @keydown=${this.#keydown} @focusout=${this.#left}>
        <button
          class="toggle"
          type="button"
          aria-label="More for cell ${view.number}"
          title="More"
          aria-expanded=${this.open ? "true" : "false"}
          aria-controls="entries"
          @click=${this.#toggle}
        >
          <svg viewBox="0 0 16 4" aria-hidden="true">
            <circle cx="2" cy="2" r="1.6" /><circle cx="8" cy="2" r="1.6" /><circle cx="14" cy="2" r="1.6" />
          </svg>
        </button>
        <ul id="entries" ?hidden=${!this.open}>
          ${this.open ? this.#entries(cell).map((entry) => this.#entry(entry)) : nothing}
        </ul>
      </div>
    `;
  }

  #entry({ name, act }: Entry) {
    const click = () => {
      this.#close();
      act();
    };
    return html`<li><button type="button" @click=${click}>${name}</button></li>`;
  }

  #entries(cell: Cell): Entry[] {
    const { id, kind } = cell;
    const entry = (name: string, act: () => void): Entry => ({ name, act });
    return [
      ...(kind === "markdown"
        ? [entry("Edit", () => send(this, "nn-select", { id, mode: "edit", focus: true }))]
        : []),
      entry("Move up", () => send(this, "nn-move", { id, by: -1 })),
      entry("Move down", () => send(this, "nn-move", { id, by: 1 })),
      entry("Duplicate", () => send(this, "nn-duplicate", { id })),
      entry("Insert code below", () => send(this, "nn-insert", { id, side: "below", kind: "code" })),
      entry("Insert text below", () => send(this, "nn-insert", { id, side: "below", kind: "markdown" })),
      ...(kind === "code" ? [] : [entry("Make it code", () => send(this, "nn-kind", { id, kind: "code" }))]),
      ...(kind === "markdown" || this.experiment
        ? []
        : [entry("Make it text", () => send(this, "nn-kind", { id, kind: "markdown" }))]),
      ...(this.experiment
        ? [entry("Edit as Python", () => send(this, "nn-experiment-form", { id, form: false }))]
        : []),
      ...(kind === "raw"
        ? []
        : [
            entry(isAnswer(cell) ? "No answer any more" : "Mark as answer", () =>
              send(this, "nn-answer-toggle", { id }),
            ),
          ]),
      entry(`${sourceHidden(cell) ? "Show" : "Hide"} ${sourceName(cell, this.experiment)}`, () =>
        send(this, "nn-source-toggle", { id }),
      ),
      ...(cell.outputs.length === 0
        ? []
        : [
            entry(outputsHidden(cell) ? "Show output" : "Hide output", () =>
              send(this, "nn-outputs-toggle", { id }),
            ),
            entry("Clear output", () => send(this, "nn-outputs-clear", { id })),
          ]),
      entry("Delete", () => send(this, "nn-delete", { id })),
    ];
  }

  async focusToggle(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(".toggle")?.focus();
  }

  #toggle() {
    this.open = !this.open;
  }

  /** the button is there whatever the entry does to the cell, so the focus is not lost */
  #close() {
    this.open = false;
    this.renderRoot.querySelector<HTMLElement>(".toggle")?.focus();
  }

  #left(event: FocusEvent) {
    const to = event.relatedTarget as Node | null;
    // nothing gets the focus when a click is on no control, or the window loses it
    if (to && !this.renderRoot.contains(to)) this.open = false;
  }

  #keydown(event: KeyboardEvent) {
    const buttons = [...this.renderRoot.querySelectorAll<HTMLElement>("li button")];
    const at = buttons.indexOf((this.renderRoot as ShadowRoot).activeElement as HTMLElement);
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!this.open || (by === undefined && event.key !== "Escape")) return;
    event.preventDefault();
    // these keys mean something else to the notebook
    event.stopPropagation();
    if (by === undefined) this.#close();
    else buttons[(at + by + buttons.length) % buttons.length]?.focus();
  }
}

define("nn-cell-menu", NnCellMenu);

declare global {
  interface HTMLElementTagNameMap {
    "nn-cell-menu": NnCellMenu;
  }
}
