import { html, LitElement, nothing } from "lit";
import { define } from "../kit/define.ts";
import { fetchLate, lateStyles, type Step, whileComing } from "../kit/late.ts";
import { base, controls } from "../kit/styles.ts";
import type { ModelEntry } from "./models.ts";
import type { World } from "./page-world.ts";
import "../kit/nn-notice.ts";

/**
 * The way to a model of one's own: a button, and once it was pressed a dialog, whose script comes only then.
 * @fires nn-opened - a model was opened
 * @csspart button - the button
 */
export class NnOpenModel extends LitElement {
  static override properties = {
    world: { attribute: false },
    models: { attribute: false },
    lasting: { type: Boolean },
    step: { state: true },
  };
  static override styles = [base, controls, lateStyles];

  /** makes models; where it cannot, there is no button */
  declare world: World | undefined;
  declare models: readonly ModelEntry[];
  declare lasting: boolean;
  /** the dialog's script */
  protected declare step: Step;

  constructor() {
    super();
    this.models = [];
    this.lasting = true;
    this.step = "not asked for";
  }

  override render() {
    const { world, models, lasting, step } = this;
    if (!world?.open) return nothing;
    return html`
      <div class="row">
        <button part="button" type="button" @click=${this.#press}>Open a model…</button>
        <span class="quiet">from a folder on this computer${import.meta.env.HUB ? ", or from the Hugging Face Hub" : ""}</span>
      </div>
      ${whileComing(step)}
      ${
        step === "missing"
          ? html`<nn-notice role="alert" kind="error" .heading=${"What opens a model could not be fetched."}>
              Check the connection and press the button again, or reload the page.
            </nn-notice>`
          : nothing
      }
      ${
        step === "here"
          ? html`<nn-opening
              exportparts="button"
              .world=${world}
              .models=${models}
              .lasting=${lasting}
            ></nn-opening>`
          : nothing
      }
    `;
  }

  async #press(): Promise<void> {
    // pressed again while it is on its way: the first time opens the dialog
    if (this.step === "coming") return;
    await fetchLate(
      this.step,
      () => import("../opening/index.ts"),
      (step) => (this.step = step),
    );
    await this.updateComplete;
    const dialog = this.renderRoot.querySelector("nn-opening");
    await dialog?.updateComplete;
    dialog?.show();
  }
}

define("nn-open-model", NnOpenModel);

declare global {
  interface HTMLElementTagNameMap {
    "nn-open-model": NnOpenModel;
  }
}
