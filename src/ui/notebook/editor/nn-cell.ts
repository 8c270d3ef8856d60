import { html, LitElement, nothing, type PropertyValues, svg } from "lit";
import type { Cell, CellKind } from "../../../storage/index.ts";
import { define } from "../../kit/define.ts";
import { base, controls } from "../../kit/styles.ts";
import { lastForm, outputsHidden } from "../book/cells.ts";
import { experimentIn } from "../book/experiment-source.ts";
import type { CellElement, CellView } from "../book/notebook-state.ts";
import { type Side, send } from "../events.ts";
import { goNear, type Lazy, unwatch, watch } from "../render/near.ts";
import type { NnMarkdown } from "../render/nn-markdown.ts";
import type { NnOutputs } from "../render/nn-outputs.ts";
import { cell as cellStyles } from "./cell-styles.ts";
import type { Complete } from "./completions.ts";
import type { Inspect } from "./documentation.ts";
import type { EditorEvents, NnEditor } from "./nn-editor.ts";
import { type ExperimentContext, emptyContext } from "./nn-experiment-cell.ts";
import "./nn-cell-menu.ts";
import "./nn-editor.ts";
import "./nn-experiment-cell.ts";
import "../render/nn-markdown.ts";
import "../render/nn-outputs.ts";

type Sort = CellKind | "experiment";

const sortNames: Record<Sort, string> = {
  code: "Code",
  markdown: "Text",
  raw: "Raw",
  experiment: "Experiment",
};

/**
 * One cell: its number, its source as an editor, prose or form, what it has put out, and its small toolbar. In command
 * mode the cell itself has the focus; in edit mode, its editor. Far from what is seen it is an empty box (near.ts).
 * @fires nn-select, nn-source, nn-edge, nn-run-cell, nn-interrupt, nn-delete, nn-move, nn-duplicate, nn-kind,
 *   nn-outputs-clear, nn-outputs-toggle, nn-insert, nn-experiment, nn-experiment-form
 */
export class NnCell extends LitElement implements CellElement, Lazy {
  static override properties = {
    cell: { attribute: false },
    view: { attribute: false },
    complete: { attribute: false },
    inspect: { attribute: false },
    context: { attribute: false },
    drawn: { state: true },
  };
  static override styles = [base, controls, cellStyles];

  declare cell: Cell;
  declare view: CellView;
  /** what the running Python knows */
  declare complete: Complete | undefined;
  declare inspect: Inspect | undefined;
  /** what experiment cells are shown with */
  declare context: ExperimentContext;
  declare drawn: boolean;
  /** that of the box in its place, in px */
  #height: number | undefined;

  /** before the pointer was pressed on it */
  #wasSelected = false;

  constructor() {
    super();
    this.context = emptyContext;
    this.drawn = false;
  }

  override connectedCallback() {
    super.connectedCallback();
    watch(this, (this.view?.number ?? 0) <= first);
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    unwatch(this);
  }

  async draw(): Promise<void> {
    this.drawn = true;
    await this.updateComplete;
    const content = this.renderRoot.querySelectorAll<LitElement>("nn-markdown, nn-outputs");
    await Promise.all([...content].map(({ updateComplete }) => updateComplete));
  }

  clear(): void {
    this.#height = this.offsetHeight;
    this.drawn = false;
  }

  get kept(): boolean {
    const content = this.renderRoot.querySelectorAll<NnMarkdown | NnOutputs>("nn-markdown, nn-outputs");
    return (
      this.view.selected ||
      this.view.run !== "no" ||
      this.matches(":focus-within") ||
      [...content].some(({ asked }) => asked)
    );
  }

  protected override willUpdate() {
    if (this.view?.selected) this.drawn = true;
  }

  /** Give the cell itself the focus: command mode. */
  focusCell(): void {
    this.renderRoot.querySelector("section")?.focus({ preventScroll: true });
    void goNear(this, "nearest");
  }

  /** Give its editor the focus; text has one in edit mode only. A number is an offset in the source. */
  async focusEditor(at: "start" | "end" | number = "end"): Promise<void> {
    this.drawn = true;
    await this.updateComplete;
    const editor = this.#editor();
    if (editor) await editor.focusAt(at);
    else this.renderRoot.querySelector("nn-experiment-cell")?.focusForm();
  }

  async focusMenu(): Promise<void> {
    await this.updateComplete;
    await this.renderRoot.querySelector("nn-cell-menu")?.focusToggle();
  }

