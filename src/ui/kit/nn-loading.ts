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
      :host {
        container-type: inline-size;
      }
      @container (max-width: 480px) {
        .aside {
          display: none;
        }
      }
      /* the bar below the words, and the button beside both, so that it takes no line of its own */
      .loading {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: center;
        gap: 4px 16px;
      }
      .loading > :not(button) {
        grid-column: 1;
      }
      .loading > button {
        grid-area: 1 / 2 / span 3;
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
      <div class="loading">
        ${this.phase.kind === "downloading" ? this.#download(this.phase) : this.#preparation()}
        ${waiting ? html`<p class="small">${waitingText(waiting)}</p>` : nothing}
        <button part="button" @click=${() => emit(this, "nn-cancel", undefined)}>Cancel</button>
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
        <span class="quiet aside">· ${this.kept ? "what has arrived stays on this device" : "kept until this tab closes"}</span>
      </p>
      <progress aria-labelledby="what" .max=${total || 1} .value=${done}></progress>
    `;
  }

  #preparation() {
    return html`
      <p id="what">Preparing: opening the graphs<span class="aside"> and checking them against a known answer</span></p>
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
