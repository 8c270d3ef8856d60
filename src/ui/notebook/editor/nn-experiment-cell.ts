import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import type { ExperimentSpec } from "../../../model/index.ts";
import type { Cell } from "../../../storage/index.ts";
import type { ModelEntry } from "../../experiment/models.ts";
import { check, sameSpec, toFields } from "../../experiment/spec.ts";
import { define } from "../../kit/define.ts";
import { base, controls, disclosure } from "../../kit/styles.ts";
import { type ExperimentContext, emptyContext } from "../book/experiment-context.ts";
import { experimentIn } from "../book/experiment-source.ts";
import { type CellExperiment, send } from "../events.ts";
import { code, codeText } from "../render/code-styles.ts";
import { Needs } from "../render/part.ts";
import { colours } from "../render/parts.ts";
import { staticCode } from "../render/static-code.ts";
import "../../experiment/nn-experiment-form.ts";
import "../../experiment/nn-find-neurons.ts";
import type { SweepWish } from "../../experiment/sweep-host.ts";
import { toSweepLimits } from "../../sweep/sweep-limits.ts";

const model = "model";

/**
 * The experiment of the main page as a cell: its form, and the Python that says the same.
 * @fires nn-experiment - the form was edited, and what stands in it can be run
 * @fires nn-run-cell - run it
 * @fires nn-interrupt - stop it
 * @fires nn-experiment-form - go on with the Python by hand
 */
export class NnExperimentCell extends LitElement {
  static override properties = {
    cell: { attribute: false },
    context: { attribute: false },
    busy: { type: Boolean },
    queued: { type: Boolean },
    readOnly: { type: Boolean },
    spec: { state: true },
  };
  static override styles = [
    base,
    controls,
    disclosure,
    code,
    codeText,
    css`
      .form {
        padding: 14px 16px;
        border-radius: 5px;
        background: var(--page);
      }
      .field {
        display: grid;
        gap: 4px;
        max-width: 320px;
      }
      nn-find-neurons[open] {
        padding-block: 16px;
        border-block: 1px solid var(--line);
      }
      .static {
        margin-block-end: 8px;
        border: 1px solid var(--line);
        border-radius: 4px;
        background: var(--field);
      }
      .hint {
        font-size: var(--small);
        color: var(--muted);
      }
    `,
  ];

  declare cell: Cell | undefined;
  declare context: ExperimentContext;
  declare busy: boolean;
  /** it waits for other cells to run */
  declare queued: boolean;
  declare readOnly: boolean;
  /** what the form starts with */
  declare spec: CellExperiment | undefined;
  /** what stands in the form now, where that differs */
  #draft: ExperimentSpec | undefined;
  readonly #needs = new Needs(this);

  constructor() {
    super();
    this.context = emptyContext;
    this.busy = false;
    this.queued = false;
    this.readOnly = false;
  }

