import { css, html, LitElement, nothing } from "lit";
import { define } from "./define.ts";
import { base, controls, unprinted } from "./styles.ts";

/** what the page knows of its connection and of its version */
export interface SiteStatus {
  readonly offline: boolean;
  /** the page itself is kept on this device, so it opens without a network */
  readonly kept: boolean;
  /** a new version: ready to replace this one, or has done so because another tab asked for it */
  readonly update: "none" | "waiting" | "elsewhere";
  /** the reload was asked for and waits for what is under way */
  readonly reloading: boolean;
}

export const firstStatus: SiteStatus = { offline: false, kept: false, update: "none", reloading: false };

/**
 * A line at the foot of the window for what a person should know about the page itself: no network, a new version. It is
 * there only when there is something to say, moves nothing on the page, and interrupts nobody.
 * @fires nn-reload - show the new version
 * @csspart line - the line
 */
export class NnSiteStatus extends LitElement {
  static override properties = { status: { attribute: false } };
  static override styles = [
    base,
    controls,
    unprinted,
    css`
      :host {
        position: sticky;
        bottom: 0;
        z-index: 1;
      }
      .row {
        margin-top: 16px;
        padding: 6px 12px;
        border: 1px solid var(--line);
        border-bottom: 0;
        border-radius: 6px 6px 0 0;
        background: var(--page);
        font-size: var(--small);
      }
      span {
        flex: 1 1 240px;
      }
    `,
  ];

  declare status: SiteStatus;

  constructor() {
    super();
    this.status = firstStatus;
  }

  override render() {
    const said = [offlineText(this.status), updateText(this.status)].filter(Boolean).join(" ");
    // the region stands from the start: what appears together with it is not read out
    return html`
      <div aria-live="polite">
        ${said ? html`<div class="row" part="line"><span>${said}</span>${this.#reload()}</div>` : nothing}
      </div>
    `;
  }

  protected override updated() {
    // what gets the focus is scrolled to above the line, not under it
    this.ownerDocument.documentElement.style.scrollPaddingBottom = `${this.offsetHeight}px`;
  }

  #reload() {
    const { update, reloading } = this.status;
    if (update === "none") return nothing;
    // not disabled while it waits, since it may have the focus
    return html`
      <button aria-disabled=${reloading} @click=${this.#ask}>${reloading ? "Waiting to reload" : "Reload"}</button>
    `;
  }

  #ask() {
    this.dispatchEvent(new CustomEvent("nn-reload"));
  }
}

function offlineText({ offline, kept }: SiteStatus): string {
  if (!offline) return "";
  return kept
    ? "Offline. Everything kept on this device still works."
    : "Offline. This page works until it is closed.";
}

function updateText({ update, reloading }: SiteStatus): string {
  if (update === "none") return "";
  if (reloading) return "The new version is shown as soon as nothing is under way.";
  return update === "waiting"
    ? "There is a new version of this page."
    : "This page was updated in another tab; reload when it suits you.";
}

define("nn-site-status", NnSiteStatus);

declare global {
  interface HTMLElementTagNameMap {
    "nn-site-status": NnSiteStatus;
  }
}
