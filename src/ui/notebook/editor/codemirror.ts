// CodeMirror, put together for cells. Imported when the first editor is needed, never before: it is the largest part
// of the notebook's page.

import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import {
  Annotation,
  Compartment,
  EditorState,
  type Extension,
  Prec,
  type Transaction,
} from "@codemirror/state";
import { drawSelection, EditorView, keymap, type ViewUpdate } from "@codemirror/view";
import { type Edit, Typing } from "../book/typing.ts";
import { highlighter } from "../render/highlight.ts";
import { complete } from "./editor-completion.ts";
import { documentation } from "./editor-documentation.ts";
import { hanging } from "./editor-hanging.ts";
import { left, ownKeys } from "./editor-keys.ts";
import type { EditorHandlers, EditorOptions } from "./editor-options.ts";

export interface Editor {
  readonly dom: HTMLElement;
  update(options: EditorOptions): void;
  select(from: number, to: number): void;
  /** Put the cursor at a point of the window. */
  selectAt(point: { x: number; y: number }): void;
  cursor(): number;
  focus(): void;
}

/** a change that came from outside: nobody has to be told */
const fromOutside = Annotation.define<boolean>();

/** @param root the shadow root that the editor will stand in; its styles go there as adopted style sheets */
export function createEditor(root: ShadowRoot, first: EditorOptions, handlers: EditorHandlers): Editor {
  let options = first;
  const changing = new Compartment();
  const typing = new Typing();
  /** undo or redo was asked for in this editor, and its change has not come yet */
  let travelling = false;
  const view = new EditorView({
    root,
    state: EditorState.create({
      doc: first.value,
      extensions: [
        Prec.highest(keymap.of(ownKeys(handlers, () => options))),
        drawSelection(),
        documentation,
        bracketMatching(),
        closeBrackets(),
        indentOnInput(),
        indentUnit.of("    "),
        EditorState.tabSize.of(4),
        EditorView.lineWrapping,
        syntaxHighlighting(highlighter),
        autocompletion({ override: [(context) => complete(context, () => options)], icons: false }),
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...left(defaultKeymap)]),
        EditorView.updateListener.of((update) => {
          if (update.focusChanged) typing.end();
          if (!update.docChanged) return;
          if (update.transactions.some((each) => each.annotation(fromOutside))) return typing.end();
          handlers.change(update.state.doc.toString(), joins(update, typing));
        }),
        // the history is the notebook's (undo.ts): an editor may come and go, and its cell may be split or moved
        EditorView.domEventHandlers({
          beforeinput: ({ inputType }) => {
            const command = ({ historyUndo: "undo", historyRedo: "redo" } as const)[inputType];
            if (command) handlers.travel(command);
            travelling = command !== undefined;
            return travelling;
          },
          // the notebook carries it out, after this
          keydown: ({ key, ctrlKey, metaKey }) => {
            travelling = (ctrlKey || metaKey) && ["y", "z"].includes(key.toLowerCase());
            return false;
          },
        }),
        changing.of(changeableOf(first)),
      ],
    }),
  });
  return {
    dom: view.dom,
    update(next) {
      // an editor has one kind of line break
      const value = next.value.replace(/\r\n?/g, "\n");
      const before = options;
      options = next;
      if (changeable.some((name) => before[name] !== next[name]))
        view.dispatch({ effects: changing.reconfigure(changeableOf(next)) });
      const text = view.state.doc.toString();
      if (value === text) return;
      const changes = difference(text, value);
      const end = changes.from + changes.insert.length;
      // what is undone where one writes is where one goes on; any other change from outside leaves the cursor at its words
      const there = travelling ? { selection: { anchor: end }, scrollIntoView: true } : {};
      travelling = false;
      view.dispatch({ changes, annotations: fromOutside.of(true), ...there });
    },
    select(from, to) {
      const { length } = view.state.doc;
      const [anchor, head] = [Math.min(from, length), Math.min(to, length)];
      view.dispatch({ selection: { anchor, head }, scrollIntoView: true });
    },
    selectAt(point) {
      const anchor = view.posAtCoords(point, false);
      view.dispatch({ selection: { anchor }, scrollIntoView: true });
    },
    cursor: () => view.state.selection.main.head,
    focus: () => view.focus(),
  };
}

/** Is a change undone together with the one before it? What is not typed or deleted by hand is undone alone. */
function joins({ transactions, changes }: ViewUpdate, typing: Typing): boolean {
  const edits: Edit[] = [];
  changes.iterChanges((from, to, _, __, inserted) => {
    edits.push({ from, removed: to - from, inserted: inserted.toString() });
  });
  const [edit] = edits;
  const alone = edits.length !== 1 || transactions.some((each) => isAlone(each));
  if (!alone && edit) return typing.joins(edit);
  typing.end();
  return false;
}

function isAlone(transaction: Transaction): boolean {
  const byHand = transaction.isUserEvent("input") || transaction.isUserEvent("delete");
  return (
    !byHand || ["input.paste", "input.drop", "input.complete"].some((kind) => transaction.isUserEvent(kind))
  );
}

/** what of the options is in the editor's configuration */
const changeable = ["language", "label", "readOnly", "tabbable"] as const;

function changeableOf({ language, label, readOnly, tabbable }: EditorOptions): Extension {
  return [
    language === "python" ? [python().language, hanging] : [],
    EditorState.readOnly.of(readOnly),
    EditorView.contentAttributes.of({
      "aria-label": label,
      tabindex: tabbable ? "0" : "-1",
      // browsers fetch dictionaries for it, and some send what is typed away
      spellcheck: "false",
      autocapitalize: "off",
    }),
  ];
}

/** the smallest stretch that differs, so that a cursor elsewhere stays where it is */
export function difference(before: string, after: string): { from: number; to: number; insert: string } {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end++;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}
