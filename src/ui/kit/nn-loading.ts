import { css, html, LitElement, nothing } from "lit";
import { format } from "../../model/index.ts";
import { emit } from "../experiment/events.ts";
import type { Loading, Phase } from "../experiment/phase.ts";
import { waitingText } from "../experiment/words.ts";
import { define } from "./define.ts";
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
    css`
      progress {
        appearance: none;
        display: block;
        width: 100%;
        height: 8px;
        border: 1px solid var(--field-line);
        border-radius: 4px;
        background: var(--field);
        overflow: hidden;
      }
      progress::-webkit-progress-bar {
        background: none;
      }
      progress::-webkit-progress-value {
        background: var(--primary);
      }
      progress::-moz-progress-bar {
        background: var(--primary);
      }
      progress:indeterminate::-moz-progress-bar {
        background: none;
      }
      progress:indeterminate {
        background: repeating-linear-gradient(-45deg, var(--primary) 0 8px, var(--hover) 8px 16px) 0 0 /
          22.627px 100%;
        animation: pass 1.2s linear infinite;
      }
      @keyframes pass {
        to {
          background-position-x: 22.627px;
        }
      }
      @media (forced-colors: active) {
        progress::-webkit-progress-value {
          forced-color-adjust: none;
          background: Highlight;
        }
      }
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
