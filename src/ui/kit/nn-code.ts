import { css, html, LitElement, nothing } from "lit";
import { emit } from "../experiment/events.ts";
import { copied } from "./copied.ts";
import { define } from "./define.ts";
import { base, controls, written } from "./styles.ts";

/**
 * A text to be taken elsewhere, and the button that copies it. Where the browser refuses to copy, the text is selected.
 * @fires nn-announce - it was copied, or the browser refused
 * @csspart button - the button
 */
export class NnCode extends LitElement {
  static override properties = {
    text: { attribute: false },
    name: {},
    action: {},
    folded: { type: Boolean },
    copied: { state: true },
  };
  static override styles = [
    base,
    controls,
    written,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        justify-items: start;
        gap: 6px;
      }
      pre {
        width: 100%;
        max-height: 180px;
        margin: 0;
        padding: 8px 12px;
      }
    `,
  ];

  declare text: string;
  /** what the text is, for screen readers */
  declare name: string;
  /** what the button says */
  declare action: string;
  /** the text is shown only where the browser refuses to copy it */
  declare folded: boolean;
  declare copied: boolean;

  constructor() {
    super();
    Object.assign(this, { text: "", name: "", action: "", folded: false, copied: false });
  }

  override render() {
    return html`
      ${this.folded ? nothing : html`<pre tabindex="0" role="region" aria-label=${this.name}>${this.text}</pre>`}
      <button part="button" @click=${this.#copy}>${this.copied ? "Copied" : this.action}</button>
    `;
  }

  async #copy() {
    this.copied = await copied(this.text);
    if (this.copied) {
      setTimeout(() => (this.copied = false), 2000);
      emit(this, "nn-announce", { message: "Copied." });
      return;
    }
    // ready for the keyboard
    this.folded = false;
    await this.updateComplete;
    getSelection()?.selectAllChildren(this.renderRoot.querySelector("pre")!);
    emit(this, "nn-announce", { message: "The browser refused to copy; the text is selected instead." });
  }
}

define("nn-code", NnCode);

declare global {
  interface HTMLElementTagNameMap {
    "nn-code": NnCode;
  }
}
