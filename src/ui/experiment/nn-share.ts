import { css, html, LitElement, nothing } from "lit";
import { copied } from "../kit/copied.ts";
import { define } from "../kit/define.ts";
import { base, controls, disclosure } from "../kit/styles.ts";
import { pageAddress } from "./address.ts";
import { emit } from "./events.ts";
import { defaults, parts, type Settings } from "./settings.ts";
import { elementCode, frameCode } from "./snippets.ts";

type Piece = "link" | "frame" | "element" | "course-link";

/**
 * Ways to pass the experiment on: a link, and code for a course page. Nothing is sent anywhere: all of it is text.
 * @fires nn-announce - something was copied, or the browser refused
 * @csspart button - each button
 */
export class NnShare extends LitElement {
  static override properties = {
    settings: { attribute: false },
    site: { attribute: false },
    copied: { state: true },
    refused: { state: true },
    predict: { state: true },
  };
  static override styles = [
    base,
    controls,
    disclosure,
    css`
      .code {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        justify-items: start;
        gap: 6px;
      }
      pre {
        box-sizing: border-box;
        width: 100%;
        margin: 0;
        padding: 8px 12px;
        border: 1px solid var(--line);
        border-radius: 4px;
        background: var(--field);
        font: var(--tiny) / 1.5 var(--mono-family);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
    `,
  ];

  /** what is passed on */
  declare settings: Settings;
  /** address of the folder that this site's pages lie in, or of a page there */
  declare site: string;
  declare copied: Piece | undefined;
  /** the course page's readers are to predict first; undefined: as the settings say */
  declare predict: boolean | undefined;
  /** the browser would not copy the link, so that it has to be shown */
  declare refused: boolean;

  constructor() {
    super();
    this.settings = defaults;
    this.site = "";
    this.refused = false;
  }

  override render() {
    if (!this.site || this.settings.hide.has("share")) return nothing;
    return html`
      <div class="stack">
        <div class="code">
          ${this.#button("link", "Copy link")}
          ${this.refused ? html`<pre id="link" tabindex="0" role="region" aria-label="Link">${this.#text("link")}</pre>` : nothing}
        </div>
        <details>
          <summary>Put this experiment into a course page</summary>
          <div class="stack">
            <label class="pick">
              <input
                type="checkbox"
                .checked=${this.#given.hide.has("recorded")}
                @change=${(event: Event) => (this.predict = (event.target as HTMLInputElement).checked)}
              />
              Predict first: show no recorded result before the reader’s own run
            </label>
            <div class="code">
              <p class="quiet">
                As a frame, which most course systems take. The script gives it the height it needs and can be left out:
                the frame then keeps the height written here. The link below the frame is for readers whose browser does not
                show it.
              </p>
              <pre id="frame" tabindex="0" role="region" aria-label="Code of a frame">${this.#text("frame")}</pre>
              ${this.#button("frame", "Copy frame code")}
            </div>
            <div class="code">
              <p class="quiet">
                As an element, which takes the colours that the course page gives it and tells that page its results:
              </p>
              <pre id="element" tabindex="0" role="region" aria-label="Code of an element">${this.#text("element")}</pre>
              ${this.#button("element", "Copy element code")}
            </div>
            <div class="code">
              <p class="quiet">As a link to the experiment on its own page, where a course system takes neither:</p>
              <pre id="course-link" tabindex="0" role="region" aria-label="Address for a course page">${this.#text("course-link")}</pre>
              ${this.#button("course-link", "Copy this link")}
            </div>
            <p class="quiet">
              What the reader need not see can be hidden, by adding <code>&amp;hide=form,share</code> or
              <code>&amp;view=table</code> to the frame’s address, or <code>hide="form,share"</code> to the element. It can be
              ${parts.join(", ")}.
            </p>
          </div>
        </details>
      </div>
    `;
  }

  #button(piece: Piece, label: string) {
    return html`
      <button part="button" @click=${() => this.#copy(piece)}>${this.copied === piece ? "Copied" : label}</button>
    `;
  }

  /** the settings for a course page */
  get #given(): Settings {
    const { settings, predict } = this;
    if (predict === undefined || predict === settings.hide.has("recorded")) return settings;
    const hide = new Set(settings.hide);
    if (predict) hide.add("recorded");
    else hide.delete("recorded");
    return { ...settings, hide };
  }

  #text(piece: Piece): string {
    const { site } = this;
    switch (piece) {
      case "link":
        return pageAddress(site, this.settings);
      case "frame":
        return frameCode(site, this.#given);
      case "element":
        return elementCode(site, this.#given);
      case "course-link":
        return pageAddress(site, this.#given);
      default:
        return piece satisfies never;
    }
  }

  async #copy(piece: Piece) {
    if (await copied(this.#text(piece))) {
      this.copied = piece;
      setTimeout(() => (this.copied = undefined), 2000);
      emit(this, "nn-announce", { message: "Copied." });
    } else {
      // ready for the keyboard
      if (piece === "link") this.refused = true;
      await this.updateComplete;
      getSelection()?.selectAllChildren(this.renderRoot.querySelector(`#${piece}`)!);
      emit(this, "nn-announce", { message: "The browser refused to copy; the text is selected instead." });
    }
  }
}

define("nn-share", NnShare);

declare global {
  interface HTMLElementTagNameMap {
    "nn-share": NnShare;
  }
}
