import { css, html, LitElement, nothing } from "lit";
import type { NotebookEntry } from "../../../storage/index.ts";
import { define } from "../../kit/define.ts";
import { base, controls, unprinted } from "../../kit/styles.ts";
import { isolated } from "../render/isolated.ts";
import { tell } from "./document-events.ts";
import { originText } from "./trust.ts";

/**
 * Says of a notebook that came from outside where it came from, that nothing in it has run, and how to allow that.
 * Nothing of it is there once the reader trusts it. Of one that is not in Python it says that it cannot run here at all.
 * @fires nn-notebook-trust - the reader trusts it
 * @csspart button - the button
 */
export class NnTrust extends LitElement {
  static override properties = {
    entry: { attribute: false },
    language: { attribute: false },
    refused: { state: true },
  };
  static override styles = [
    base,
    controls,
    unprinted,
    css`
      section {
        display: grid;
        gap: 8px;
        justify-items: start;
        margin-block: 16px;
        padding: 11.2px 14.4px;
        border: 1px solid var(--line);
        border-inline-start: 3px solid var(--down);
        border-radius: 4px;
        background: var(--tint);
        overflow-wrap: anywhere;
      }
    `,
  ];

  /** the notebook that is open; undefined before one is */
  declare entry: NotebookEntry | undefined;
  /** what it is written in; undefined for Python */
  declare language: string | undefined;
  /** of which notebook something was to run */
  declare refused: string | undefined;

  override render() {
    const { entry } = this;
    if (entry && this.language !== undefined) return this.#foreign(isolated(this.language));
    if (!entry || entry.trusted) return nothing;
    const origin = originText(entry.source) ?? "somewhere else";
    return html`
      <section aria-labelledby="heading">
        <h2 id="heading">This notebook came from ${origin}; nothing in it has run.</h2>
        <p class="quiet">
          The outputs shown are those it came with. Its Python can compute and show things, and cannot reach your other
          notebooks, your files or the network. Run it if you know who made it.
        </p>
        ${this.refused === entry.id ? html`<p><strong>Not run: it has to be trusted first.</strong></p>` : nothing}
        <button part="button" @click=${() => tell(this, "nn-notebook-trust", undefined)}>Trust this notebook</button>
      </section>
    `;
  }

  #foreign(language: string) {
    return html`
      <section aria-labelledby="heading" tabindex="-1">
        <h2 id="heading">This notebook is written in ${language}, and this page runs Python alone.</h2>
        <p class="quiet">
          Its cells, and the outputs it came with, are shown as they are. None of them can be run here; open the file in
          Jupyter with a kernel for ${language}.
        </p>
      </section>
    `;
  }

  /** Say that nothing runs before it is trusted, and go to the button. */
  refuse(): void {
    this.refused = this.entry?.id;
    (this.renderRoot.querySelector("button") ?? this.renderRoot.querySelector("section"))?.focus();
  }
}

define("nn-trust", NnTrust);

declare global {
  interface HTMLElementTagNameMap {
    "nn-trust": NnTrust;
  }
}
