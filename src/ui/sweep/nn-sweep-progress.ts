import { css, html, LitElement, nothing } from "lit";
import { define } from "../kit/define.ts";
import { progressStyles } from "../kit/progress-styles.ts";
import { base, controls } from "../kit/styles.ts";
import { emitSweep } from "./events.ts";
import type { SweepRun } from "./sweep-state.ts";
import { remainingText, shareText } from "./sweep-words.ts";

/**
 * How far a sweep is: neurons, a bar, the time that remains, and the button that stops it.
 * @fires nn-sweep-stop
 * @csspart button - the button
 */
export class NnSweepProgress extends LitElement {
  static override properties = { run: { attribute: false } };
  static override styles = [
    base,
    controls,
    progressStyles,
    css`
      .stack {
        gap: 8px;
      }
    `,
  ];

  declare run: SweepRun | undefined;

  override render() {
    const { run } = this;
    if (!run) return nothing;
    const { done, total, remaining, status } = run;
    const known = status.kind === "running" && total > 0;
    const left = remainingText(remaining);
    return html`
      <div class="stack">
        <p id="what" class="number">
          ${known ? html`${shareText(done, total)}${left ? html` <span class="quiet">· ${left}</span>` : nothing}` : "Getting ready"}
        </p>
        ${
          known
            ? html`<progress aria-labelledby="what" .max=${total} .value=${done}></progress>`
            : html`<progress aria-labelledby="what"></progress>`
        }
        <div class="row">
          <button part="button" type="button" @click=${() => emitSweep(this, "nn-sweep-stop", undefined)}>Stop</button>
          <span class="quiet">What is computed by then stays.</span>
        </div>
      </div>
    `;
  }
}

define("nn-sweep-progress", NnSweepProgress);

declare global {
  interface HTMLElementTagNameMap {
    "nn-sweep-progress": NnSweepProgress;
  }
}