  cursor(): number | undefined {
    return this.#editor()?.cursor();
  }

  async selectRange(from: number, to: number): Promise<void> {
    this.drawn = true;
    await this.updateComplete;
    await this.#editor()?.selectRange(from, to);
  }

  override render() {
    if (!this.cell || !this.view) return nothing;
    const { number, selected, mode, run } = this.view;
    const sort = this.#sort();
    const classes = [sort, selected && "selected", selected && mode].filter(Boolean).join(" ");
    return html`
      <section
        class=${classes}
        tabindex=${selected ? "0" : "-1"}
        aria-label="${sortNames[sort]} cell ${number}"
        aria-current=${selected ? "true" : nothing}
        aria-busy=${run === "running" ? "true" : nothing}
        @focusin=${this.#focused}
        @pointerdown=${this.#pressed}
        .style=${this.drawn ? "" : `min-height: ${this.#height ?? estimatedHeight(this.cell)}px`}
      >
        ${
          this.drawn
            ? html`<div class="gutter">${this.#gutter(sort)}</div>
              ${this.#source(sort)} ${this.#outputs()}`
            : nothing
        }
      </section>
    `;
  }

  #sort(): Sort {
    const { cell } = this;
    return experimentIn(cell) ? "experiment" : cell.kind;
  }

  #gutter(sort: Sort) {
    const { cell, view } = this;
    const runs = sort === "code" || sort === "experiment";
    return html`
      ${runs ? this.#runButton() : nothing}
      ${runs ? this.#count() : nothing}
      ${view.stale ? html`<span class="mark" title=${stale}>out of date</span>` : nothing}
      <nn-cell-menu class="tool" .cell=${cell} .view=${view} .experiment=${sort === "experiment"}></nn-cell-menu>
    `;
  }

  #count() {
    const { cell, view } = this;
    if (view.run === "running")
      return html`<span class="count running"><span aria-hidden="true">[*]</span><span class="unseen">running</span></span>`;
    if (view.run === "queued")
      return html`<span class="count"><span aria-hidden="true">[…]</span><span class="unseen">waiting to run</span></span>`;
    if (cell.count === undefined)
      return html`<span class="count"><span aria-hidden="true">[ ]</span><span class="unseen">has not run</span></span>`;
    return view.earlier
      ? html`<span class="count earlier" title=${earlier}>[${cell.count}]<span class="unseen">, ${earlier}</span></span>`
      : html`<span class="count here"><span class="unseen">run as </span>[${cell.count}]</span>`;
  }

  /** one button for both, so that it keeps the focus */
  #runButton() {
    const { number, run } = this.view;
    const waits = run !== "no";
    const stop = run === "running" ? "Stop" : "Stop what runs, and what waits";
    return html`<button
      class="run tool always"
      type="button"
      aria-label=${waits ? stop : `Run cell ${number}`}
      title=${waits ? stop : "Run (Ctrl+Enter)"}
      @click=${waits ? this.#interrupt : this.#run}
    >
      <svg viewBox="0 0 12 12" aria-hidden="true">
        ${waits ? svg`<rect x="1.5" y="1.5" width="9" height="9" />` : svg`<path d="M2 0.5 11 6 2 11.5z" />`}
      </svg>
    </button>`;
  }

  #source(sort: Sort) {
    const { cell, view } = this;
    const editing = view.selected && view.mode === "edit";
    if (sort === "experiment")
      return html`<div class="source">
        <nn-experiment-cell
          .cell=${cell}
          .context=${this.context}
          .busy=${view.run === "running"}
          .queued=${view.run === "queued"}
          .readOnly=${view.readOnly}
        ></nn-experiment-cell>
      </div>`;
    if (sort === "markdown" && !editing)
      return html`<div class="text" @dblclick=${this.#edit} @click=${this.#tapped}>
        ${
          cell.source.trim() === ""
            ? html`<span class="empty">Empty text: Enter or a double click to write</span>`
            : html`<nn-markdown .source=${cell.source} .attachments=${cell.attachments}></nn-markdown>`
        }
      </div>`;
    return html`<div class="source">
      ${this.#wasExperiment()}
      <nn-editor
        .value=${cell.source}
        .language=${sort === "code" ? "python" : sort}
        .label="Source of cell ${view.number}"
        .complete=${this.complete}
        .inspect=${this.inspect}
        .readOnly=${view.readOnly}
        .tabbable=${editing}
        @change=${this.#changed}
        @travel=${this.#travelled}
        @leave=${this.#left}
        @edge=${this.#edge}
        @enter=${this.#entered}
      ></nn-editor>
    </div>`;
  }

  /** an experiment whose Python was edited by hand is that Python now; its form can come back */
  #wasExperiment() {
    const { cell, view } = this;
    if (!lastForm(cell)) return nothing;
    return html`<div class="note row">
      <span>This experiment’s Python has been edited, so its form is put away.</span>
      ${
        view.readOnly
          ? nothing
          : html`<button class="plain" type="button" @click=${this.#backToForm}>Back to the form</button>`
      }
    </div>`;
  }

  #outputs() {
    const { cell } = this;
    if (cell.outputs.length === 0) return nothing;
    if (outputsHidden(cell))
      return html`<div class="outputs">
        <button class="plain" type="button" @click=${this.#toggle}>Show output</button>
      </div>`;
    return html`<div class="outputs" role="group" aria-label="Output of cell ${this.view.number}">
      <nn-outputs .outputs=${cell.outputs}></nn-outputs>
    </div>`;
  }

  #editor(): NnEditor | null {
    return this.renderRoot.querySelector("nn-editor");
  }

  #focused(event: FocusEvent) {
    const [inmost] = event.composedPath() as Element[];
    const writes =
      inmost?.matches("input, textarea, select") || (event.target as Element).localName === "nn-editor";
    this.#select(writes ? "edit" : "command");
  }

  /** where there is nothing that takes the focus, the cell does */
  #pressed(event: PointerEvent) {
    const [first] = event.composedPath() as Element[];
    const { localName } = event.target as Element;
    this.#wasSelected = this.view.selected;
    if (localName === "nn-editor" || first?.closest("button, a, input, select, summary, label")) return;
    this.#select("command");
  }

  /** a finger has no double click: text that is selected already is edited by another tap */
  #tapped(event: MouseEvent) {
    const [first] = event.composedPath() as Element[];
    const byFinger = event instanceof PointerEvent && event.pointerType === "touch";
    if (byFinger && this.#wasSelected && !first?.closest("a, button, summary")) this.#edit();
  }

  #select(mode: "command" | "edit") {
    const { selected, mode: current } = this.view;
    if (selected && current === mode) return;
    send(this, "nn-select", { id: this.cell.id, mode });
  }

  #edit() {
    if (!this.view.readOnly) send(this, "nn-select", { id: this.cell.id, mode: "edit", focus: true });
  }

  #run() {
    send(this, "nn-run-cell", { id: this.cell.id });
  }

  #interrupt() {
    send(this, "nn-interrupt", undefined);
  }

  #toggle() {
    send(this, "nn-outputs-toggle", { id: this.cell.id });
  }

  #backToForm() {
    send(this, "nn-experiment-form", { id: this.cell.id, form: true });
  }

  #changed(event: CustomEvent<EditorEvents["change"]>) {
    const { value: source, joins } = event.detail;
    send(this, "nn-source", { id: this.cell.id, source, joins });
  }

  #travelled(event: CustomEvent<EditorEvents["travel"]>) {
    send(this, "nn-command", { command: `${event.detail.command}-text` });
  }

  #entered() {
    this.#select("edit");
  }

  #left() {
    this.focusCell();
  }

  #edge(event: CustomEvent<{ side: Side }>) {
    send(this, "nn-edge", { id: this.cell.id, side: event.detail.side });
  }

  protected override shouldUpdate(changed: PropertyValues<this>) {
    // a notebook gives every cell a view of its own for each event; most say what the last one did
    if (changed.size !== 1 || !changed.has("view") || !this.hasUpdated) return true;
    return !sameView(changed.get("view"), this.view);
  }
}

/** cells at the beginning that are drawn at once */
const first = 12;

/** Roughly the height that a cell will have, in px. */
function estimatedHeight({ kind, source, outputs }: Cell): number {
  const lines = source.slice(0, 20_000).split("\n").length + source.length / 80;
  return 20 + Math.min(lines, 2000) * (kind === "markdown" ? 26 : 20) + Math.min(outputs.length, 20) * 100;
}

const earlier = "run in an earlier session, not run in this session";
const stale = "The cell, or a value it uses, has changed since it ran";

function sameView(a: CellView | undefined, b: CellView): boolean {
  return a !== undefined && (Object.keys(b) as (keyof CellView)[]).every((name) => a[name] === b[name]);
}

define("nn-cell", NnCell);

declare global {
  interface HTMLElementTagNameMap {
    "nn-cell": NnCell;
  }
}
