import { css, html, LitElement, nothing } from "lit";
import { define } from "../define.ts";
import { base, controls } from "../styles.ts";
import { type FileKind, tell } from "./document-events.ts";
import { type Link, linkLimit } from "./share.ts";

/** what became of the wish for a link */
export type LinkState = Link & { readonly copied?: boolean };

/**
 * Ways to take the open notebook along: as a file of several kinds, and as a link that holds all of it.
 * @fires nn-notebook-save - as a file of this kind
 * @fires nn-notebook-link - make a link and copy it
 * @csspart button - each button
 */
export class NnSave extends LitElement {
  static override properties = { link: { attribute: false } };
  static override styles = [
    base,
    controls,
    css`
      dl {
        display: grid;
        grid-template-columns: minmax(0, max-content) minmax(0, 1fr);
        gap: 8px 16px;
        align-items: center;
        margin: 0;
      }
      dd {
        margin: 0;
      }
      button {
        width: 100%;
      }
      input {
        font-family: var(--mono-family);
      }
      @media (max-width: 480px) {
        dl {
          grid-template-columns: minmax(0, 1fr);
          gap: 4px;
        }
        dd {
          margin-block-end: 8px;
        }
      }
    `,
  ];

  /** the link that was asked for last, to the notebook as it was then */
  declare link: LinkState | undefined;

  override render() {
    return html`
      <div class="stack">
          <dl>${ways.map(([kind, label, text]) => html`<dt>${this.#button(kind, label)}</dt><dd class="quiet">${text}</dd>`)}
            <dt><button part="button" @click=${() => tell(this, "nn-notebook-link", undefined)}>Copy link</button></dt>
            <dd class="quiet">The whole notebook is in the link and is sent nowhere. Whoever opens it gets a copy.</dd>
          </dl>
          ${this.#link()}
      </div>
    `;
  }

  #button(kind: FileKind, label: string) {
    return html`<button part="button" @click=${() => tell(this, "nn-notebook-save", { kind })}>${label}</button>`;
  }

  #link() {
    const { link } = this;
    if (!link) return nothing;
    if (link.kind === "too-long")
      return html`<p>
        The link would have ${link.length.toLocaleString("en-GB")} characters, and programs that carry links cut them off
        beyond ${linkLimit.toLocaleString("en-GB")}. Save the notebook as .ipynb and send the file instead; whoever gets it
        can drop it on this page.
      </p>`;
    return html`
      ${link.copied ? html`<p>Copied.${link.withoutOutputs ? " Outputs are left out: with them the link would be too long." : ""}</p>` : nothing}
      ${
        link.copied
          ? nothing
          : html`<label>The browser refused to copy; copy the link from here:
              <input readonly .value=${link.href} @focus=${(event: FocusEvent) => (event.target as HTMLInputElement).select()} /></label>`
      }
    `;
  }
}

const ways: readonly (readonly [FileKind, string, string])[] = [
  ["ipynb", "Save .ipynb", "A Jupyter notebook, for this page, Jupyter, Colab or VS Code."],
  [
    "python",
    "Open in Python",
    "A Jupyter notebook for the real TransformerLens, which checks this page’s numbers.",
  ],
  ["py", "Save .py", "The Python alone; the prose as comments."],
  ["html", "Save .html", "A page to read, with the outputs and without scripts."],
];

define("nn-save", NnSave);

declare global {
  interface HTMLElementTagNameMap {
    "nn-save": NnSave;
  }
}
