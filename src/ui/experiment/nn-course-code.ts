import { css, html, LitElement } from "lit";
import { define } from "../kit/define.ts";
import { base, controls } from "../kit/styles.ts";
import { pageAddress } from "./address.ts";
import { defaults, parts, type Settings } from "./settings.ts";
import { elementCode, frameCode } from "./snippets.ts";
import "../kit/nn-code.ts";

/**
 * Code that puts the experiment into a course page.
 * @fires nn-announce - something was copied, or the browser refused
 * @csspart button - each button
 */
export class NnCourseCode extends LitElement {
  static override properties = {
    settings: { attribute: false },
    site: { attribute: false },
    predict: { state: true },
  };
  static override styles = [
    base,
    controls,
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
  /** the course page's readers are to predict first; undefined: as the settings say */
  declare predict: boolean | undefined;

  constructor() {
    super();
    this.settings = defaults;
    this.site = "";
  }

  override render() {
    const { site } = this;
    const given = this.#given;
    return html`
      <div class="stack">
        <label class="pick">
          <input
            type="checkbox"
            .checked=${given.hide.has("recorded")}
            @change=${(event: Event) => (this.predict = (event.target as HTMLInputElement).checked)}
          />
          Predict first: show no recorded result before the reader’s own run
        </label>
        ${this.#piece(
          "As a frame, which most course systems take. The script gives it the height it needs and can be left out: the frame then keeps the height written here. The link below the frame is for readers whose browser does not show it.",
          "Code of a frame",
          frameCode(site, given),
          "Copy frame code",
        )}
        ${this.#piece(
          "As an element, which takes the colours that the course page gives it and tells that page its results:",
          "Code of an element",
          elementCode(site, given),
          "Copy element code",
        )}
        ${this.#piece(
          "As a link to the experiment on its own page, where a course system takes neither:",
          "Address for a course page",
          pageAddress(site, given),
          "Copy this link",
        )}
        <p class="quiet">
          What the reader need not see can be hidden, by adding <code>&amp;hide=form,share</code> or
          <code>&amp;view=table</code> to the frame’s address, or <code>hide="form,share"</code> to the element. It can be
          ${parts.join(", ")}.
        </p>
      </div>
    `;
  }

  #piece(what: string, name: string, text: string, action: string) {
    return html`<div class="code">
      <p class="quiet">${what}</p>
      <nn-code exportparts="button" name=${name} action=${action} .text=${text}></nn-code>
    </div>`;
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

define("nn-course-code", NnCourseCode);

declare global {
  interface HTMLElementTagNameMap {
    "nn-course-code": NnCourseCode;
  }
}
