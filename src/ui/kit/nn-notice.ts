import { css, html, LitElement, nothing } from "lit";
import { define } from "./define.ts";
import { base } from "./styles.ts";

/**
 * Something a person should know before going on: what is the case, and what can be done.
 * @slot - the explanation
 * @slot action - buttons that lead on
 * @csspart box - the bordered box
 */
export class NnNotice extends LitElement {
  static override properties = {
    kind: { reflect: true },
    heading: { attribute: false },
  };
  static override styles = [
    base,
    css`
      .box {
        display: grid;
        gap: 5.6px;
        padding: 11.2px 14.4px;
        border: 1px solid var(--line);
        border-inline-start: 3px solid var(--before);
        border-radius: 4px;
      }
      :host([kind="error"]) .box {
        border-color: var(--error);
      }
      strong {
        font-weight: 600;
      }
      ::slotted([slot="action"]) {
        justify-self: start;
        margin-block-start: 4px;
      }
    `,
  ];

  /** an error is outlined in red, a note is quiet */
  declare kind: "note" | "error";
  /** one sentence: what is the case */
  declare heading: string;

  constructor() {
    super();
    this.kind = "note";
    this.heading = "";
  }

  override render() {
    return html`
      <div class="box" part="box">
        ${this.heading ? html`<strong>${this.heading}</strong>` : nothing}
        <div class="quiet"><slot></slot></div>
        <slot name="action"></slot>
      </div>
    `;
  }
}

define("nn-notice", NnNotice);

declare global {
  interface HTMLElementTagNameMap {
    "nn-notice": NnNotice;
  }
}
