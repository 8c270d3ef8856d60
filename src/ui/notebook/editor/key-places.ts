// Where a key was pressed, and which commands it may give there. Letters change a cell only while the cell itself has
// the focus: on a button or a link in it, and where nothing has the focus, they do no more than lead to a cell.

import type { Command } from "../command.ts";

/**
 * cell: a cell as a whole; editor: the text of one; field: a form's field for text, in a cell; control: anything else in
 * a cell; page: nothing has the focus; elsewhere: a button outside the cells
 */
export type KeyPlace = "cell" | "editor" | "field" | "control" | "page" | "elsewhere";

/**
 * The place of a key press; undefined for a field for text outside the cells, whose keys are all its own.
 * @param path from what had the focus, through all shadow roots, to the window
 * @param list the element with the cells
 */
export function placeOf(path: readonly EventTarget[], list: EventTarget | null): KeyPlace | undefined {
  const [target] = path as HTMLElement[];
  if (!target?.matches || target.localName === "body") return "page";
  const writes =
    target.isContentEditable ||
    (target.matches("input, textarea") && !target.matches("[type=checkbox], [type=radio]"));
  const inside = list !== null && path.includes(list);
  if (writes) return inside ? (target.isContentEditable ? "editor" : "field") : undefined;
  if (!inside) return "elsewhere";
  // a select takes letters, too
  if (target.localName === "select") return "field";
  const { host } = target.getRootNode() as ShadowRoot;
  return target.localName === "section" && host?.localName === "nn-cell" ? "cell" : "control";
}

/** May a command be given at a place? @param held with a modifier key */
export function isFor(command: Command, place: KeyPlace, held: boolean): boolean {
  switch (place) {
    case "cell":
    case "editor":
      return true;
    case "field":
      // the browser's own undo is the field's
      return command !== "undo-text" && command !== "redo-text";
    case "control":
      return leading.has(command) || held;
    case "page":
      return leading.has(command) || (held && travels.has(command));
    case "elsewhere":
      return held && travels.has(command);
    default:
      return place satisfies never;
  }
}

/** commands that change no cell */
const leading: ReadonlySet<Command> = new Set([
  "run",
  "run-next",
  "run-insert",
  "interrupt",
  "edit",
  "next",
  "previous",
  "find",
  "help",
]);

const travels: ReadonlySet<Command> = new Set(["undo", "redo"]);

/** commands that change the selected cell or run it: by a key, only one that is in sight */
export function acts(command: Command): boolean {
  return acting.has(command) || command.startsWith("heading-") || command.startsWith("to-");
}

const acting: ReadonlySet<Command> = new Set([
  "run",
  "run-next",
  "run-insert",
  "delete",
  "cut",
  "merge",
  "move-up",
  "move-down",
  "toggle-output",
  "clear-output",
]);
