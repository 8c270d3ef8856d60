import { css, html, LitElement, nothing } from "lit";
import { format } from "../../model/index.ts";
import { emit } from "../experiment/events.ts";
import type { Loading, Phase } from "../experiment/phase.ts";
import { waitingText } from "../experiment/words.ts";
import { define } from "./define.ts";
import { progressStyles } from "./progress-styles.ts";
import { base, controls } from "./styles.ts";

/**
 * A model on its way: real bytes and a bar while it is downloaded, an indeterminate bar while it is prepared.
 * @fires nn-cancel - stop that; finished files are kept
 * @cssprop --primary - colour of the bar
 * @csspart button - each button
 */
export class NnLoading extends LitElement {
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override properties = {
    phase: { attribute: false },
    kept: { type: Boolean },
  };
  static override styles = [
    base,
    controls,
    progressStyles,
    css`
      .small {
        font-size: var(--small);
      }
    `,
  ];

  declare phase: Loading;
  /** what arrives stays on this device */
  declare kept: boolean;

  constructor() {
    super();
    this.phase = { kind: "preparing", waiting: undefined, interrupted: false, thenRun: false, keep: true };
    this.kept = false;
  }

  override render() {
    const { waiting } = this.phase;
    return html`
      <div class="stack">
        ${this.phase.kind === "downloading" ? this.#download(this.phase) : this.#preparation()}
        ${waiting ? html`<p class="small">${waitingText(waiting)}</p>` : nothing}
        <div class="row">
          <button part="button" @click=${() => emit(this, "nn-cancel", undefined)}>Cancel</button>
          ${this.kept ? html`<span class="quiet small">Files that have arrived stay on this device.</span>` : nothing}
        </div>
      </div>
    `;
  }

  #download({ done, total }: Extract<Phase, { kind: "downloading" }>) {
    if (total === 0)
      return html`
        <p id="what">Asking the server what the model is made of</p>
        <progress aria-labelledby="what"></progress>
      `;
    return html`
      <p id="what" class="number">
        Downloading ${format.bytes(done)} of ${format.bytes(total)}
        <span class="quiet">· kept ${this.kept ? "on this device for next time" : "until this tab closes"}</span>
      </p>
      <progress aria-labelledby="what" .max=${total || 1} .value=${done}></progress>
    `;
  }

  #preparation() {
    return html`
      <p id="what">Preparing: opening the graphs and checking them against a known answer</p>
      <progress aria-labelledby="what"></progress>
    `;
  }
}

define("nn-loading", NnLoading);

declare global {
  interface HTMLElementTagNameMap {
    "nn-loading": NnLoading;
  }
}
