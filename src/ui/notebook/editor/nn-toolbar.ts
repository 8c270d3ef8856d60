import { css, html, LitElement, nothing } from "lit";
import { define } from "../../kit/define.ts";
import { base, controls } from "../../kit/styles.ts";
import type { Command } from "../command.ts";
import { send } from "../events.ts";
import { tell } from "../library/document-events.ts";
import { initialStatus, kernelText, type NotebookStatus, savedText } from "../run/notebook-status.ts";

/**
 * The notebook's bar: its title, running, new cells, and how Python and saving stand.
 * @fires nn-title - the title was edited
 * @fires nn-command - a button was pressed
 * @fires nn-notebook-new, nn-notebook-file, nn-notebook-list - another notebook is wanted
 * @slot file - what the File menu holds
 */
export class NnToolbar extends LitElement {
  static override properties = {
    heading: { attribute: false },
    status: { attribute: false },
    busy: { attribute: false },
  };
  static override styles = [
    base,
    controls,
    css`
      .bar {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto auto;
        gap: 4px 12px;
        align-items: center;
        padding-block: 6px;
      }
      input.title {
        min-width: 0;
        padding: 2px 6px;
        margin-inline-start: -7px;
        border-color: transparent;
        background: none;
        font: 600 var(--large) / 1.4 var(--serif-family);
        text-overflow: ellipsis;
      }
      input.title:hover {
        border-color: var(--line);
      }
      .tools {
        grid-column: 1 / -1;
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px;
      }
      .tools button,
      .menu button,
      summary {
        min-height: 28px;
        padding: 2px 9px;
        border: 1px solid transparent;
        border-radius: 4px;
        font-weight: 400;
        font-size: var(--small);
        color: var(--text);
        cursor: pointer;
        white-space: nowrap;
      }
      .tools button.main {
        border-color: var(--primary);
        background: none;
        color: var(--primary);
        font-weight: 600;
      }
      .tools button:hover:not(:disabled),
      .menu button:hover,
      summary:hover {
        background: var(--hover);
      }
      .rule {
        width: 1px;
        height: 18px;
        margin-inline: 4px;
        background: var(--line);
      }
      .state {
        display: flex;
        flex-wrap: wrap;
        justify-content: end;
        gap: 0 12px;
        font-size: var(--tiny);
        color: var(--muted);
      }
      .state .wrong {
        color: var(--error);
      }
      details {
        position: relative;
        justify-self: end;
      }
      summary {
        list-style: none;
        display: inline-flex;
        align-items: center;
      }
      summary::-webkit-details-marker {
        display: none;
      }
      summary::after {
        content: "▾";
        content: "▾" / "";
        margin-inline-start: 5px;
        color: var(--muted);
      }
      .tools details {
        margin-inline-start: auto;
      }
      .menu button {
        text-align: start;
      }
      .menu.file {
        width: min(340px, calc(100vw - 24px));
      }
      .group {
        display: grid;
        margin-block-end: 6px;
        padding-block-end: 6px;
        border-block-end: 1px solid var(--line);
      }
      .narrow {
        display: none;
      }
      .menu {
        position: absolute;
        inset-inline-end: 0;
        z-index: 5;
        width: max-content;
        min-width: 220px;
        max-width: calc(100vw - 24px);
        max-height: calc(100vh - 80px);
        overflow-y: auto;
        display: grid;
        padding: 6px;
        border: 1px solid var(--line);
        border-radius: 6px;
        background: var(--page);
        box-shadow: 0 6px 20px rgb(0 0 0 / 18%);
      }
      details[open] > summary {
        margin: 0;
      }
      @media (max-width: 40rem) {
        .bar {
          grid-template-columns: minmax(0, 1fr) auto;
        }
        .state {
          grid-area: 3 / 1 / auto / -1;
          justify-content: start;
        }
        .rule {
          display: none;
        }
        .wide {
          display: none;
        }
        .narrow {
          display: block;
        }
        .tools {
          gap: 2px 0;
        }
        .tools button {
          padding-inline: 7px;
        }
      }
    `,
  ];

  /** the notebook's title */
  declare heading: string;
  declare status: NotebookStatus;
  /** something runs or waits */
  declare busy: boolean;

  constructor() {
    super();
    this.heading = "";
    this.status = initialStatus;
    this.busy = false;
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
            <div class="group" @click=${this.#chosen}>
              <button @click=${() => tell(this, "nn-notebook-new", undefined)}>New notebook</button>
              <button @click=${() => tell(this, "nn-notebook-file", undefined)}>Open a file…</button>
              <button @click=${() => tell(this, "nn-notebook-list", undefined)}>All notebooks</button>
            </div>
            <slot name="file"></slot>
          </div>
        </details>
        <div class="tools" role="group" aria-label="Run and insert">
          ${this.#button("run-all", "Run all", "main")}
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

  #more() {
    return html`
      <details name="menu">
        <summary>More</summary>
        <div class="menu">
          ${this.#button("restart", "Restart", "narrow")}
          ${this.#button("insert-text", "Insert text", "narrow")}
          ${this.#button("insert-experiment", "Insert an experiment", "narrow")}
          ${more.map(([command, label]) => this.#button(command, label))}
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

define("nn-toolbar", NnToolbar);

declare global {
  interface HTMLElementTagNameMap {
    "nn-toolbar": NnToolbar;
  }
}
