import { css, html, LitElement, nothing } from "lit";
import { format, type Provenance, type Timing } from "../engine/index.ts";
import { define } from "./define.ts";
import { base } from "./styles.ts";
import { deviceText } from "./words.ts";

/** Where a result came from: model, revision, encoding, device, milliseconds per phase, runtime, time. */
export class NnProvenance extends LitElement {
  static override properties = {
    provenance: { attribute: false },
    recorded: { type: Boolean },
  };
  static override styles = [
    base,
    css`
      :host {
        font-size: var(--small);
        color: var(--muted);
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        column-gap: 1.1em;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        overflow-wrap: anywhere;
      }
    `,
  ];

  declare provenance: Provenance | undefined;
  /** the result came with the page */
  declare recorded: boolean;

  constructor() {
    super();
    this.recorded = false;
  }

  override render() {
    if (!this.provenance) return nothing;
    const { model, revision, encoding, device, timing, runtime, at } = this.provenance;
    const parts = [
      this.recorded ? "recorded" : "computed here",
      model,
      `revision ${short(revision)}`,
      `${encoding} weights`,
      deviceText(device),
      ...phases(timing),
      runtime,
      time.format(new Date(at)),
    ];
    return html`
      <ul aria-label="Where this result came from">
        ${parts.map((part) => html`<li class="number">${part}</li>`)}
      </ul>
      ${device.reason ? html`<p>${device.reason}</p>` : nothing}
    `;
  }
}

const time = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

/** A commit's first seven digits, or a hash's with its kind. */
function short(revision: string): string {
  return revision.replace(/^(\w+:)?(.{7}).*$/, "$1$2");
}

function phases({ open, pre, before, after }: Timing): string[] {
  const opened = open >= 0.5 ? `graphs ${format.duration(open)}, ` : "";
  const first = pre > 0 ? `pre half ${format.duration(pre)}` : "pre half reused";
  return [`${opened}${first}, before ${format.duration(before)}, after ${format.duration(after)}`];
}

define("nn-provenance", NnProvenance);

declare global {
  interface HTMLElementTagNameMap {
    "nn-provenance": NnProvenance;
  }
}
