import { css, html, LitElement, nothing } from "lit";
import { define } from "../../kit/define.ts";
import { base, controls, dialog, field } from "../../kit/styles.ts";
import { fileFragment, type NotebookCode, notebookCode } from "./course-code.ts";
import { fileName } from "./files.ts";
import { type Link, linkLimit } from "./share.ts";
import "../../kit/nn-announcer.ts";
import "../../kit/nn-code.ts";

/** the notebook that is to be put into a course page */
export interface Shared {
  /** address of the folder that the site's pages lie in */
  readonly site: string;
  readonly heading: string;
  /** all of it in an address, as it stands now */
  readonly whole: Link;
  /** the fragment of the notebook of the site, or of the file on it, that it came from; undefined where it came from none */
  readonly published: string | undefined;
  /** it is another than that by now */
  readonly changed: boolean;
}

/**
 * The dialog with the code that puts a notebook into a course page: the whole notebook, or the address of a file on the site.
 * @csspart button - each button
 */
export class NnCoursePage extends LitElement {
  static override properties = {
    shared: { attribute: false },
    way: { state: true },
    path: { state: true },
    said: { state: true },
  };
  static override styles = [
    base,
    controls,
    dialog,
    field,
    css`
      dialog {
        width: min(640px, calc(100vw - 24px));
      }
      .content {
        gap: 20px;
        margin-block-start: 16px;
      }
      fieldset {
        display: grid;
        gap: 10px;
        min-width: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        padding: 0;
        margin-block-end: 6px;
        font-weight: 600;
      }
      .way {
        display: grid;
        grid-template-columns: 16px minmax(0, 1fr);
        gap: 2px 8px;
        align-items: center;
      }
      .way > :not(input, label) {
        grid-column: 2;
      }
      .way .field {
        margin-block-start: 6px;
      }
      .small,
      .field {
        font-size: var(--small);
      }
      .code {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 6px;
      }
    `,
  ];

  declare shared: Shared | undefined;
  /** what the code leads to */
  declare way: "whole" | "file";
  /** where the file lies, seen from the site's folder */
  declare path: string;
  /** what a screen reader is told */
  declare said: string;
  /** the dialog was closed */
  onclosed: (() => void) | undefined;

  constructor() {
    super();
    this.way = "whole";
    this.path = "";
    this.said = "";
    this.addEventListener("nn-announce", (event) => {
      // the page's own announcer is behind the dialog, where a screen reader does not look
      event.stopPropagation();
      this.said = event.detail.message;
    });
  }

  /** Open the dialog. */
  async show(shared: Shared): Promise<void> {
    const { heading, whole, published, changed } = shared;
    this.shared = shared;
    this.said = "";
    this.way = whole.kind === "too-long" || (published && !changed) ? "file" : "whole";
    this.path = published ? pathIn(published) : `week1/${fileName(heading, ".ipynb").replaceAll(" ", "-")}`;
    await this.updateComplete;
    this.renderRoot.querySelector("dialog")!.showModal();
  }

  override render() {
    const { shared } = this;
    if (!shared) return nothing;
    const code = this.#code(shared);
    return html`
      <dialog aria-labelledby="title" @close=${() => this.onclosed?.()}>
        <div class="head">
          <h2 id="title">Put this notebook into a course page</h2>
          <form method="dialog"><button part="button">Close</button></form>
        </div>
        <div class="stack content">
          <fieldset>
            <legend>The code leads to</legend>
            ${this.#whole(shared.whole)} ${this.#file(shared)}
          </fieldset>
          ${typeof code === "string" ? html`<p class="complaint" role="alert">${code}</p>` : this.#pieces(code)}
        </div>
        <nn-announcer .message=${this.said}></nn-announcer>
      </dialog>
    `;
  }

  #whole(whole: Link) {
    const text =
      whole.kind === "too-long"
        ? `Not this one: the code would have ${characters(whole.length)} characters, and programs cut addresses off beyond ${characters(linkLimit)}. Put its file on the site instead.`
        : `All of it is in the code${whole.withoutOutputs ? ", without its outputs, which would make it too long" : ""}. When you have changed it, copy the code again.`;
    return this.#way(
      "whole",
      "The notebook as it stands now",
      whole.kind === "too-long",
      html`<p id="whole-text" class="quiet small">${text}</p>`,
    );
  }

  #file({ site, published }: Shared) {
    if (published?.startsWith("#notebook="))
      return this.#way(
        "file",
        "The notebook of this site that it came from",
        false,
        html`<p id="file-text" class="quiet small">The code is short, and leads to the notebook without your changes.</p>`,
      );
    return this.#way(
      "file",
      "A file on this site",
      false,
      html`
        <p id="file-text" class="quiet small">
          The code is short: it holds the file’s address alone. ${published ? "Readers get the file as it is there, without your changes." : html`Whoever runs this site puts the file there (File, <em>Save .ipynb</em>); until then the link leads to nothing.`}
          Put another file in its place, and who opens it from then on gets that one, by the same code; a reader who has
          changed something in the course page keeps what they have.
        </p>
        ${
          this.way === "file"
            ? html`<div class="field">
                <label for="path">The file’s address, seen from ${site}</label>
                <input id="path" class="mono" spellcheck="false" .value=${this.path} @input=${this.#typed} />
              </div>`
            : nothing
        }
      `,
    );
  }

  #way(way: "whole" | "file", label: string, disabled: boolean, text: unknown) {
    return html`<div class="way">
      <input
        id=${way}
        type="radio"
        name="way"
        aria-describedby="${way}-text"
        .checked=${this.way === way}
        ?disabled=${disabled}
        @change=${() => (this.way = way)}
      />
      <label for=${way}>${label}</label>
      ${text}
    </div>`;
  }

  #pieces({ frame, element, link }: NotebookCode) {
    const piece = (text: string, name: string, action: string, code: string) => html`<div class="code">
      <p class="quiet small">${text}</p>
      <nn-code exportparts="button" name=${name} action=${action} .text=${code}></nn-code>
    </div>`;
    return [
      piece(
        "As a frame, which most course systems take. The script gives it the height it needs and can be left out: the notebook then scrolls in the frame.",
        "Code of a frame",
        "Copy frame code",
        frame,
      ),
      piece(
        "As an element, where your course page may load a script:",
        "Code of an element",
        "Copy element code",
        element,
      ),
      piece(
        "As a link to the notebook on its own page, where a course system takes neither:",
        "Link",
        "Copy this link",
        link,
      ),
    ];
  }

  /** The code; where there is none, what is wrong with the file's address. */
  #code({ site, heading, whole, published }: Shared): NotebookCode | string {
    if (this.way === "whole" && whole.kind === "link")
      return notebookCode(site, heading, whole.href.slice(whole.href.indexOf("#")));
    if (published?.startsWith("#notebook=")) return notebookCode(site, heading, published);
    const path = this.path.trim();
    if (path === "") return "Write the address of the file, such as week1/task.ipynb.";
    try {
      return notebookCode(site, heading, fileFragment(site, path));
    } catch (error) {
      return (error as Error).message;
    }
  }

  #typed({ target }: Event) {
    this.path = (target as HTMLInputElement).value;
  }
}

/** the path of a file in the fragment that leads to it */
function pathIn(fragment: string): string {
  return decodeURIComponent(fragment.slice(fragment.indexOf("=") + 1));
}

function characters(count: number): string {
  return count.toLocaleString("en-GB");
}

define("nn-course-page", NnCoursePage);

declare global {
  interface HTMLElementTagNameMap {
    "nn-course-page": NnCoursePage;
  }
}
