import { html, LitElement, nothing } from "lit";
import { define } from "../kit/define.ts";
import { fetchLate, lateStyles, type Step, whileComing } from "../kit/late.ts";
import { base, controls, disclosure, unprinted } from "../kit/styles.ts";
import { pageAddress } from "./address.ts";
import { defaults, type Settings } from "./settings.ts";
import "../kit/nn-code.ts";
import "../kit/nn-notice.ts";

/**
 * Ways to pass the experiment on: a link, and code for a course page. Nothing is sent anywhere: all of it is text. The
 * script that writes the code comes once a person asks for it.
 * @fires nn-announce - something was copied, or the browser refused
 * @csspart button - each button
 */
export class NnShare extends LitElement {
  static override properties = {
    settings: { attribute: false },
    site: { attribute: false },
    onlyHere: { attribute: false },
    code: { state: true },
  };
  static override styles = [base, controls, disclosure, unprinted, lateStyles];

  /** what is passed on */
  declare settings: Settings;
  /** address of the folder that this site's pages lie in, or of a page there */
  declare site: string;
  /** title of a model that a person opened on this device, where the experiment asks it */
  declare onlyHere: string | undefined;
  /** the script that writes the code */
  protected declare code: Step;

  constructor() {
    super();
    this.settings = defaults;
    this.site = "";
    this.code = "not asked for";
  }

  override render() {
    const { site, settings, onlyHere, code } = this;
    if (!site || settings.hide.has("share")) return nothing;
    return html`
      <div class="stack">
        <nn-code
          exportparts="button"
          name="Link"
          action="Copy link"
          folded
          .text=${pageAddress(site, settings)}
        ></nn-code>
        ${
          onlyHere === undefined
            ? nothing
            : html`<p class="quiet">
                ${onlyHere} is on this device only: whoever follows the link has to open it there, under the same name.
              </p>`
        }
        <details @toggle=${this.#toggled}>
          <summary>Put this experiment into a course page</summary>
          ${whileComing(code)}
          ${
            code === "missing"
              ? html`<nn-notice role="alert" kind="error" .heading=${"The code could not be loaded."}>
                  Check the connection, close this and open it again, or reload the page.
                </nn-notice>`
              : nothing
          }
          ${
            code === "here"
              ? html`<nn-course-code exportparts="button" .site=${site} .settings=${settings}></nn-course-code>`
              : nothing
          }
        </details>
      </div>
    `;
  }

  #toggled({ target }: Event): void {
    if (!(target as HTMLDetailsElement).open) return;
    void fetchLate(
      this.code,
      () => import("./nn-course-code.ts"),
      (step) => (this.code = step),
    );
  }
}

define("nn-share", NnShare);

declare global {
  interface HTMLElementTagNameMap {
    "nn-share": NnShare;
  }
}
