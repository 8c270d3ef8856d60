import { css, html, LitElement } from "lit";
import { define } from "../../kit/define.ts";
import { base, controls } from "../../kit/styles.ts";
import { firstLines } from "../book/first-lines.ts";
import { send } from "../events.ts";

/**
 * What one can do in a notebook in which nothing stands yet.
 * @fires nn-source, nn-select - a few lines of Python are wanted in the empty cell
 * @fires nn-insert - a form or a text is wanted above it
 */
export class NnBlank extends LitElement {
  static override properties = { cell: { attribute: false }, model: { attribute: false } };
  static override styles = [
    base,
    controls,
    css`
      section {
        font-size: var(--small);
        color: var(--muted);
      }
      h2 {
        margin: 0;
        font: inherit;
      }
      ul {
        margin: 4px 0 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        gap: 6px 16px;
        align-items: center;
        justify-content: space-between;
        padding-block: 8px;
        border-block-start: 1px solid var(--line);
      }
      span {
        flex: 1 1 18rem;
      }
      b {
        font-weight: 600;
        color: var(--text);
      }
      code {
        font: var(--small) var(--mono-family);
      }
    `,
  ];

  /** id of the empty cell */
  declare cell: string;
  /** the name of the site's first model; undefined before the list of models is there */
  declare model: string | undefined;

  override render() {
    return html`<section aria-labelledby="title">
      <h2 id="title">Nothing here yet. You can</h2>
      <ul>
        <li>
          <span><b>write Python</b> in the cell above, and run it with Shift+Enter. <code>torch</code> is here, and
          TransformerLens as version 3.9 has it, with <code>HookedEncoder</code>.</span>
          <button type="button" @click=${this.#begin}>Begin with a few lines</button>
        </li>
        <li>
          <span><b>experiment without code</b>: a form asks for a sentence and a neuron. From there, “Find the neurons…”
          ranks all of them.</span>
          <button type="button" @click=${() => this.#add("experiment")}>Add a form</button>
        </li>
        <li>
          <span><b>write text</b>, in Markdown, with formulas between dollars.</span>
          <button type="button" @click=${() => this.#add("markdown")}>Add a text</button>
        </li>
        <li>
          <span><b>bring files</b>: drop an .ipynb here and it opens; drop a .csv, .json or .txt, and Python opens it by
          its name.</span>
        </li>
        <li>
          <span><b>come back</b>: what you write is kept on this device as you type. The File menu saves it, or makes a
          link of it.</span>
        </li>
      </ul>
    </section>`;
  }

  #begin() {
    const { cell: id } = this;
    send(this, "nn-source", { id, source: firstLines(this.model ?? "minibert-blimp") });
    send(this, "nn-select", { id, mode: "edit", focus: true });
  }

  #add(kind: "experiment" | "markdown") {
    send(this, "nn-insert", { id: this.cell, side: "above", kind });
  }
}

define("nn-blank", NnBlank);

declare global {
  interface HTMLElementTagNameMap {
    "nn-blank": NnBlank;
  }
}
