import { css, html, LitElement, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { NotebookEntry } from "../../../storage/index.ts";
import { define } from "../../kit/define.ts";
import { rescueFocus } from "../../kit/focus.ts";
import { base, controls, disclosure, unprinted } from "../../kit/styles.ts";
import { isolated } from "../render/isolated.ts";
import { goNear } from "../render/near.ts";
import { tell } from "./document-events.ts";
import { shortOrigin } from "./trust.ts";

/** a notebook that comes with the site, as the list shows it */
export interface Offered {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
}

/**
 * The notebooks kept on this device, and those that come with the site.
 * @fires nn-notebook-open - open a kept one
 * @fires nn-notebook-built-in - open an untouched copy of one of the site's
 * @fires nn-notebook-new - make an empty one
 * @fires nn-notebook-file - choose a file
 * @fires nn-notebook-rename - give one another title
 * @fires nn-notebook-duplicate - copy one
 * @fires nn-notebook-remove - delete one
 * @fires nn-notebook-restore - put back the one deleted last
 * @fires nn-notebook-export - take all of them away in one file
 * @csspart button - each button
 */
export class NnLibrary extends LitElement {
  static override properties = {
    entries: { attribute: false },
    offered: { attribute: false },
    current: { attribute: false },
    kept: { attribute: false },
    removed: { attribute: false },
    renaming: { state: true },
  };
  static override styles = [
    base,
    controls,
    disclosure,
    unprinted,
    css`
      h2 {
        font-size: var(--small);
        color: var(--muted);
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        padding-block: 8px;
        border-block-end: 1px solid var(--line);
        overflow-wrap: anywhere;
      }
      li .row {
        gap: 2px 16px;
      }
      li button.plain {
        min-height: 24px;
        padding-block: 0;
      }
      li .title {
        font-weight: 600;
        text-align: start;
      }
      .small {
        font-size: var(--small);
      }
      h2 + ul {
        margin-block-start: -8px;
        border-block-start: 1px solid var(--line);
      }
      .hint {
        font-weight: 400;
      }
      form {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        align-items: end;
      }
      form label {
        flex: 1 1 180px;
      }
    `,
  ];

  /** kept notebooks, the last changed first */
  declare entries: readonly NotebookEntry[];
  declare offered: readonly Offered[];
  /** id of the one that is open */
  declare current: string | undefined;
  /** false: they are gone with the tab */
  declare kept: boolean;
  /** title of the one deleted last, which can be put back */
  declare removed: string | undefined;
  /** id of the one whose title is being edited */
  declare renaming: string | undefined;

  constructor() {
    super();
    this.entries = [];
    this.offered = [];
    this.kept = true;
    // deleting takes the button away that was pressed
    rescueFocus(this, () =>
      (
        this.renderRoot.querySelector<HTMLElement>("#undo") ?? this.renderRoot.querySelector("summary")
      )?.focus(),
    );
  }

  override render() {
    return html`
      <details>
        <summary>Notebooks: ${this.entries.length > 0 ? `yours (${this.entries.length}) and ` : ""}${this.offered.length} of this site</summary>
        <div class="stack">
          ${this.kept ? nothing : html`<p>The browser lends this page no storage: notebooks are here until this tab closes. Save those you want to keep as files.</p>`}
          <div class="row">
            <button part="button" @click=${() => tell(this, "nn-notebook-new", undefined)}>New notebook</button>
            <button part="button" @click=${() => tell(this, "nn-notebook-file", undefined)}>Open a file…</button>
            ${
              this.entries.length > 0
                ? html`<button part="button" @click=${() => tell(this, "nn-notebook-export", undefined)}>Export all</button>`
                : nothing
            }
          </div>
          ${
            this.removed === undefined
              ? nothing
              : html`<div class="row">
                  <span>“${isolated(this.removed)}” is deleted.</span>
                  <button id="undo" part="button" class="plain" @click=${() => tell(this, "nn-notebook-restore", undefined)}>Undo</button>
                </div>`
          }
          ${
            this.entries.length > 0
              ? html`<h2>Yours</h2>
                <ul aria-label="Notebooks kept on this device">${repeat(
                  this.entries,
                  ({ id }) => id,
                  (entry) =>
                    html`<li>${this.renaming === entry.id ? this.#form(entry) : this.#entry(entry)}</li>`,
                )}</ul>`
              : nothing
          }
          <h2><span id="offered">From this site</span><span class="hint">: opens as a copy of your own</span></h2>
          <ul aria-labelledby="offered">${this.offered.map((each) => this.#offer(each))}</ul>
        </div>
      </details>
    `;
  }

  /** Open the list, and go there. */
  reveal(): void {
    const details = this.renderRoot.querySelector("details")!;
    details.open = true;
    details.querySelector("summary")!.focus();
    void goNear(details, "start");
  }

  #entry({ id, title: given, source, changed, trusted }: NotebookEntry) {
    const title = isolated(given);
    const act = (type: "nn-notebook-open" | "nn-notebook-duplicate" | "nn-notebook-remove") => () =>
      tell(this, type, { id });
    const open = id === this.current;
    return html`
      <div class="row">
        <button part="button" class="plain title" aria-current=${open ? "page" : nothing} @click=${act("nn-notebook-open")}>${title}</button>
        <span class="quiet small number">
          ${open ? "open, " : ""}${shortOrigin(source)}${trusted ? "" : ", not trusted"}, changed
          <time datetime=${new Date(changed).toISOString()}>${date.format(changed)}</time>
        </span>
      </div>
      <div class="row small">
        <button part="button" class="plain" id="rename-${id}" aria-label="Rename ${title}" @click=${() => this.#rename(id)}>Rename</button>
        <button part="button" class="plain" aria-label="Duplicate ${title}" @click=${act("nn-notebook-duplicate")}>Duplicate</button>
        <button part="button" class="plain" aria-label="Delete ${title}" @click=${act("nn-notebook-remove")}>Delete</button>
      </div>
    `;
  }

  #form({ id, title }: NotebookEntry) {
    const submit = (event: SubmitEvent) => {
      event.preventDefault();
      const name = new FormData(event.target as HTMLFormElement).get("title")!.toString().trim();
      if (name && name !== title) tell(this, "nn-notebook-rename", { id, title: name });
      this.#close(id);
    };
    const cancel = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.#close(id);
    };
    return html`
      <form @submit=${submit} @keydown=${cancel}>
        <label>Title <input name="title" maxlength="200" .value=${title} autocomplete="off" /></label>
        <button part="button" class="main">Rename</button>
        <button part="button" type="button" @click=${() => this.#close(id)}>Cancel</button>
      </form>
    `;
  }

  #offer({ name, title, summary }: Offered) {
    return html`
      <li>
        <button part="button" class="plain title" @click=${() => tell(this, "nn-notebook-built-in", { name })}>${title}</button>
        <p class="quiet small">${summary}</p>
      </li>
    `;
  }

  async #rename(id: string) {
    this.renaming = id;
    await this.updateComplete;
    this.renderRoot.querySelector("input")?.select();
    this.renderRoot.querySelector("input")?.focus();
  }

  async #close(id: string) {
    this.renaming = undefined;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`#rename-${id}`)?.focus();
  }
}

const date = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

define("nn-library", NnLibrary);

declare global {
  interface HTMLElementTagNameMap {
    "nn-library": NnLibrary;
  }
}
