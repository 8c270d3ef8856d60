// The keys of the notebook: one table that drives the handler and fills the dialog that lists them. Single keys count in
// command mode only, and not at all where a person has switched them off (WCAG 2.1.4). Pure.

import type { Command } from "../command.ts";

export interface Binding {
  /** as {@link keyOf} writes them: "Shift+Enter", "Mod+S"; two presses one after the other are "D D" */
  readonly keys: readonly string[];
  /** undefined: the editor does it by itself, and the key is listed only */
  readonly command: Command | undefined;
  /** command: on the cell as a whole; any: while its text is edited, too */
  readonly when: "command" | "edit" | "any";
  /** what it does, as the dialog says it */
  readonly means: string;
}

export const groups: readonly { readonly title: string; readonly bindings: readonly Binding[] }[] = [
  {
    title: "Run",
    bindings: [
      bind(["Shift+Enter"], "run-next", "any", "run the cell and go to the next"),
      bind(["Mod+Enter"], "run", "any", "run the cell and stay"),
      bind(["Alt+Enter"], "run-insert", "any", "run the cell and insert one below"),
      bind(["I I"], "interrupt", "command", "interrupt what runs"),
      bind(["0 0"], "restart", "command", "restart Python"),
    ],
  },
  {
    title: "Go",
    bindings: [
      bind(["Enter"], "edit", "command", "edit the cell"),
      bind(["Escape", "Ctrl+M"], "leave", "edit", "leave the editor; Tab then goes on through the page"),
      bind(
        ["Shift+Tab"],
        undefined,
        "edit",
        "while editing: what the name at the cursor is, twice to read all of it",
      ),
      bind(["J", "ArrowDown"], "next", "command", "select the next cell"),
      bind(["K", "ArrowUp"], "previous", "command", "select the previous cell"),
      bind(["F"], "find", "command", "find and replace in all cells"),
      bind(["Mod+F"], "find", "any", "find and replace in all cells"),
      bind(["H"], "help", "command", "this list"),
    ],
  },
  {
    title: "Cells",
    bindings: [
      bind(["A"], "insert-above", "command", "insert a cell above"),
      bind(["B"], "insert-below", "command", "insert a cell below"),
      bind(["D D"], "delete", "command", "delete the cell"),
      bind(["Z", "Mod+Z"], "undo", "command", "undo the last change of cells or of their text"),
      bind(["Shift+Z", "Mod+Shift+Z", "Ctrl+Y"], "redo", "command", "redo it"),
      bind(["Mod+Z"], "undo-text", "edit", "while editing: undo in this text"),
      bind(["Mod+Shift+Z", "Ctrl+Y"], "redo-text", "edit", "while editing: redo in this text"),
      bind(["X"], "cut", "command", "cut the cell"),
      bind(["C"], "copy", "command", "copy the cell"),
      bind(["V"], "paste", "command", "paste below"),
      bind(["Shift+V"], "paste-above", "command", "paste above"),
      bind(["Shift+M"], "merge", "command", "merge with the cell below"),
      bind(["Ctrl+Shift+Minus"], "split", "edit", "split at the cursor"),
      bind(["Alt+ArrowUp"], "move-up", "command", "move the cell up"),
      bind(["Alt+ArrowDown"], "move-down", "command", "move the cell down"),
    ],
  },
  {
    title: "Kind and output",
    bindings: [
      bind(["M"], "to-markdown", "command", "make it text"),
      bind(["Y"], "to-code", "command", "make it code"),
      bind(["R"], "to-raw", "command", "make it raw: neither rendered nor run"),
      ...[1, 2, 3, 4, 5, 6].map((level) =>
        bind([String(level)], `heading-${level}` as Command, "command", "make it a heading of that level"),
      ),
      bind(["O"], "toggle-output", "command", "hide or show its output"),
      bind(["S"], "save", "command", "save now"),
      bind(["Mod+S"], "save", "any", "save now"),
    ],
  },
];

function bind(keys: string[], command: Binding["command"], when: Binding["when"], means: string): Binding {
  return { keys, command, when, means };
}

/** what of a KeyboardEvent counts */
export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/**
 * A key press as the table writes it. On a Mac, Mod is Command; elsewhere it is Control.
 * Characters count as what they are, not by where they lie, so other layouts keep their names.
 */
export function keyOf({ key, ctrlKey, metaKey, altKey, shiftKey }: Press, mac: boolean): string {
  const mod = mac ? metaKey : ctrlKey;
  const parts = [
    mod ? "Mod" : "",
    (mac && ctrlKey) || (!mac && metaKey) ? (mac ? "Ctrl" : "Meta") : "",
    altKey ? "Alt" : "",
    shiftKey ? "Shift" : "",
    // with Shift held, it is the other character of its key
    key === "-" || key === "_" ? "Minus" : key.length === 1 ? key.toUpperCase() : key,
  ];
  return parts.filter(Boolean).join("+");
}

/** Is it a key alone, as people type? */
export function isSingle(keys: string): boolean {
  return keys.split(" ").every((press) => /^(Shift\+)?.$/u.test(press));
}

/** the situation a key is pressed in */
export interface Situation {
  readonly mode: "command" | "edit";
  /** single keys are on */
  readonly singleKeyShortcuts: boolean;
  readonly mac: boolean;
}

/** longest time between the two presses of "D D", in milliseconds */
const pause = 900;

/** Reads presses one after the other. */
export class KeyReader {
  #last: { press: string; at: number } | undefined;

  /**
   * The command of a press; "part" when it is the first of two; undefined when it is not ours.
   * @param at milliseconds since some moment
   */
  read(press: Press, { mode, singleKeyShortcuts, mac }: Situation, at: number): Command | "part" | undefined {
    const pressed = keyOf(press, mac);
    const last = this.#last;
    this.#last = undefined;
    const twice = last && last.press === pressed && at - last.at < pause ? `${pressed} ${pressed}` : "";
    const open = groups
      .flatMap(({ bindings }) => bindings)
      .filter(({ when }) => when === "any" || when === mode)
      .flatMap(({ keys, command }) => (command ? keys.map((one) => ({ keys: one, command })) : []))
      .filter(({ keys }) => singleKeyShortcuts || !isSingle(keys));
    const find = (wanted: string) => open.find(({ keys }) => normal(keys, mac) === wanted)?.command;
    const found = (twice && find(twice)) || find(pressed);
    if (found) return found;
    if (!open.some(({ keys }) => keys.startsWith(`${pressed} `))) return undefined;
    this.#last = { press: pressed, at };
    return "part";
  }
}

/** The table's Ctrl is the key of that name, which is Mod where there is no Command. */
function normal(keys: string, mac: boolean): string {
  return mac ? keys : keys.replace("Ctrl+", "Mod+");
}

/** Keys as a person reads them: "⌘ Enter", "Ctrl+Enter", "D, D". */
export function keyText(keys: string, mac: boolean): string {
  return keys
    .split(" ")
    .map((press) =>
      press
        .replace("Mod", mac ? "⌘" : "Ctrl")
        .replace("Escape", "Esc")
        .replace("ArrowUp", "↑")
        .replace("ArrowDown", "↓")
        .replace("Minus", "−"),
    )
    .join(", ");
}
