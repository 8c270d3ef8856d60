import { html, LitElement, nothing } from "lit";
import { define } from "../../kit/define.ts";
import { base, controls } from "../../kit/styles.ts";
import type { Command } from "../command.ts";
import { send } from "../events.ts";
import { tell } from "../library/document-events.ts";
import { initialStatus, kernelText, type NotebookStatus, savedText } from "../run/notebook-status.ts";
import { toolbar } from "./toolbar-styles.ts";

/**
 * The notebook's bar: its title, running, new cells, and how Python and saving stand.
 * @fires nn-title - the title was edited
 * @fires nn-command - a button was pressed
 * @fires nn-notebook-new, nn-notebook-file, nn-notebook-list - another notebook is wanted
 * @slot file - what the File menu holds
 */
export class NnToolbar extends LitElement {
  static override properties = {
    embedded: { type: Boolean },
    heading: { attribute: false },
    status: { attribute: false },
    busy: { attribute: false },
    runs: { attribute: false },
    open: { attribute: false },
  };
  static override styles = [base, controls, toolbar];

  /** the notebook's title */
  declare heading: string;
  declare status: NotebookStatus;
  /** something runs or waits */
  declare busy: boolean;
  /** all cells would run */
  declare runs: boolean;
  /** a notebook is open; before, there is nothing to press */
  declare open: boolean;
  /** it stands in another page, for this notebook alone */
  declare embedded: boolean;

  constructor() {
    super();
    this.embedded = false;
    this.heading = "";
    this.status = initialStatus;
    this.busy = false;
    this.runs = false;
    this.open = false;
    // a menu closes when the focus leaves it
    this.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget instanceof Node && !this.contains(relatedTarget)) this.#close();
    });
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.#menu) return;
      event.stopPropagation();
      const summary = this.#menu?.querySelector("summary");
      this.#close();
      summary?.focus();
    });
  }

  override connectedCallback() {
    super.connectedCallback();
    document.addEventListener("pointerdown", this.#elsewhere);
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("pointerdown", this.#elsewhere);
  }

  readonly #elsewhere = (event: Event) => {
    if (this.#menu && !event.composedPath().includes(this.#menu)) this.#close();
  };

  /** the one that is open */
  get #menu() {
    return this.renderRoot.querySelector<HTMLDetailsElement>("details[open]");
  }

  #close() {
    if (this.#menu) this.#menu.open = false;
  }

  /** Give the focus to the File menu's name: what was chosen from it is done, and it is closed. */
  focusFile(): void {
    this.renderRoot.querySelector("summary")?.focus();
  }

  override render() {
    return html`
      <div class="bar" role="group" aria-label="Notebook">
        <input
          class="title"
          aria-label="Title"
          spellcheck="false"
          maxlength="200"
          .value=${this.heading}
          @change=${this.#rename}
          @keydown=${this.#typed}
        />
        <span class="state number">
          <span class=${this.status.kernel.kind === "stopped" ? "wrong" : ""}>${kernelText(this.status)}</span>
          <span class=${typeof this.status.saved === "string" ? "" : "wrong"}>${savedText(this.status)}</span>
        </span>
        <details name="menu">
          <summary>File</summary>
          <div class="menu file">
            ${this.embedded ? nothing : this.#others()}
            <slot name="file"></slot>
          </div>
        </details>
        <div class=${this.open ? "tools" : "tools early"} role="group" aria-label="Run and insert">
          ${this.runs || !this.open ? this.#button("run-all", "Run all", "main") : nothing}
          ${this.#button("interrupt", "Interrupt", "", !this.busy)}
          ${this.#button("restart", "Restart", "wide")}
          <span class="rule"></span>
          ${this.#button("insert-code", "+ Code")}
          ${this.#button("insert-text", "+ Text", "wide")}
          ${this.#button("insert-experiment", "+ Experiment", "wide")}
          ${this.#more()}
        </div>
      </div>
    `;
  }

  /** ways to other notebooks */
  #others() {
    return html`<div class="group" @click=${this.#chosen}>
              <button @click=${() => tell(this, "nn-notebook-new", undefined)}>New notebook</button>
              <button @click=${() => tell(this, "nn-notebook-file", undefined)}>Open a file…</button>
              <button @click=${() => tell(this, "nn-notebook-list", undefined)}>All notebooks</button>
            </div>`;
  }

  #more() {
    return html`
      <details name="menu">
        <summary>More</summary>
        <div class="menu">
          ${this.#button("restart", "Restart", "narrow")}
          ${this.#button("insert-text", "Insert text", "narrow")}
          ${this.#button("insert-experiment", "Insert an experiment", "narrow")}
          ${more.map(([command, label]) => this.#button(command, label, "", !this.runs && runs.has(command)))}
        </div>
      </details>
    `;
  }

  /** what was chosen may move the focus itself, so it does not go back to the menu */
  #chosen({ target }: Event) {
    if ((target as Element).localName === "button") this.#close();
  }

  #button(command: Command, label: string, style = "", disabled = false) {
    return html`<button
      class=${style || nothing}
      ?disabled=${disabled}
      @click=${() => this.#perform(command)}
    >${label}</button>`;
  }

  /** the focus goes back to the menu's name, unless what was chosen moves it itself */
  #perform(command: Command) {
    const summary = this.#menu?.querySelector("summary");
    this.#close();
    summary?.focus();
    send(this, "nn-command", { command });
  }

  #rename({ target }: Event) {
    const input = target as HTMLInputElement;
    const title = input.value.trim();
    // a notebook without a title keeps the one it had
    if (title === "") input.value = this.heading;
    else send(this, "nn-title", { title });
  }

  #typed(event: KeyboardEvent) {
    if (event.key === "Enter") (event.target as HTMLInputElement).blur();
  }
}

/** what is needed less often */
const more: readonly [Command, string][] = [
  ["run-above", "Run all above"],
  ["run-below", "Run from here on"],
  ["restart-run-all", "Restart and run all"],
  ["clear-all", "Clear all output"],
  ["undo", "Undo"],
  ["redo", "Redo"],
  ["find", "Find and replace"],
  ["help", "Keys"],
];

/** of them, those that run cells */
const runs: ReadonlySet<Command> = new Set(["run-above", "run-below", "restart-run-all"]);

define("nn-toolbar", NnToolbar);

declare global {
  interface HTMLElementTagNameMap {
    "nn-toolbar": NnToolbar;
  }
}
