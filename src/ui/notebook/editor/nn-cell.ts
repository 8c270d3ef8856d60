// A few lines more than 300: one element, whose properties and events take 60.

import { html, LitElement, nothing, type PropertyValues } from "lit";
import type { Cell } from "../../../storage/index.ts";
import { define } from "../../kit/define.ts";
import { watchFocus } from "../../kit/focus.ts";
import { base, controls } from "../../kit/styles.ts";
import { type ExperimentContext, emptyContext } from "../book/experiment-context.ts";
import { experimentIn } from "../book/experiment-source.ts";
import { sourceHidden } from "../book/hidden.ts";
import type { CellElement, CellView } from "../book/notebook-state.ts";
import { type Side, send } from "../events.ts";
import { goNear, type Lazy, unwatch, watch } from "../render/near.ts";
import type { NnMarkdown } from "../render/nn-markdown.ts";
import type { NnOutputs } from "../render/nn-outputs.ts";
import { foldAgain, foldedSource, formAway, gutter, outputsOf, type Sort, sortNames } from "./cell-parts.ts";
import { cell as cellStyles } from "./cell-styles.ts";
import type { Complete } from "./completions.ts";
import type { Inspect } from "./documentation.ts";
import type { EditorEvents, NnEditor } from "./nn-editor.ts";
import { fetchParts, partsOf } from "./parts-of.ts";
import "./nn-editor.ts";
import "../render/nn-markdown.ts";

/**
 * One cell: its number, its source as an editor, prose or form, what it has put out, and its small toolbar. In command
 * mode the cell itself has the focus; in edit mode, its editor. Far from what is seen it is an empty box (near.ts).
 * @fires nn-select, nn-source, nn-edge, nn-run-cell, nn-interrupt, nn-delete, nn-move, nn-duplicate, nn-kind,
 *   nn-answer-toggle, nn-source-toggle, nn-outputs-clear, nn-outputs-toggle, nn-insert, nn-experiment, nn-experiment-form
 */
export class NnCell extends LitElement implements CellElement, Lazy {
  static override properties = {
    cell: { attribute: false },
    view: { attribute: false },
    complete: { attribute: false },
    inspect: { attribute: false },
    context: { attribute: false },
    drawn: { state: true },
    unfolded: { state: true },
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
  /** a text that is folded away is shown for now, since something in it is to be seen */
  declare unfolded: boolean;
  /** that of the box in its place, in px */
  #height: number | undefined;
  /** before the pointer was pressed on it */
  #wasSelected = false;

  constructor() {
    super();
    this.context = emptyContext;
    this.drawn = false;
    this.unfolded = false;
  }

  override connectedCallback() {
    super.connectedCallback();
    watch(this, (this.view?.number ?? 0) <= first);
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    unwatch(this);
  }

  /** All that it is drawn with is here. */
  get ready(): boolean {
    return partsOf(this.cell).every(({ value }) => value !== undefined);
  }

  prepare(): Promise<void> {
    return fetchParts([this.cell]);
  }

  async draw(): Promise<void> {
    do {
      await this.prepare();
      this.drawn = true;
      await this.updateComplete;
      const content = this.renderRoot.querySelectorAll<LitElement>("nn-markdown, nn-outputs");
      await Promise.all([...content].map(({ updateComplete }) => updateComplete));
      // it may have been cleared meanwhile, to make room
    } while (!this.drawn);
  }

  async clear(): Promise<void> {
    this.#height = this.getBoundingClientRect().height;
    this.drawn = false;
    await this.updateComplete;
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
    else this.unfolded = false;
    // an experiment's form comes by its name, others wait for what they need by themselves
    if (this.drawn && this.cell && this.#sort() === "experiment") void fetchParts([this.cell]);
  }

  /** Give the cell itself the focus: command mode. */
  focusCell(): void {
    this.renderRoot.querySelector("section")?.focus({ preventScroll: true });
    void goNear(this, "nearest");
  }

  /**
   * Give its editor the focus; text has one in edit mode only. The editor's code may come late: then a person who has gone
   * elsewhere keeps the focus. A number is an offset in the source.
   */
  async focusEditor(at: "start" | "end" | number = "end"): Promise<void> {
    const unmoved = watchFocus();
    await this.draw();
    const editor = this.#editor();
    if (editor) await editor.focusAt(at, () => unmoved() && this.view.mode === "edit");
    else this.renderRoot.querySelector("nn-experiment-cell")?.focusForm();
  }

  async outputs(): Promise<Element> {
    await this.draw();
    return this.renderRoot.querySelector("nn-outputs") ?? this;
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
    this.unfolded = true;
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
            ? html`<div class="gutter">${gutter(this.cell, this.view, sort)}</div>
              ${this.#source(sort)} ${outputsOf(this.cell, this.view)}`
            : nothing
        }
      </section>
    `;
  }

  #sort(): Sort {
    const { cell } = this;
    return experimentIn(cell) ? "experiment" : cell.kind;
  }

  #source(sort: Sort) {
    const { cell, view } = this;
    const editing = view.selected && view.mode === "edit";
    if (sourceHidden(cell) && !editing && !this.unfolded) return foldedSource(cell, sort);
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
      ${formAway(cell, view)} ${sourceHidden(cell) ? nothing : foldAgain(cell)}
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

function sameView(a: CellView | undefined, b: CellView): boolean {
  return a !== undefined && (Object.keys(b) as (keyof CellView)[]).every((name) => a[name] === b[name]);
}

define("nn-cell", NnCell);

declare global {
  interface HTMLElementTagNameMap {
    "nn-cell": NnCell;
  }
}
