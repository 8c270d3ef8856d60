import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import type { ExperimentResult } from "../../engine/index.ts";
import { copied } from "../kit/copied.ts";
import { define } from "../kit/define.ts";
import { saveFile } from "../kit/save-file.ts";
import { base, controls, disclosure } from "../kit/styles.ts";
import { changeNote } from "./change-note.ts";
import { emit } from "./events.ts";
import { defaults, type Part, type Settings } from "./settings.ts";
import { maskOf } from "./spec.ts";
import { activationTexts, caption, summary } from "./words.ts";
import "./nn-likeliest.ts";
import "./nn-log-dots.ts";
import "./nn-provenance.ts";
import "./nn-result-table.ts";

/**
 * A result with everything said about it: the sentence it amounts to, the table, the log view, where it came from,
 * and ways to take it away.
 * @fires nn-announce - the Python was copied
 * @csspart banner - the line that calls a result recorded or outdated
 * @csspart summary - the sentence it amounts to
 * @csspart table, bar - of the table and the dots
 * @csspart button - each button
 */
export class NnResult extends LitElement {
  static override properties = {
    result: { attribute: false },
    awaiting: { attribute: false },
    recorded: { type: Boolean },
    stale: { type: Boolean, reflect: true },
    dimmed: { type: Boolean, reflect: true },
    fixed: { type: Boolean },
    hide: { attribute: false },
    view: { attribute: false },
    notation: { attribute: false },
    scientific: { state: true },
    copied: { state: true },
    exports: { state: true },
  };
  static override styles = [
    base,
    controls,
    disclosure,
    css`
      :host([dimmed]),
      :host([stale]) {
        --text: var(--muted);
        --up: var(--before);
        --down: var(--before);
      }
      /* as high for one line as for two, on a phone, so that what it says moves nothing below it */
      .banner {
        min-height: calc(1.5 * var(--size) + 13.2px);
        padding: 5.6px 11.2px;
        /* seen with forced colours, where the tint is not */
        border: 1px solid transparent;
        border-radius: 4px;
        background: var(--tint);
      }
      .summary {
        font: var(--large) / 1.5 var(--serif-family);
      }
      pre {
        margin: 0 0 8px;
        padding: 11.2px 14.4px;
        overflow-x: auto;
        border: 1px solid var(--line);
        border-radius: 4px;
        background: var(--field);
        font: var(--tiny) / 1.5 var(--mono-family);
      }
      .note,
      .formula {
        font-size: var(--small);
      }
      ul {
        margin: 4px 0 0;
        padding-inline-start: 20px;
      }
    `,
  ];

  declare result: ExperimentResult | undefined;
  /** what is said while there is none */
  declare awaiting: string;
  /** came with the page */
  declare recorded: boolean;
  /** answers other settings than those in the form */
  declare stale: boolean;
  /** a newer one is being computed */
  declare dimmed: boolean;
  /** no word can be added to it */
  declare fixed: boolean;
  /** parts that are not shown */
  declare hide: ReadonlySet<Part>;
  declare view: Settings["view"];
  /** how numbers are printed until the reader chooses */
  declare notation: Settings["notation"];
  declare scientific: boolean;
  declare copied: boolean;
  /** what makes files and code of a result, fetched when that is asked for; null: that failed */
  declare exports: typeof import("../kit/export.ts") | null | undefined;

  constructor() {
    super();
    this.awaiting = "";
    this.recorded = false;
    this.stale = false;
    this.dimmed = false;
    this.fixed = false;
    this.hide = defaults.hide;
    this.view = defaults.view;
    this.notation = defaults.notation;
    this.scientific = false;
    this.copied = false;
  }

  protected override willUpdate(changed: PropertyValues<this>) {
    if (changed.has("notation")) this.scientific = this.notation === "scientific";
  }

