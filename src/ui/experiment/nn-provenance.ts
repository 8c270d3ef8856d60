import { css, html, LitElement, nothing } from "lit";
import type { Provenance } from "../../engine/index.ts";
import type { NeuronEdit } from "../../model/index.ts";
import { define } from "../kit/define.ts";
import { base, inlineList } from "../kit/styles.ts";
import { provenanceParts } from "./words.ts";

/** Where a result came from: model, revision, encoding, device, milliseconds per phase, runtime, time, several edits. */
export class NnProvenance extends LitElement {
  static override properties = {
    provenance: { attribute: false },
    edits: { attribute: false },
    recorded: { type: Boolean },
  };
  static override styles = [
    base,
    inlineList,
    css`
      :host {
        font-size: var(--small);
        color: var(--muted);
      }
    `,
  ];

  declare provenance: Provenance | undefined;
  /** of the experiment */
  declare edits: readonly NeuronEdit[];
  /** the result came with the page */
  declare recorded: boolean;

  constructor() {
    super();
    this.edits = [];
    this.recorded = false;
  }

  override render() {
    if (!this.provenance) return nothing;
    const { device } = this.provenance;
    const parts = [
      this.recorded ? "recorded" : "computed here",
      ...provenanceParts(this.provenance, this.edits),
    ];
    return html`
      <ul aria-label="Where this result came from">
        ${parts.map((part) => html`<li class="number">${part}</li>`)}
      </ul>
      ${device.reason ? html`<p>${device.reason}</p>` : nothing}
    `;
  }
}

define("nn-provenance", NnProvenance);

declare global {
  interface HTMLElementTagNameMap {
    "nn-provenance": NnProvenance;
  }
}
