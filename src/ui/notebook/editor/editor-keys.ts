// The keys of an editor that are not CodeMirror's own, and those of CodeMirror's that the notebook has.

import { acceptCompletion, startCompletion } from "@codemirror/autocomplete";
import { indentMore } from "@codemirror/commands";
import type { EditorView, KeyBinding } from "@codemirror/view";
import type { Inspect } from "./documentation.ts";
import { closeDocumentation, documentOrOutdent } from "./editor-documentation.ts";
import type { EditorHandlers, EditorOptions } from "./editor-options.ts";

export function ownKeys({ leave, edge }: EditorHandlers, current: () => EditorOptions): KeyBinding[] {
  const away = (view: EditorView) => {
    // an open list of completions takes Escape first
    if (view.dom.querySelector(".cm-tooltip-autocomplete")) return false;
    if (closeDocumentation(view)) return true;
    leave();
    return true;
  };
  return [
    { key: "Escape", run: away },
    { key: "Ctrl-m", run: away },
    { key: "Tab", run: tab, shift: (view) => documentOrOutdent(view, inspectorOf(current())) },
    { key: "ArrowUp", run: (view) => atEdge(view, 0) && told(() => edge("above")) },
    { key: "ArrowDown", run: (view) => atEdge(view, view.state.doc.length) && told(() => edge("below")) },
  ];
}

function inspectorOf({ language, inspect }: EditorOptions): Inspect | undefined {
  return language === "python" ? inspect : undefined;
}

/** a key that is used up by telling somebody */
function told(tell: () => void): true {
  tell();
  return true;
}

function atEdge({ dom, state }: EditorView, place: number): boolean {
  const { main, ranges } = state.selection;
  const listed = dom.querySelector(".cm-tooltip-autocomplete") !== null;
  return !listed && ranges.length === 1 && main.empty && main.head === place;
}

/** Tab takes a completion, asks for some after a name, and else indents. */
function tab(view: EditorView): boolean {
  if (acceptCompletion(view)) return true;
  const { state } = view;
  const { main } = state.selection;
  if (!main.empty) return indentMore(view);
  const before = state.sliceDoc(Math.max(0, main.head - 1), main.head);
  if (/[\w.]/.test(before)) return startCompletion(view);
  return state.readOnly || insertSpaces(view);
}

function insertSpaces(view: EditorView): boolean {
  const { state } = view;
  const { head } = state.selection.main;
  const column = head - state.doc.lineAt(head).from;
  view.dispatch(state.update(state.replaceSelection(" ".repeat(4 - (column % 4))), { userEvent: "input" }));
  return true;
}

/** Keys that mean something to the notebook are not the editor's. */
export function left(bindings: readonly KeyBinding[]): KeyBinding[] {
  const theirs = /^(Mod|Ctrl|Alt|Shift|Cmd)-.*Enter$|^Ctrl-m$|^Escape$|^(Ctrl|Mod)-Shift--$/;
  return bindings
    .filter(({ key, mac }) => !theirs.test(key ?? "") && !theirs.test(mac ?? ""))
    .map((binding) => {
      if (binding.key !== "Enter") return binding;
      const { shift: _, ...enter } = binding;
      return enter;
    });
}
