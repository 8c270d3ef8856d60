// The parts of a cell that only show what it is, and tell what their buttons are for: its number and how it ran, the way back
// to an experiment's form, what it has put out.

import { html, nothing, svg } from "lit";
import type { Cell, CellKind } from "../../../storage/index.ts";
import { isAnswer } from "../book/answers.ts";
import { lastForm } from "../book/cells.ts";
import { coverTitle, formTitle, outputsHidden } from "../book/hidden.ts";
import type { CellView } from "../book/notebook-state.ts";
import { recordedText } from "../book/recorded.ts";
import { send } from "../events.ts";
import { sourceName } from "./nn-cell-menu.ts";
import "../render/nn-outputs.ts";

export type Sort = CellKind | "experiment";

export const sortNames: Record<Sort, string> = {
  code: "Code",
  markdown: "Text",
  raw: "Raw",
  experiment: "Experiment",
};

const earlier = "run in an earlier session, not run in this session";
const stale = "The cell, or a value it uses, has changed since it ran";

/** What stands beside a cell: the button that runs it, its number, a mark when it is out of date, its menu. */
export function gutter(cell: Cell, view: CellView, sort: Sort) {
  const runs = sort === "code" || sort === "experiment";
  return html`
    ${runs ? runButton(cell, view) : nothing}
    ${runs ? countOf(cell, view) : nothing}
    ${isAnswer(cell) ? html`<span class="answer" title="It goes into the answer sheet">answer</span>` : nothing}
    ${view.stale ? html`<span class="mark" title=${stale}>out of date</span>` : nothing}
    <nn-cell-menu class="tool" .cell=${cell} .view=${view} .experiment=${sort === "experiment"}></nn-cell-menu>
  `;
}

function countOf({ count }: Cell, { run, earlier: before }: CellView) {
  if (run === "running")
    return html`<span class="count running"><span aria-hidden="true">[*]</span><span class="unseen">running</span></span>`;
  if (run === "queued")
    return html`<span class="count"><span aria-hidden="true">[…]</span><span class="unseen">waiting to run</span></span>`;
  if (count === undefined)
    return html`<span class="count"><span aria-hidden="true">[ ]</span><span class="unseen">has not run</span></span>`;
  return before
    ? html`<span class="count earlier" title=${earlier}>[${count}]<span class="unseen">, ${earlier}</span></span>`
    : html`<span class="count here"><span class="unseen">run as </span>[${count}]</span>`;
}

/** one button for both, so that it keeps the focus */
function runButton({ id }: Cell, { number, run }: CellView) {
  const waits = run !== "no";
  const stop = run === "running" ? "Stop" : "Stop what runs, and what waits";
  const pressed = ({ currentTarget }: Event) => {
    const button = currentTarget as Element;
    if (waits) send(button, "nn-interrupt", undefined);
    else send(button, "nn-run-cell", { id });
  };
  return html`<button
    class="run tool always"
    type="button"
    aria-label=${waits ? stop : `Run cell ${number}`}
    title=${waits ? stop : "Run (Ctrl+Enter)"}
    @click=${pressed}
  >
    <svg viewBox="0 0 12 12" aria-hidden="true">
      ${waits ? svg`<rect x="1.5" y="1.5" width="9" height="9" />` : svg`<path d="M2 0.5 11 6 2 11.5z" />`}
    </svg>
  </button>`;
}

/** An experiment whose Python was edited by hand is that Python now; its form can come back. */
export function formAway(cell: Cell, { readOnly }: CellView) {
  if (!lastForm(cell)) return nothing;
  const back = ({ currentTarget }: Event) =>
    send(currentTarget as Element, "nn-experiment-form", { id: cell.id, form: true });
  return html`<div class="note row">
    <span>This experiment’s Python has been edited, so its form is put away.</span>
    ${readOnly ? nothing : html`<button class="plain" type="button" @click=${back}>Back to the form</button>`}
  </div>`;
}

/** In place of a text that is folded away: what it is, and a button that shows it. */
export function foldedSource(cell: Cell, sort: Sort) {
  const title = coverTitle(cell);
  const name = sourceName(cell, sort === "experiment");
  return html`<div class="source folded row">
    ${title ? html`<span class="form-title">${title}</span>` : html`<span class="quiet">The ${name} is hidden.</span>`}
    ${toggleSource(cell, `Show ${name}`)}
  </div>`;
}

/** Above a text that is shown and has a title to be shown instead: the way back. */
export function foldAgain(cell: Cell) {
  const title = formTitle(cell);
  if (title === undefined) return nothing;
  return html`<div class="note row">
    ${title ? html`<span>${title}</span>` : nothing} ${toggleSource(cell, "Hide code")}
  </div>`;
}

function toggleSource({ id }: Cell, label: string) {
  const toggle = ({ currentTarget }: Event) => send(currentTarget as Element, "nn-source-toggle", { id });
  return html`<button class="plain" type="button" @click=${toggle}>${label}</button>`;
}

/** What a cell has put out, or a button that shows it. */
export function outputsOf(cell: Cell, { number, recorded }: CellView) {
  if (cell.outputs.length === 0) return nothing;
  const toggle = ({ currentTarget }: Event) =>
    send(currentTarget as Element, "nn-outputs-toggle", { id: cell.id });
  if (outputsHidden(cell))
    return html`<div class="outputs">
      <button class="plain" type="button" @click=${toggle}>Show output</button>
    </div>`;
  return html`<div class="outputs" role="group" aria-label="${recorded ? "Recorded output" : "Output"} of cell ${number}">
    ${recorded ? html`<p class="recorded">${recordedText(recorded)}</p>` : nothing}
    <nn-outputs .outputs=${cell.outputs}></nn-outputs>
  </div>`;
}
