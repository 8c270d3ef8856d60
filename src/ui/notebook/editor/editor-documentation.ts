// Documentation in an editor, in a small window at the cursor: Shift+Tab opens it, and again goes into it; Escape, moving
// the cursor and writing close it. After spaces, on a keyword, or with text selected, Shift+Tab outdents.

import { indentLess } from "@codemirror/commands";
import { type EditorState, StateEffect, StateField } from "@codemirror/state";
import { type EditorView, showTooltip, type Tooltip } from "@codemirror/view";
import type { Documentation } from "../../../python/index.ts";
import { keywords } from "./completions.ts";
import type { Inspect } from "./documentation.ts";

const setShown = StateEffect.define<Tooltip | null>();

/** the open window; part of an editor's configuration */
export const documentation = StateField.define<Tooltip | null>({
  create: () => null,
  update(shown, transaction) {
    for (const effect of transaction.effects) if (effect.is(setShown)) return effect.value;
    return transaction.docChanged || transaction.selection ? null : shown;
  },
  provide: (field) => showTooltip.from(field),
});

/** Close the window; false when none is open. */
export function closeDocumentation(view: EditorView): boolean {
  if (!view.state.field(documentation)) return false;
  view.dispatch({ effects: setShown.of(null) });
  return true;
}

/** What Shift+Tab does. */
export function documentOrOutdent(view: EditorView, inspect: Inspect | undefined): boolean {
  if (view.state.field(documentation)) {
    view.dom.querySelector<HTMLElement>(".documentation")?.focus();
    return true;
  }
  if (!inspect || !hasName(view.state)) return indentLess(view);
  void open(view, inspect);
  return true;
}

/** Is there something before the cursor that may have documentation? */
function hasName(state: EditorState): boolean {
  const { main } = state.selection;
  const before = state.sliceDoc(state.doc.lineAt(main.head).from, main.head);
  const word = /[\p{L}\p{N}_]+$/u.exec(before)?.[0] ?? "";
  return main.empty && before.trim() !== "" && !keywords.includes(word);
}

async function open(view: EditorView, inspect: Inspect): Promise<void> {
  const { doc, selection } = view.state;
  const { head } = selection.main;
  const found = await inspect(doc.toString(), head);
  // the text or the cursor may have moved on meanwhile
  if (view.state.doc !== doc || view.state.selection.main.head !== head || !view.hasFocus) return;
  view.dispatch({ effects: setShown.of({ pos: head, create: () => ({ dom: windowOf(found, view) }) }) });
}

function windowOf({ name, text }: Documentation, view: EditorView): HTMLElement {
  const dom = document.createElement("div");
  dom.className = "documentation";
  dom.tabIndex = 0;
  dom.setAttribute("role", "region");
  dom.setAttribute("aria-label", name ? `Documentation of ${name}` : "Documentation");
  dom.textContent = text;
  dom.addEventListener("keydown", (event) => {
    // keys here are for reading, not for the notebook
    event.stopPropagation();
    if (event.key !== "Escape") return;
    event.preventDefault();
    closeDocumentation(view);
    view.focus();
  });
  return dom;
}
