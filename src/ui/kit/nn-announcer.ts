import { css, html, LitElement } from "lit";
import { define } from "./define.ts";

/** The page's one live region: what `message` is set to is read out, politely, and not shown. */
export class NnAnnouncer extends LitElement {
  static override properties = { message: { attribute: false } };
  static override styles = css`
    :host {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
  `;

  /** the sentence to read out */
  declare message: string;

  constructor() {
    super();
    this.message = "";
  }

  override render() {
    return html`<div role="status">${this.message}</div>`;
  }
}

define("nn-announcer", NnAnnouncer);

declare global {
  interface HTMLElementTagNameMap {
    "nn-announcer": NnAnnouncer;
  }
}
