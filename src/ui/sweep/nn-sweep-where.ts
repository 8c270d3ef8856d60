import { css, html, LitElement } from "lit";
import type { SweepSpec } from "../../model/sweep/index.ts";
import { emit } from "../experiment/events.ts";
import { define } from "../kit/define.ts";
import { base, controls } from "../kit/styles.ts";
import { emitSweep } from "./events.ts";
import { placeText, readPlace } from "./place-text.ts";
import type { Ranking } from "./ranking.ts";
import type { Neuron, SweepGrid } from "./sweep-grid.ts";
import { whereText } from "./sweep-words.ts";

/**
 * Where a neuron stands among the others, in words, and a field that finds one by its name: L9 N1094.
 * @fires nn-sweep-cursor - a neuron was typed
 * @fires nn-sweep-put - it goes into the experiment
 * @fires nn-announce - where it stands
 * @csspart field - the field
 * @csspart button - the buttons
 */
export class NnSweepWhere extends LitElement {
  static override properties = {
    spec: { attribute: false },
    grid: { attribute: false },
    ranking: { attribute: false },
    place: { attribute: false },
    complaint: { state: true },
  };
  static override styles = [
    base,
    controls,
    css`
      .find {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      input:not([type="radio"], [type="checkbox"]) {
        width: 128px;
      }
      .complaint:empty {
        display: none;
      }
    `,
  ];

  /** what was asked */
  declare spec: SweepSpec;
  declare grid: SweepGrid;
  declare ranking: Ranking;
  /** the neuron that is spoken of */
  declare place: Neuron | undefined;
  declare complaint: string;

  constructor() {
    super();
    this.complaint = "";
  }

  override render() {
    const { place } = this;
    return html`
      <div class="stack">
        <div class="find" role="group" aria-label="Find a neuron">
          <label for="place">Where is</label>
          <input
            part="field"
            id="place"
            class="mono"
            type="text"
            autocomplete="off"
            spellcheck="false"
            placeholder="L9 N1094"
            aria-invalid=${this.complaint ? "true" : "false"}
            aria-describedby="place-complaint"
            @keydown=${this.#keydown}
          />
          <button part="button" type="button" @click=${this.#find}>Show</button>
          <span id="place-complaint" class="complaint">${this.complaint}</span>
        </div>
        ${
          place
            ? html`<p class="number">
                ${this.#where(place)}
                <button
                  class="plain"
                  part="button"
                  type="button"
                  @click=${() => emitSweep(this, "nn-sweep-put", { layer: place.layer, neuron: place.neuron })}
                >Put it into the experiment</button>
              </p>`
            : ""
        }
      </div>
    `;
  }

  #where(place: Neuron): string {
    const record = this.grid.at(place);
    if (!record) return `${placeText(place)} was not computed.`;
    const operation = this.spec.operation ?? { kind: "suppress" };
    const { metric } = this.spec;
    return whereText({ operation, metric }, record, this.ranking.rankOf(record), this.ranking.records.length);
  }

  #find() {
    const { grid } = this;
    const { value } = this.renderRoot.querySelector("input")!;
    const [only] = grid.layers;
    const place = readPlace(value, grid.layers.length === 1 ? only : this.place?.layer);
    if (!place) this.complaint = "Write a layer and a neuron, such as L9 N1094.";
    else if (!grid.has(place)) this.complaint = `This sweep has no ${placeText(place)}: ${reachText(grid)}.`;
    else {
      this.complaint = "";
      emitSweep(this, "nn-sweep-cursor", place);
      emit(this, "nn-announce", { message: this.#where(place) });
    }
  }

  #keydown(event: KeyboardEvent) {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    this.#find();
  }
}

/** what a sweep covers */
function reachText({ layers, neurons }: SweepGrid): string {
  const [first, last] = [neurons[0], neurons.at(-1)];
  const which = layers.length === 1 ? `layer ${layers[0]}` : `layers ${layers[0]} to ${layers.at(-1)}`;
  return `it covers ${which}, neurons ${first} to ${last}`;
}

define("nn-sweep-where", NnSweepWhere);

declare global {
  interface HTMLElementTagNameMap {
    "nn-sweep-where": NnSweepWhere;
  }
}
