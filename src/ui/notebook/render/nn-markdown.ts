import { css, html, LitElement, type PropertyValues } from "lit";
import type { JsonObject } from "../../../storage/index.ts";
import { define } from "../../kit/define.ts";
import { base, controls } from "../../kit/styles.ts";
import { send } from "../events.ts";
import { ledger, Meter } from "./budget.ts";
import { code } from "./code-styles.ts";
import { excess } from "./excess.ts";
import { goNear } from "./near.ts";
import { Needs } from "./part.ts";
import { drawnProse } from "./prerendered.ts";
import { prose, proseParts } from "./prose-parts.ts";
import { prose as proseStyles } from "./prose-styles.ts";
import { Scrollable } from "./scrollable.ts";

/** every one on the page, since a link leads to a heading in any of them */
const shown = new Set<NnMarkdown>();

/**
 * Markdown with formulas, as prose, as far as the page draws it unasked. Links to headings lead to those of the whole
 * notebook.
 * @fires nn-seek - a link leads to a heading that is not there
 */
export class NnMarkdown extends LitElement {
  static override properties = {
    source: { attribute: false },
    attachments: { attribute: false },
    content: { attribute: false },
    asked: { state: true },
  };
  static override styles = [
    base,
    controls,
    code,
    proseStyles,
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
  /** what is drawn: given by who has counted it already, or else made of the source */
  declare content: readonly Node[] | undefined;
  /** a person wants all of it */
  declare asked: boolean;
  #content: readonly Node[] | string = [];
  #meter = new Meter();
  readonly #needs = new Needs(this);
  /** what it is drawn with was still on its way */
  #behind = false;

  constructor() {
    super();
    this.source = "";
    this.asked = false;
    new Scrollable(this, ".prose, .wide, .tml-display", "Wide content");
  }

  override connectedCallback() {
    super.connectedCallback();
    shown.add(this);
    if (this.hasUpdated) ledger.drawn(this, this.#meter.cost);
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    shown.delete(this);
    ledger.give(this);
  }

  protected override willUpdate(changed: PropertyValues<this>) {
    if (this.content) this.#content = this.content;
    else if (changed.has("source") || changed.has("attachments") || changed.has("asked")) {
      this.#needs.forget();
      this.#draw();
    } else if (this.#behind) this.#draw();
  }

  #draw(): void {
    const { source, attachments } = this;
    const drawn = attachments ? undefined : drawnProse(source);
    const state = drawn ? "here" : this.#needs.look(proseParts(source));
    this.#behind = state === "coming";
    // what stood there stays until then
    if (this.#behind) return;
    this.#meter = this.asked ? new Meter() : ledger.meter(this);
    // without a network it can still be read
    this.#content = drawn ?? prose.value?.proseOf(source, attachments, this.#meter) ?? source;
    if (drawn) this.#meter.take("elements", drawn.length);
    ledger.drawn(this, this.asked ? 0 : this.#meter.cost);
  }

  /** drawn with all that it needs */
  protected override async getUpdateComplete(): Promise<boolean> {
    const done = await super.getUpdateComplete();
    if (!this.#behind) return done;
    await this.#needs.settled;
    return super.getUpdateComplete();
  }

  override render() {
    return html`<div class="prose contained" @click=${this.#follow}>${this.#content}</div>
      ${excess(this.#meter, () => {
        this.asked = true;
      })}`;
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
    if (!goTo(href.slice(1), this)) send(this, "nn-seek", { id: href.slice(1) });
  }
}

/** Go to a heading or an anchor among what is drawn; false when it is not. @param from where it is looked for first */
export function goTo(id: string, from?: NnMarkdown): boolean {
  const place = [...(from ? [from] : []), ...shown]
    .map((each) => each.find(id))
    .find((found) => found !== null);
  if (!place) return false;
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
  void goNear(place, "start");
  return true;
}

define("nn-markdown", NnMarkdown);

declare global {
  interface HTMLElementTagNameMap {
    "nn-markdown": NnMarkdown;
  }
}