  protected override willUpdate(changed: PropertyValues<this>) {
    if (!changed.has("cell") || !this.cell) return;
    const kept = experimentIn(this.cell);
    // what the form itself has said comes back; giving it to the form would move the cursor out of a half-typed list
    if (kept && this.#draft && this.spec && sameSpec(kept, this.#draft) && kept.model === this.spec.model)
      return;
    this.spec = kept;
    this.#draft = kept;
  }

  /** Give the form's first field the focus. */
  focusForm(): void {
    const form = this.renderRoot.querySelector("nn-experiment-form");
    form?.renderRoot.querySelector<HTMLElement>("input")?.focus();
  }

  override render() {
    const { cell, spec, context } = this;
    if (!cell || !spec) return nothing;
    const chosen = this.#model(spec.model);
    this.#needs.look([colours]);
    return html`
      <div class="form stack">
        ${this.#models(spec)}
        <nn-experiment-form
          .spec=${spec}
          .limits=${chosen}
          .problem=${context.problems.get(cell.id)}
          .tokens=${context.tokens.get(cell.id) ?? []}
          .label=${this.queued ? "Waiting…" : "Run"}
          .note=${"Runs on the engine itself; Python is not needed."}
          .disabled=${this.readOnly}
          .busy=${this.busy}
          .practice=${chosen?.practice ?? false}
          @nn-edit=${this.#edit}
          @nn-run=${this.#run}
          @nn-stop=${this.#stop}
          @keydown=${this.#keydown}
        ></nn-experiment-form>
        ${this.#finder(chosen)}
        <details>
          <summary>Show Python</summary>
          <pre class="static" tabindex="0" role="region" aria-label="Python of this experiment">${staticCode(cell.source)}</pre>
          ${
            this.readOnly
              ? nothing
              : html`<div class="row">
                  <button type="button" @click=${this.#byHand}>Edit as Python</button>
                  <span class="hint">The form goes then; Undo brings it back.</span>
                </div>`
          }
        </details>
      </div>
    `;
  }

  #finder(chosen: ModelEntry | undefined) {
    return html`
      <nn-find-neurons
        .state=${this.context.sweeps.get(this.cell!.id)}
        .experiment=${this.#draft ?? this.spec!}
        .limits=${chosen && toSweepLimits(chosen)}
        .disabled=${this.readOnly}
        @nn-sweep-open=${this.#wish}
        @nn-sweep-edit=${this.#wish}
        @nn-sweep-start=${this.#wish}
        @nn-sweep-stop=${this.#wish}
        @nn-sweep-show=${this.#wish}
        @nn-sweep-put=${this.#wish}
        @nn-sweep-put-back=${this.#wish}
        @nn-sweep-run=${this.#wish}
      ></nn-find-neurons>
    `;
  }

  #wish(event: CustomEvent) {
    event.stopPropagation();
    const wish = { type: event.type, detail: event.detail } as SweepWish;
    send(this, "nn-cell-sweep", { id: this.cell!.id, wish });
  }

  #model(name: string | undefined): ModelEntry | undefined {
    const { models } = this.context;
    return name === undefined ? models[0] : models.find((each) => each.name === name);
  }

  #models({ model: named }: CellExperiment) {
    const { models } = this.context;
    const chosen = this.#model(named);
    const strange = named !== undefined && models.length > 0 && !chosen;
    if (models.length < 2 && !strange) return nothing;
    return html`
      <div class="field">
        <label for=${model}>Model</label>
        <select id=${model} ?disabled=${this.readOnly} @change=${this.#choose}>
          ${strange ? html`<option value=${named} selected>${named} (not on this site)</option>` : nothing}
          ${models.map(
            ({ name, title }) =>
              html`<option value=${name} ?selected=${name === chosen?.name}>${title}</option>`,
          )}
        </select>
      </div>
    `;
  }

  #choose(event: Event) {
    const { value } = event.target as HTMLSelectElement;
    this.#tell({ ...(this.#draft ?? this.spec!), model: value });
    this.spec = { ...(this.#draft ?? this.spec!), model: value };
  }

  #edit(event: HTMLElementEventMap["nn-edit"]) {
    event.stopPropagation();
    const { spec } = event.detail;
    this.#draft = spec;
    // the search beside it is of what stands in it
    this.requestUpdate();
    // what cannot run is not an experiment yet: the Python stays that of the last one that could
    if (Object.keys(check(toFields(spec), this.#model(this.spec?.model))).length === 0) this.#tell(spec);
  }

  #run(event: HTMLElementEventMap["nn-run"]) {
    event.stopPropagation();
    this.#draft = event.detail.spec;
    this.#tell(event.detail.spec);
    send(this, "nn-run-cell", { id: this.cell!.id });
  }

  #stop(event: Event) {
    event.stopPropagation();
    send(this, "nn-interrupt", undefined);
  }

  /** Enter has run it; the notebook's own Enter would run it again */
  #keydown(event: KeyboardEvent) {
    if (event.key === "Enter" && event.defaultPrevented) event.stopPropagation();
  }

  #tell(spec: CellExperiment) {
    const named = spec.model ?? this.spec?.model;
    send(this, "nn-experiment", {
      id: this.cell!.id,
      spec: named === undefined ? spec : { ...spec, model: named },
    });
  }

  #byHand() {
    send(this, "nn-experiment-form", { id: this.cell!.id, form: false });
  }
}

define("nn-experiment-cell", NnExperimentCell);

declare global {
  interface HTMLElementTagNameMap {
    "nn-experiment-cell": NnExperimentCell;
  }
}