  override render() {
    if (!this.result)
      return this.awaiting ? html`<p class="banner" part="banner">${this.awaiting}</p>` : nothing;
    const { hide, view } = this;
    const { experiment, rows, provenance } = this.result;
    return html`
      <div class="stack" aria-busy=${this.dimmed ? "true" : "false"}>
        ${this.#banner()}
        ${hide.has("summary") ? nothing : html`<p class="summary" part="summary">${summary(rows)}</p>`}
        ${view === "dots" ? nothing : this.#table(this.result)}
        ${
          hide.has("likeliest")
            ? nothing
            : html`<nn-likeliest
                exportparts="button"
                .likeliest=${this.result.likeliest}
                .compared=${rows.map(({ id }) => id)}
                ?fixed=${this.fixed}
              ></nn-likeliest>`
        }
        ${
          view === "table"
            ? nothing
            : html`<nn-log-dots
                exportparts="table"
                .rows=${rows}
                .caption=${view === "dots" ? `${caption(experiment)}, on a logarithmic scale: ${marks}` : below}
              ></nn-log-dots>`
        }
        ${hide.has("activation") ? nothing : this.#activations(this.result)}
        ${
          hide.has("provenance")
            ? nothing
            : html`<nn-provenance .provenance=${provenance} .edits=${experiment.edits} .recorded=${this.recorded}></nn-provenance>`
        }
        ${hide.has("python") ? nothing : this.#python(this.result)}
        ${
          hide.has("csv")
            ? nothing
            : html`<div class="row">
                <button part="button" @click=${this.#download}>Download as CSV</button>
                ${this.#missing()}
              </div>`
        }
      </div>
    `;
  }

  #table({ experiment, rows }: ExperimentResult) {
    return html`
      <nn-result-table
        exportparts="table, bar"
        .rows=${rows}
        .caption=${caption(experiment)}
        .scientific=${this.scientific}
      ></nn-result-table>
      ${changeNote(this.scientific, (scientific) => (this.scientific = scientific))}
    `;
  }

  #activations(result: ExperimentResult) {
    const mask = maskOf(result.experiment);
    const [first, ...more] = activationTexts(result);
    if (more.length === 0)
      return html`<p class="formula quiet number">The neuron’s activation at ${mask}: ${first}.</p>`;
    return html`
      <div class="formula quiet number">
        <p id="activations">The neurons’ activations at ${mask}, each before and after its edit:</p>
        <ul aria-labelledby="activations">
          ${[first, ...more].map((text) => html`<li>${text}</li>`)}
        </ul>
      </div>
    `;
  }

  #python(result: ExperimentResult) {
    return html`
      <details @toggle=${this.#fetch}>
        <summary>The same in Python, with TransformerLens</summary>
        ${
          this.exports
            ? html`
                <pre tabindex="0" role="region" aria-label="Python code">${this.exports.toPython(result)}</pre>
                <button part="button" @click=${this.#copy}>${this.copied ? "Copied" : "Copy as Python"}</button>
              `
            : this.#missing()
        }
      </details>
    `;
  }

  #banner() {
    return html`<p class="banner" part="banner">${this.#standing()}</p>`;
  }

  /** What this result answers. */
  #standing(): string {
    const { model, at } = this.result!.provenance;
    if (this.stale) {
      const what = this.recorded ? "A recorded result" : "This result is";
      return `${what} for other settings than those above.${this.dimmed ? " Theirs is on its way." : ""}`;
    }
    if (this.recorded)
      return `A recorded result of ${model}, of ${date.format(new Date(at))}. Your own run takes its place.`;
    return "Your result, for the settings above.";
  }

  #missing() {
    return this.exports === null
      ? html`<p class="quiet">Its script could not be fetched. Try again when the site can be reached.</p>`
      : nothing;
  }

  async #fetch() {
    this.exports ||= await import("../kit/export.ts").catch(() => null);
    return this.exports;
  }

  async #download() {
    const exports = await this.#fetch();
    if (exports) saveFile(exports.csvName(this.result!), exports.toCsv(this.result!), "text/csv");
  }

  async #copy() {
    if (await copied(this.exports!.toPython(this.result!))) {
      this.copied = true;
      setTimeout(() => (this.copied = false), 2000);
      emit(this, "nn-announce", { message: "Python copied." });
    } else {
      // ready for the keyboard
      getSelection()?.selectAllChildren(this.renderRoot.querySelector("pre")!);
      emit(this, "nn-announce", { message: "The browser refused to copy; the code is selected instead." });
    }
  }
}

/** the dots' caption where the table stands above them */
const marks = "a ring is before; a disc (risen) or a square (fallen) is after";
const below = `The same numbers on a logarithmic scale, for the words too small to see above: ${marks}`;

const date = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });

define("nn-result", NnResult);

declare global {
  interface HTMLElementTagNameMap {
    "nn-result": NnResult;
  }
}
