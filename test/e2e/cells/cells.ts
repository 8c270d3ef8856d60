// Cells on a page without a notebook around them: what they are given is kept here as plainly as can be, and what they
// say is written down.

import type { Cell } from "../../../src/storage/index.ts";
import type { ExperimentContext } from "../../../src/ui/notebook/book/experiment-context.ts";
import type { CellView } from "../../../src/ui/notebook/book/notebook-state.ts";
import type { Complete } from "../../../src/ui/notebook/editor/completions.ts";
import type { CellEvents } from "../../../src/ui/notebook/events.ts";
import "../../../src/ui/notebook/editor/nn-cell.ts";

const main = document.querySelector("main")!;
const view: Omit<CellView, "number"> = {
  selected: false,
  mode: "command",
  run: "no",
  earlier: false,
  stale: false,
  recorded: undefined,
  trusted: true,
  readOnly: false,
};

export class Cells {
  /** what the cells said, in order */
  readonly said: { type: string; detail: unknown }[] = [];
  selected = "";

  /** Show these cells, the first selected. */
  show(cells: (Partial<Cell> & { id: string; view?: Partial<CellView> })[]): void {
    for (const old of main.querySelectorAll("nn-cell")) old.remove();
    for (const [i, { view: given, ...cell }] of cells.entries()) {
      const element = document.createElement("nn-cell");
      element.cell = {
        kind: "code",
        source: "",
        metadata: {},
        outputs: [],
        count: undefined,
        attachments: undefined,
        origin: undefined,
        ...cell,
      };
      element.view = { ...view, number: i + 1, selected: i === 0, ...given };
      element.style.marginBlock = "20px";
      main.append(element);
    }
  }

  element(id: string) {
    return [...main.querySelectorAll("nn-cell")].find((each) => each.cell.id === id)!;
  }

  /** Change what a cell is, or how it is shown. */
  change(id: string, cell: Partial<Cell>, seen: Partial<CellView> = {}): void {
    const element = this.element(id);
    element.cell = { ...element.cell, ...cell };
    element.view = { ...element.view, ...seen };
  }

  /** Let editors ask this for completions. */
  completeWith(complete: Complete | undefined): void {
    for (const element of main.querySelectorAll("nn-cell")) element.complete = complete;
  }

  /** Open a cell's editor, and put the cursor there. */
  async edit(id: string, at: "start" | "end" | number): Promise<void> {
    const element = this.element(id);
    element.dispatchEvent(new CustomEvent("nn-select", { detail: { id, mode: "edit" }, bubbles: true }));
    await element.focusEditor(at);
  }

  withContext(context: ExperimentContext): void {
    for (const element of main.querySelectorAll("nn-cell")) element.context = context;
  }
}

const cells = new Cells();
const heard: (keyof CellEvents)[] = [
  "nn-select",
  "nn-source",
  "nn-edge",
  "nn-run-cell",
  "nn-insert",
  "nn-delete",
  "nn-move",
  "nn-duplicate",
  "nn-kind",
  "nn-outputs-clear",
  "nn-outputs-toggle",
  "nn-experiment",
  "nn-experiment-form",
  "nn-interrupt",
];
for (const type of heard)
  main.addEventListener(type, (event) => cells.said.push({ type, detail: event.detail }));
main.addEventListener("nn-source", ({ detail }) => cells.change(detail.id, { source: detail.source }));
main.addEventListener("nn-select", ({ detail }) => {
  for (const element of main.querySelectorAll("nn-cell")) {
    const selected = element.cell.id === detail.id;
    element.view = { ...element.view, selected, mode: selected ? detail.mode : "command" };
    if (selected && detail.focus) void element.focusEditor();
  }
});
// keys that reached the page, which is where a notebook listens
const keys: string[] = [];
document.addEventListener("keydown", (event) => {
  if (!event.defaultPrevented)
    keys.push(
      [event.shiftKey && "Shift", event.ctrlKey && "Ctrl", event.altKey && "Alt", event.key]
        .filter(Boolean)
        .join("+"),
    );
  if (event.key === "Enter" && (event.shiftKey || event.ctrlKey || event.altKey)) event.preventDefault();
});

declare global {
  interface Window {
    cells: Cells;
    keys: string[];
    /** what a hostile notebook's code would set, could it run */
    owned: unknown;
  }
}
window.cells = cells;
window.keys = keys;
