import { css, html, LitElement, nothing } from "lit";
import { format } from "../../../model/index.ts";
import type { DataFileEntry } from "../../../storage/index.ts";
import { define } from "../../kit/define.ts";
import { rescueFocus } from "../../kit/focus.ts";
import { base, controls, disclosure, unprinted } from "../../kit/styles.ts";
import { isolated } from "../render/isolated.ts";
import { tell } from "./document-events.ts";

/**
 * The data files of the open notebook: what was dropped onto it or chosen, and what its Python has written.
 * @fires nn-file-choose - choose files to keep with it
 * @fires nn-file-save - take one away
 * @fires nn-file-remove - remove one
 * @fires nn-file-restore - put back the one removed last
 * @csspart button - each button
 */
export class NnFiles extends LitElement {
  static override properties = { entries: { attribute: false }, removed: { attribute: false } };
  static override styles = [
    base,
    controls,
    disclosure,
    unprinted,
    css`
      ul {
        margin: 0;
        padding: 0;
        border-block-start: 1px solid var(--line);
        list-style: none;
      }
      li {
        padding-block: 4px;
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
      .small {
        font-size: var(--small);
      }
    `,
  ];

  /** by their names */
  declare entries: readonly DataFileEntry[];
  /** name of the one removed last, which can be put back */
  declare removed: string | undefined;

  constructor() {
    super();
    this.entries = [];
    // removing takes the button away that was pressed
    rescueFocus(this, () =>
      (
        this.renderRoot.querySelector<HTMLElement>("#undo") ?? this.renderRoot.querySelector("summary")
      )?.focus(),
    );
  }

  override render() {
    const { entries, removed } = this;
    const all = format.bytes(entries.reduce((sum, { size }) => sum + size, 0));
    return html`
      <details>
        <summary>Files of this notebook: ${entries.length > 0 ? `${entries.length}, ${all}` : "none"}</summary>
        <div class="stack">
          <p class="quiet small">
            Python opens them by name, as in open("data.csv"), and what it writes is listed here. They are kept with the
            notebook on this device, and are not inside a saved .ipynb or a link: send them along.
          </p>
          <div class="row">
            <button part="button" @click=${() => tell(this, "nn-file-choose", undefined)}>Add files…</button>
            <span class="quiet small">or drop them onto the page: up to 32 MB each, 64 MB in all</span>
          </div>
          ${
            removed === undefined
              ? nothing
              : html`<div class="row">
                  <span>“${isolated(removed)}” is removed.</span>
                  <button id="undo" part="button" class="plain" @click=${() => tell(this, "nn-file-restore", undefined)}>Undo</button>
                </div>`
          }
          ${entries.length > 0 ? html`<ul aria-label="Files of this notebook">${entries.map((entry) => this.#entry(entry))}</ul>` : nothing}
        </div>
      </details>
    `;
  }

  /** Open the list. */
  reveal(): void {
    this.renderRoot.querySelector("details")!.open = true;
  }

  #entry({ name, size }: DataFileEntry) {
    const act = (type: "nn-file-save" | "nn-file-remove") => () => tell(this, type, { name });
    const shown = isolated(name);
    return html`<li>
      <div class="row">
        <span>${shown}</span>
        <span class="quiet small number">${format.bytes(size)}</span>
        <button part="button" class="plain" aria-label="Download ${shown}" @click=${act("nn-file-save")}>Download</button>
        <button part="button" class="plain" aria-label="Remove ${shown}" @click=${act("nn-file-remove")}>Remove</button>
      </div>
    </li>`;
  }
}

define("nn-files", NnFiles);

declare global {
  interface HTMLElementTagNameMap {
    "nn-files": NnFiles;
  }
}
