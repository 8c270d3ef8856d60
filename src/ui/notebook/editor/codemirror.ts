// CodeMirror, put together for cells. Imported when the first editor is needed, never before: it is the largest part
// of the notebook's page.

import {
  acceptCompletion,
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  startCompletion,
} from "@codemirror/autocomplete";
import { defaultKeymap, indentMore } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import {
  Annotation,
  Compartment,
  EditorState,
  type Extension,
  Prec,
  RangeSetBuilder,
  type Transaction,
} from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  type KeyBinding,
  keymap,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { type Edit, Typing } from "../book/typing.ts";
import { hangOf, highlighter } from "../render/highlight.ts";
import { type Complete, staticCompletions } from "./completions.ts";
import type { Inspect } from "./documentation.ts";
import { closeDocumentation, documentation, documentOrOutdent } from "./editor-documentation.ts";

export type Language = "python" | "markdown" | "raw";

export interface EditorOptions {
  readonly value: string;
  readonly language: Language;
  readonly label: string;
  readonly complete: Complete | undefined;
  readonly inspect: Inspect | undefined;
  readonly readOnly: boolean;
  readonly tabbable: boolean;
}

/** what happens in an editor */
export interface EditorHandlers {
  /** a person changed the text; `joins`: it is undone together with the change before it */
  readonly change: (value: string, joins: boolean) => void;
  /** by the browser's own menu or a gesture; keys are the notebook's */
  readonly travel: (command: "undo" | "redo") => void;
  readonly leave: () => void;
  readonly edge: (side: "above" | "below") => void;
}

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

/** tells each line in sight where it goes on when it does not fit (code-styles.ts) */
const hanging = ViewPlugin.define(
  (view) => ({
    decorations: hung(view),
    update({ docChanged, viewportChanged }) {
      if (docChanged || viewportChanged) this.decorations = hung(view);
    },
  }),
  { decorations: ({ decorations }) => decorations },
);

function hung({ state, visibleRanges }: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = state.doc.lineAt(at);
      const hang = hangOf(line.text);
      builder.add(line.from, line.from, Decoration.line({ attributes: { style: `--hang:${hang}` } }));
      at = line.to + 1;
    }
  }
  return builder.finish();
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

function ownKeys({ leave, edge }: EditorHandlers, current: () => EditorOptions): KeyBinding[] {
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
function left(bindings: readonly KeyBinding[]): KeyBinding[] {
  const theirs = /^(Mod|Ctrl|Alt|Shift|Cmd)-.*Enter$|^Ctrl-m$|^Escape$|^(Ctrl|Mod)-Shift--$/;
  return bindings
    .filter(({ key, mac }) => !theirs.test(key ?? "") && !theirs.test(mac ?? ""))
    .map((binding) => {
      if (binding.key !== "Enter") return binding;
      const { shift: _, ...enter } = binding;
      return enter;
    });
}

async function complete(
  context: CompletionContext,
  current: () => EditorOptions,
): Promise<CompletionResult | null> {
  const { language, complete: ask } = current();
  if (language !== "python") return null;
  const source = context.state.doc.toString();
  const { pos, explicit } = context;
  // while typing, only after a letter or a dot
  if (!explicit && !/[\p{L}_.][\w]*$/u.test(source.slice(Math.max(0, pos - 60), pos))) return null;
  const living = await ask?.(source, pos).catch(() => undefined);
  const { from, options } = living && living.options.length > 0 ? living : staticCompletions(source, pos);
  if (options.length === 0) return null;
  return {
    from,
    options: options.map(({ label, kind }) => ({ label, detail: kind === "property" ? "" : kind })),
    validFor: /^\w*$/,
  };
}
