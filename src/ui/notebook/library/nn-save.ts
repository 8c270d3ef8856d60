import { css, html, LitElement, nothing } from "lit";
import { define } from "../../kit/define.ts";
import { base, controls } from "../../kit/styles.ts";
import { type FileKind, tell } from "./document-events.ts";
import { type Link, linkLimit } from "./share.ts";

/** what became of the wish for a link */
export type LinkState = Link & { readonly copied?: boolean };

/**
 * Ways to take the open notebook along: as a file of several kinds, and as a link that holds all of it.
 * @fires nn-notebook-save - as a file of this kind
 * @fires nn-notebook-link - make a link and copy it
 * @fires nn-notebook-course - put it into a course page
 * @fires nn-answers-open - hand in answers, or check sheets
 * @fires nn-notebook-address - copy the address of the file that it came from
 * @csspart button - each button
 */
export class NnSave extends LitElement {
  static override properties = {
    link: { attribute: false },
    address: { attribute: false },
    files: { type: Number },
    embedded: { type: Boolean },
  };
  static override styles = [
    base,
    controls,
    css`
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      button {
        display: grid;
        gap: 1px;
        width: 100%;
        padding: 4px 9px 5px;
        border-color: transparent;
        color: var(--text);
        font-weight: 400;
        font-size: var(--small);
        line-height: 1.4;
        text-align: start;
      }
      button .quiet {
        font-size: var(--tiny);
      }
      .link {
        padding: 6px 9px;
        font-size: var(--small);
      }
      input {
        font-family: var(--mono-family);
      }
    `,
  ];

  /** the link that was asked for last, to the notebook as it was then */
  declare link: LinkState | undefined;

  /** where the site has the file that it came from; undefined where it came from elsewhere */
  declare address: string | undefined;

  /** how many data files are kept with it */
  declare files: number;

  /** it stands in a course page already */
  declare embedded: boolean;

  constructor() {
    super();
    this.embedded = false;
    this.files = 0;
  }

  override render() {
    return html`
      <ul>
        ${ways.map(([kind, label, text]) =>
          this.#way(kind, label, text, () => tell(this, "nn-notebook-save", { kind })),
        )}
        ${this.#way(
          "link",
          "Copy link",
          "The whole notebook is in the link and is sent nowhere. Whoever opens it gets a copy.",
          () => tell(this, "nn-notebook-link", undefined),
        )}
        ${
          this.embedded
            ? nothing
            : this.#way(
                "course",
                "Put into a course page…",
                "Code for a page of your course, which shows this notebook there; and links by a file’s address.",
                () => tell(this, "nn-notebook-course", undefined),
              )
        }
        ${this.#way(
          "answers",
          "Answer sheet…",
          "Hand in the cells that are marked as answers as a small text, or check sheets.",
          () => tell(this, "nn-answers-open", undefined),
        )}
        ${
          this.address === undefined
            ? nothing
            : this.#way(
                "address",
                "Copy address",
                "A short link to the file on this site that this came from, as it is there: without your changes.",
                () => tell(this, "nn-notebook-address", undefined),
              )
        }
      </ul>
      ${
        this.files === 0
          ? nothing
          : html`<p class="link quiet">
              The ${this.files} ${this.files === 1 ? "file of this notebook is" : "files of this notebook are"} not in any of
              these; send ${this.files === 1 ? "it" : "them"} along.
            </p>`
      }
      ${this.#link()}
    `;
  }

  /** the label is the button's name, the text below it its description */
  #way(id: string, label: string, text: string, act: () => void) {
    return html`<li>
      <button part="button" aria-labelledby="${id}-label" aria-describedby="${id}-text" @click=${act}>
        <span id="${id}-label">${label}</span>
        <span id="${id}-text" class="quiet">${text}</span>
      </button>
    </li>`;
  }

  #link() {
    const { link } = this;
    if (!link) return nothing;
    if (link.kind === "too-long")
      return html`<p class="link">
        The link would have ${link.length.toLocaleString("en-GB")} characters, and programs that carry links cut them off
        beyond ${linkLimit.toLocaleString("en-GB")}. Save the notebook as .ipynb and send the file instead; whoever gets it
        can drop it on this page.
      </p>`;
    const left = link.withoutOutputs ? " Outputs are left out: with them the link would be too long." : "";
    return html`<div class="link">
      ${
        link.copied
          ? html`<p>Copied.${left}</p>`
          : html`<label>The browser refused to copy; copy the link from here:${left}
              <input readonly .value=${link.href} @focus=${(event: FocusEvent) => (event.target as HTMLInputElement).select()} /></label>`
      }
    </div>`;
  }
}

const ways: readonly (readonly [FileKind, string, string])[] = [
  ["ipynb", "Save .ipynb", "The notebook as a file, for this page, Jupyter, Colab or VS Code."],
  [
    "python",
    "Open in Python",
    "A Jupyter notebook that installs the real TransformerLens, 3.9, and checks this page’s numbers.",
  ],
  [
    "py",
    "Save .py",
    "The Python alone; the prose as comments. It needs transformer_lens 3.9 (4 has no HookedEncoder).",
  ],
  ["html", "Save .html", "A page to read, with the outputs and without scripts."],
];

define("nn-save", NnSave);

declare global {
  interface HTMLElementTagNameMap {
    "nn-save": NnSave;
  }
}
