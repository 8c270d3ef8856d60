import { css, html, LitElement, nothing } from "lit";
import { define } from "../kit/define.ts";
import { base, controls, disclosure, unprinted } from "../kit/styles.ts";
import { pageAddress } from "./address.ts";
import { defaults, parts, type Settings } from "./settings.ts";
import { elementCode, frameCode } from "./snippets.ts";
import "../kit/nn-code.ts";

/**
 * Ways to pass the experiment on: a link, and code for a course page. Nothing is sent anywhere: all of it is text.
 * @fires nn-announce - something was copied, or the browser refused
 * @csspart button - each button
 */
export class NnShare extends LitElement {
  static override properties = {
    settings: { attribute: false },
    site: { attribute: false },
    onlyHere: { attribute: false },
    predict: { state: true },
  };
  static override styles = [
    base,
    controls,
    disclosure,
    unprinted,
    css`
      .code {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 6px;
      }
    `,
  ];

  /** what is passed on */
  declare settings: Settings;
  /** address of the folder that this site's pages lie in, or of a page there */
  declare site: string;
  /** title of a model that a person opened on this device, where the experiment asks it */
  declare onlyHere: string | undefined;
  /** the course page's readers are to predict first; undefined: as the settings say */
  declare predict: boolean | undefined;

  constructor() {
    super();
    this.settings = defaults;
    this.site = "";
  }

  override render() {
    const { site, settings, onlyHere } = this;
    if (!site || settings.hide.has("share")) return nothing;
    const given = this.#given;
    return html`
      <div class="stack">
        ${this.#code("Link", pageAddress(site, settings), "Copy link", true)}
        ${
          onlyHere === undefined
            ? nothing
            : html`<p class="quiet">
                ${onlyHere} is on this device only: whoever follows the link has to open it there, under the same name.
              </p>`
        }
        <details>
          <summary>Put this experiment into a course page</summary>
          <div class="stack">
            <label class="pick">
              <input
                type="checkbox"
                .checked=${given.hide.has("recorded")}
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
              ${this.#code("Code of a frame", frameCode(site, given), "Copy frame code")}
            </div>
            <div class="code">
              <p class="quiet">
                As an element, which takes the colours that the course page gives it and tells that page its results:
              </p>
              ${this.#code("Code of an element", elementCode(site, given), "Copy element code")}
            </div>
            <div class="code">
              <p class="quiet">As a link to the experiment on its own page, where a course system takes neither:</p>
              ${this.#code("Address for a course page", pageAddress(site, given), "Copy this link")}
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

  #code(name: string, text: string, action: string, folded = false) {
    return html`<nn-code exportparts="button" name=${name} action=${action} .text=${text} ?folded=${folded}></nn-code>`;
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
}

define("nn-share", NnShare);

declare global {
  interface HTMLElementTagNameMap {
    "nn-share": NnShare;
  }
}
