// What a person can ask of the notebook by a key, a button or a menu, by name; and those of them that only change the
// notebook. Those that reach further, such as running, are carried out by perform.ts.

import type { Cell, CellKind } from "../../../storage/index.ts";
import { isAnswer } from "../book/answers.ts";
import { outputsHidden, sourceHidden } from "../book/hidden.ts";
import type { NotebookEvent, NotebookState } from "../book/notebook-state.ts";
import { cellOf } from "../book/state.ts";
import type { Command } from "../command.ts";

/** makes a cell with an id of its own */
export type MakeCell = (kind: CellKind, source?: string, metadata?: Cell["metadata"]) => Cell;

/**
 * The event of a command on the selected cell; undefined for one that does more than change the notebook.
 * @param cursor offset of the cursor in its source, if its editor is open
 */
export function eventOf(
  command: Command,
  state: NotebookState,
  make: MakeCell,
  cursor: number | undefined,
): NotebookEvent | undefined {
  const id = state.selected;
  const cell = cellOf(state, id);
  if (!cell) return undefined;
  const put = (
    fresh: Cell,
    side: "above" | "below",
    mode: NotebookState["mode"] = "command",
  ): NotebookEvent => ({
    kind: "insert",
    cell: fresh,
    beside: id,
    side,
    mode,
  });
  switch (command) {
    case "insert-above":
      return put(make("code"), "above");
    case "insert-below":
      return put(make("code"), "below");
    case "insert-code":
      return put(make("code"), "below", "edit");
    case "insert-text":
      return put(make("markdown"), "below", "edit");
    case "delete":
    case "cut":
      return { kind: "delete", id, instead: make("code"), keep: command === "cut" };
    case "undo":
    case "redo":
      return { kind: command };
    case "undo-text":
      return { kind: "undo", text: id };
    case "redo-text":
      return { kind: "redo", text: id };
    case "copy":
      return { kind: "copy", id };
    case "paste":
    case "paste-above":
      return (
        state.clipboard && put(copyOf(state.clipboard, state, make), command === "paste" ? "below" : "above")
      );
    case "duplicate":
      return put(copyOf(cell, state, make), "below");
    case "merge":
      return { kind: "merge", id, side: "below" };
    case "split":
      return cursor === undefined ? undefined : { kind: "split", id, at: cursor, newId: make("code").id };
    case "move-up":
      return { kind: "move", id, by: -1 };
    case "move-down":
      return { kind: "move", id, by: 1 };
    case "to-markdown":
      return { kind: "become", id, to: "markdown" };
    case "to-code":
      return { kind: "become", id, to: "code" };
    case "to-raw":
      return { kind: "become", id, to: "raw" };
    case "toggle-answer":
      return { kind: "answer", id, answer: !isAnswer(cell) };
    case "toggle-source":
      return { kind: "hide-source", id, hidden: !sourceHidden(cell) };
    case "toggle-output":
      return { kind: "hide", ids: [id], hidden: !outputsHidden(cell) };
    case "clear-output":
      return { kind: "clear", ids: [id] };
    case "clear-all":
      return { kind: "clear", ids: state.notebook.cells.map((each) => each.id) };
    case "next":
      return { kind: "step", by: 1 };
    case "previous":
      return { kind: "step", by: -1 };
    case "edit":
      return { kind: "select", id, mode: "edit" };
    case "leave":
      return { kind: "select", id, mode: "command" };
    default:
      return command.startsWith("heading-")
        ? { kind: "heading", id, level: Number(command.slice("heading-".length)) }
        : undefined;
  }
}

/** The same cell once more, as one of its own, which has not run itself; one that was cut is that cell again. */
function copyOf(cell: Cell, state: NotebookState, make: MakeCell): Cell {
  if (!cellOf(state, cell.id)) return cell;
  return { ...cell, id: make(cell.kind).id, count: undefined, origin: undefined };
}

const nothingDone: Partial<Record<Command, string>> = {
  undo: "Nothing to undo.",
  redo: "Nothing to redo.",
  "undo-text": "Nothing to undo in this text. Escape, then Z undoes the last change of the notebook.",
  "redo-text": "Nothing to redo in this text. Escape, then Shift+Z redoes a change of the notebook.",
};

/** What a screen reader hears after a command that shows little; undefined for the rest. */
export function announcementFor(
  command: Command,
  before: NotebookState,
  after: NotebookState,
): string | undefined {
  if (before === after) return nothingDone[command];
  switch (command) {
    case "delete":
    case "cut":
      return `Cell ${command === "cut" ? "cut" : "deleted"}. Z undoes it.`;
    case "undo":
    case "redo": {
      const place = after.notebook.cells.findIndex(({ id }) => id === after.selected) + 1;
      return `${command === "undo" ? "Undone" : "Redone"}. Cell ${place} is selected.`;
    }
    case "copy":
      return "Cell copied.";
    case "insert-above":
    case "insert-below":
    case "insert-code":
    case "insert-text":
    case "paste":
    case "paste-above":
    case "duplicate":
      return "Cell inserted.";
    case "merge":
      return "Cells merged.";
    case "split":
      return "Cell split.";
    case "move-up":
    case "move-down":
      return `Moved to place ${after.notebook.cells.findIndex(({ id }) => id === after.selected) + 1}.`;
    case "to-code":
    case "to-markdown":
    case "to-raw":
      return `Now a ${{ "to-code": "code", "to-markdown": "text", "to-raw": "raw" }[command]} cell.`;
    case "toggle-answer": {
      const cell = cellOf(after, after.selected);
      return cell && (isAnswer(cell) ? "Marked as an answer." : "No answer any more.");
    }
    case "toggle-source": {
      const cell = cellOf(after, after.selected);
      return cell && (sourceHidden(cell) ? "Hidden." : "Shown.");
    }
    case "clear-output":
    case "clear-all":
      return "Output cleared.";
    default:
      return undefined;
  }
}
