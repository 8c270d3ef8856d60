import { css, html, LitElement, type PropertyValues } from "lit";
import type { JsonObject } from "../../storage/index.ts";
import { define } from "../define.ts";
import { base } from "../styles.ts";
import { code } from "./code-styles.ts";
import { markdownToHtml } from "./markdown.ts";
import { prose } from "./prose-styles.ts";
import { sanitize } from "./sanitize.ts";
import { Scrollable } from "./scrollable.ts";

/** every one on the page, since a link leads to a heading in any of them */
const shown = new Set<NnMarkdown>();

/** Markdown with formulas, as prose. Links to headings lead to those of the whole notebook. */
export class NnMarkdown extends LitElement {
  static override properties = { source: { attribute: false }, attachments: { attribute: false } };
  static override styles = [
    base,
    code,
    prose,
    css`
      :host {
        font: 17px / 1.5 var(--serif-family);
      }
      h2 {
        font-family: inherit;
      }
      .prose :focus-visible {
        border-radius: 2px;
      }
    `,
  ];

  declare source: string;
  /** the cell's images */
  declare attachments: JsonObject | undefined;
  #content: Node[] = [];

  constructor() {
    super();
    this.source = "";
    new Scrollable(this, ".wide, .tml-display", "Wide content");
  }

  override connectedCallback() {
    super.connectedCallback();
    shown.add(this);
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    shown.delete(this);
  }

  protected override willUpdate(changed: PropertyValues<this>) {
    if (!changed.has("source") && !changed.has("attachments")) return;
    const { fragment } = sanitize(markdownToHtml(this.source, this.attachments));
    widen(fragment);
    this.#content = [...fragment.childNodes];
  }

  override render() {
    return html`<div class="prose" @click=${this.#follow}>${this.#content}</div>`;
  }

  /** The element of this id, by name of a heading or an anchor. */
  find(id: string): HTMLElement | null {
    return (this.renderRoot as ShadowRoot).getElementById(id);
  }

  #follow(event: MouseEvent) {
    const link = (event.target as Element).closest("a");
    const href = link?.getAttribute("href") ?? "";
    if (!href.startsWith("#")) return;
    // the page's own fragment holds a shared notebook, and ids in here are out of its sight
    event.preventDefault();
    const place = [this, ...shown].map((each) => each.find(href.slice(1))).find((found) => found !== null);
    if (!place) return;
    place.tabIndex = -1;
    place.focus({ preventScroll: true });
    place.scrollIntoView({ block: "start" });
  }
}

/** Give each table a box to scroll in, so that the page need not. */
export function widen(fragment: DocumentFragment): void {
  for (const table of fragment.querySelectorAll("table")) {
    if (table.parentElement?.closest("table")) continue;
    const box = document.createElement("div");
    box.className = "wide";
    table.replaceWith(box);
    box.append(table);
  }
}

define("nn-markdown", NnMarkdown);

declare global {
  interface HTMLElementTagNameMap {
    "nn-markdown": NnMarkdown;
  }
}
