// The notebook's conductor: it holds its state and what is going on around it, gives the elements their properties and
// carries out what keys and events ask for. The outside world comes in as a parameter, so all of it runs against a
// stand-in.

import { EngineError } from "../../engine/index.ts";
import {
  foreignLanguage,
  type Notebook,
  type NotebookEntry,
  type NotebookRecord,
  newCell,
  parseNotebook,
  type Retry,
  StorageError,
  serializeNotebook,
  titleOf,
} from "../../storage/index.ts";
import type { ModelEntry } from "../models.ts";
import { experimentOf, withExperiment } from "./cells.ts";
import { announcementFor, type Command, eventOf } from "./commands.ts";
import { documentationSaid, noDocumentation } from "./documentation.ts";
import type { CellEvents, CellExperiment, NewCell, Side } from "./events.ts";
import { experimentIn, fromPython, toPython } from "./experiment-source.ts";
import { findAll, type Match, type Query, replaceAll, replaceOne } from "./find.ts";
import { acts, isFor, placeOf } from "./key-places.ts";
import { KeyReader } from "./keys.ts";
import { type ExperimentContext, emptyContext } from "./nn-experiment-cell.ts";
import { initialStatus, type NotebookStatus, type Saved, savedText } from "./notebook-status.ts";
import { Runner, type RunnerWorld } from "./runner.ts";
import {
  type CellView,
  cellOf,
  indexOf,
  type NotebookEvent,
  type NotebookState,
  openState,
  reduce,
  runnable,
  staleIds,
  viewOf,
} from "./state.ts";
import "../nn-announcer.ts";
import "../nn-notice.ts";
import "./nn-find.ts";
import "./nn-notebook.ts";
import "./nn-shortcuts.ts";
import "./nn-toolbar.ts";

/** keeps one notebook as it changes */
export interface Saver {
  /** what is kept: id, title, where it came from */
  readonly record: NotebookEntry;
  /** something has changed; `latest` is asked when it is written */
  change(latest: () => { text: string; title: string }): void;
  /** Write now what is not written yet. */
  flush(): Promise<boolean>;
  /** Write now, and nothing more; where that fails, it goes on. Both resolve to whether all of it is written. */
  close(): Promise<boolean>;
  /** Another tab has written it. "reload": show that; "ignore": what is typed here goes into a copy. */
  entry(entry: NotebookEntry): "reload" | "ignore";
}

export interface SaverHandlers {
  onState(state: Saved): void;
  /** another tab wrote first; what was typed here goes on in a copy */
  onConflict(copy: NotebookEntry): void;
}

export interface NotebookWorld extends RunnerWorld {
  saver(record: NotebookRecord, handlers: SaverHandlers): Saver;
  /** what is saved is still there when the tab is closed */
  readonly lasting: boolean;
  /** the experiment that a new cell starts with */
  readonly experiment: CellExperiment;
  /** the keyboard has a Command key */
  readonly mac: boolean;
  /** whether single keys are on is remembered */
  readonly singleKeyShortcuts: { get(): boolean; set(on: boolean): void };
  /** Ask the browser to delete nothing by itself; a person has just agreed to keep something large. */
  persist?(): Promise<unknown>;
  /** something runs or has stopped running */
  onBusy?(busy: boolean): void;
  /** the list of notebooks has changed: another title, or what was typed has gone into a copy */
  onKept?(): void;
  /** what is open has been written: its version is another one now */
  onSaved?(): void;
}

/** a notebook page that runs */
export interface NotebookHandle {
  /** Show a notebook; what was open is saved first. Resolves to whether it is shown: the page says why when it is not. */
  open(record: NotebookRecord): Promise<boolean>;
  /** Give the selected cell the focus; where it is the first, what stands above it is seen, too. */
  reveal(): Promise<void>;
  /** The reader trusts a notebook; if it is the open one, it may run. */
  trusted(entry: NotebookEntry): void;
  /** Write now what is not written yet. Resolves to whether all of it is written. */
  flush(): Promise<boolean>;
  /** It has got another title. */
  renamed(entry: NotebookEntry): void;
  /** Another tab has written a notebook: is it this one, and should it be read again? */
  changedElsewhere(entry: NotebookEntry): "reload" | "ignore";
  current(): { notebook: Notebook; record: NotebookEntry } | undefined;
  say(message: string): void;
  complain(message: string, hint: string): void;
  dispose(): void;
}

/** Bring the elements in `root` to life. */
export function startNotebook(root: ParentNode, world: NotebookWorld): NotebookHandle {
  const find = <K extends keyof HTMLElementTagNameMap>(tag: K) => root.querySelector(tag);
  const [toolbar, list, finder] = [find("nn-toolbar"), find("nn-notebook"), find("nn-find")];
  const [shortcuts, announcer, notice] = [find("nn-shortcuts"), find("nn-announcer"), find("nn-notice")];

  let state: NotebookState = openState({ metadata: {}, cells: [newCell("code")], origin: undefined }, false);
  let status: NotebookStatus = {
    ...initialStatus,
    singleKeyShortcuts: world.singleKeyShortcuts.get(),
    lasting: world.lasting,
  };
  let saver: Saver | undefined;
  let opened = false;
  /** what is open has been changed here */
  let touched = false;
  let models: readonly ModelEntry[] = [];
  let experiments: ExperimentContext = emptyContext;
  let views: readonly CellView[] = [];
  let search: { query: Query; matches: Match[]; place: number } | undefined;
  /** how the last command was given */
  let asked: "key" | "button" = "key";
  /** the mode in which find was opened, and which its end comes back to */
  let foundFrom: NotebookState["mode"] = "command";
  const keys = new KeyReader();

  const say = (message: string | undefined) => {
    if (announcer && message) announcer.message = message;
  };

  const complain = (message: string, hint: string) => {
    if (notice) Object.assign(notice, { kind: "error", heading: message, textContent: hint, hidden: false });
    say(`${message} ${hint}`);
  };

  const dispatch = (event: NotebookEvent) => {
    const before = state;
    state = reduce(before, event);
    if (state === before) return;
    if (state.notebook !== before.notebook && event.kind !== "open") save();
    if (state.running !== before.running) world.onBusy?.(state.running !== undefined);
    draw();
  };

  const save = () => {
    touched = true;
    const { notebook } = state;
    saver?.change(() => ({ text: serializeNotebook(notebook), title: titleOf(notebook) }));
  };

  const show = (change: Partial<NotebookStatus>) => {
    const asks = change.question !== undefined && status.question === undefined;
    status = { ...status, ...change };
    draw();
    if (asks) void list?.focusQuestion();
  };

  const draw = () => {
    if (!opened) return;
    const busy = state.running !== undefined || state.queue.length > 0;
    const heading = titleOf(state.notebook);
    if (root instanceof Document) root.title = `${heading} · Neuron Notebook`;
    if (toolbar) Object.assign(toolbar, { heading, status, busy });
    if (shortcuts)
      Object.assign(shortcuts, { singleKeyShortcuts: status.singleKeyShortcuts, mac: world.mac });
    if (finder && search) Object.assign(finder, { place: search.place + 1, count: search.matches.length });
    if (!list) return;
    const stale = staleIds(state);
    views = state.notebook.cells.map((_, i) => viewOf(state, i, stale));
    const next = cellOf(state, state.running ?? state.queue[0] ?? "");
    const starts = status.kernel.kind === "starting" && next && !experimentIn(next);
    const waiting = status.question || status.loading || starts ? next?.id : undefined;
    Object.assign(list, { cells: state.notebook.cells, views, status, waiting, context: experiments });
  };

  /** what the notice says of the list of models */
  let unlisted: string | undefined;
  /** The site's models; a list that did not arrive is asked for anew by whatever needs it next. */
  const listModels = async () => {
    if (models.length > 0) return models;
    const onRetry = ({ message }: Retry) => {
      unlisted = message;
      const said = { kind: "note" as const, heading: message, textContent: "Trying again.", hidden: false };
      if (notice) Object.assign(notice, said);
    };
    models = await world.models(onRetry).catch((error: unknown) => {
      if (error instanceof EngineError) unlisted = error.message;
      throw error;
    });
    if (notice && notice.heading === unlisted) notice.hidden = true;
    experiments = { ...experiments, models };
    draw();
    return models;
  };

  const running: RunnerWorld = { ...world, models: listModels };
  const runner = new Runner(running, {
    state: () => state,
    status: () => status,
    dispatch,
    show,
    say,
    experiment: (id, { problem, tokens }) => {
      const problems = new Map(experiments.problems);
      if (problem) problems.set(id, problem);
      else problems.delete(id);
      const known = tokens ? new Map(experiments.tokens).set(id, tokens) : experiments.tokens;
      experiments = { ...experiments, problems, tokens: known };
      draw();
    },
  });
  if (list) {
    list.complete = (source, position) => runner.kernel.complete(source, position);
    list.inspect = async (source, position) => {
      const { kernel } = runner;
      const found = (await kernel.inspect(source, position)) ?? noDocumentation(kernel.status);
      say(documentationSaid(found));
      return found;
    };
  }

  /** Give the focus to the selected cell or its editor. */
  const focus = async (at?: "start" | "end") => {
    const element = await list?.element(state.selected);
    if (state.mode === "edit") await element?.focusEditor(at ?? "end");
    else element?.focusCell();
  };

  const run = (ids: readonly string[]) => {
    if (ids.length === 0) return;
    if (foreignLanguage(state.notebook)) {
      say("This notebook is not in Python, and its cells cannot be run here.");
      root.querySelector("nn-trust")?.refuse();
      return;
    }
    if (!state.trusted) {
      say("This notebook came from outside and does not run before you trust it.");
      root.querySelector("nn-trust")?.refuse();
      return;
    }
    void runner.run(ids);
  };

  /** Run a cell by a key: the selection stays, or goes on to the next cell or a new one, as people are used to. */
  const runCell = async (id: string, then: "stay" | "next" | "insert") => {
    dispatch({ kind: "select", id, mode: "command" });
    const index = indexOf(state, id);
    const ids = runnable(state, index, index + 1);
    run(ids);
    // the focus stays where it is said why
    if (ids.length > 0 && (!state.trusted || foreignLanguage(state.notebook))) return;
    if (then === "insert") await insert(id, "below", "code", "edit");
    else if (then === "next") {
      const next = state.notebook.cells[index + 1];
      if (next) dispatch({ kind: "select", id: next.id, mode: "command" });
      else dispatch({ kind: "insert", cell: newCell("code"), beside: id, side: "below", mode: "edit" });
    }
    if (then !== "insert") await focus();
  };

  const fresh = (kind: NewCell) =>
    kind === "experiment"
      ? newCell("code", pythonOf(world.experiment), withExperiment({}, world.experiment))
      : newCell(kind);

  const pythonOf = (experiment: CellExperiment) =>
    toPython(experiment, experiment.model ?? models[0]?.name ?? "bert-base-cased");

  const insert = async (beside: string, side: Side, kind: NewCell, mode: NotebookState["mode"]) => {
    dispatch({ kind: "insert", cell: fresh(kind), beside, side, mode });
    say("Cell inserted.");
    await focus();
  };

  const restart = async (thenRunAll: boolean) => {
    await runner.restart().catch(failed);
    if (thenRunAll) run(runnable(state));
  };

  const failed = (error: unknown) => {
    if (error instanceof EngineError || error instanceof StorageError)
      return complain(error.message, error.hint);
    console.error(error);
    complain(String(error), "Reload the page; what you typed is kept.");
  };

  const cursor = async () => (await list?.element(state.selected))?.cursor();

  /** @param by where it was asked for: a key goes on at the selected cell, a button keeps the focus */
  const perform = async (command: Command, by: "key" | "button") => {
    asked = by;
    const id = state.selected;
    const index = indexOf(state, id);
    switch (command) {
      case "run":
        return runCell(id, "stay");
      case "run-next":
        return runCell(id, "next");
      case "run-insert":
        return runCell(id, "insert");
      case "run-all":
        return run(runnable(state));
      case "run-above":
        return run(runnable(state, 0, index));
      case "run-below":
        return run(runnable(state, index));
      case "interrupt":
        return runner.interrupt().catch(failed);
      case "restart":
        return restart(false);
      case "restart-run-all":
        return restart(true);
      case "insert-experiment":
        return insert(id, "below", "experiment", "edit");
      case "find":
        return openFind();
      case "help":
        return shortcuts?.show();
      case "save":
        await saver?.flush();
        return say(`${savedText(status)}.`);
      default: {
        const at = await cursor();
        const before = state;
        const event = eventOf(command, state, newCell, at);
        if (event) dispatch(event);
        say(announcementFor(command, before, state));
        if (command === "undo-text" || command === "redo-text") return;
        // what is typed next is text, or goes where the button is: never to a cell that was not asked for
        if (by === "key" || (state !== before && state.mode === "edit"))
          return focus(command === "split" ? "start" : "end");
        return (await list?.element(state.selected))?.scrollIntoView({ block: "nearest" });
      }
    }
  };

  const openFind = () => {
    if (!finder) return;
    if (finder.hidden) foundFrom = state.mode;
    finder.hidden = false;
    finder.updateComplete.then(() => finder.focus());
  };

  const seek = (query: Query, near = 0) => {
    const matches = findAll(state.notebook.cells, query);
    search = { query, matches, place: Math.min(near, matches.length - 1) };
    draw();
    void showMatch();
  };

  const showMatch = async () => {
    const match = search?.matches[search.place];
    if (!match) return;
    const { kind } = cellOf(state, match.id)!;
    // only an editor can show a place
    dispatch({ kind: "select", id: match.id, mode: kind === "markdown" ? "edit" : "command" });
    const element = await list?.element(match.id);
    await element?.selectRange(match.from, match.to);
    element?.scrollIntoView({ block: "nearest" });
  };

  const listeners = new AbortController();
  const listen = <K extends keyof CellEvents>(type: K, hear: (detail: CellEvents[K]) => unknown) =>
    root.addEventListener(
      type,
      (event) => {
        Promise.resolve(hear((event as CustomEvent<CellEvents[K]>).detail)).catch(failed);
      },
      { signal: listeners.signal },
    );
  listen("nn-select", async ({ id, mode, focus: wanted }) => {
    dispatch({ kind: "select", id, mode });
    if (wanted) await focus();
  });
  listen("nn-source", (edited) => dispatch({ kind: "source", ...edited }));
  listen("nn-edge", async ({ id, side }) => {
    const next = state.notebook.cells[indexOf(state, id) + (side === "above" ? -1 : 1)];
    if (!next) return;
    // text is read, not edited, when one only passes by
    dispatch({ kind: "select", id: next.id, mode: isEditable(next) ? "edit" : "command" });
    await focus(side === "above" ? "end" : "start");
  });
  // by a button or in a form: the focus stays there
  listen("nn-run-cell", ({ id }) => {
    asked = "button";
    dispatch({ kind: "select", id });
    const index = indexOf(state, id);
    run(runnable(state, index, index + 1));
  });
  listen("nn-insert", ({ id, side, kind }) => insert(id, side, kind, "edit"));
  const onCell = async (id: string, command: Command) => {
    dispatch({ kind: "select", id, mode: "command" });
    await perform(command, "button");
    (await list?.element(state.selected))?.focusMenu();
  };
  listen("nn-delete", ({ id }) => onCell(id, "delete"));
  listen("nn-move", ({ id, by }) => onCell(id, by < 0 ? "move-up" : "move-down"));
  listen("nn-duplicate", ({ id }) => onCell(id, "duplicate"));
  listen("nn-kind", ({ id, kind }) => onCell(id, `to-${kind}`));
  listen("nn-outputs-clear", ({ id }) => onCell(id, "clear-output"));
  listen("nn-outputs-toggle", ({ id }) => onCell(id, "toggle-output"));
  listen("nn-experiment", ({ id, spec }) =>
    dispatch({ kind: "experiment", id, experiment: spec, source: pythonOf(spec) }),
  );
  listen("nn-experiment-form", async ({ id, form }) => {
    const cell = cellOf(state, id);
    if (!cell) return;
    // back to the form: what can be read of the text, or else what the form said last
    const kept = form ? (fromPython(cell.source) ?? experimentOf(cell)) : undefined;
    dispatch({ kind: "experiment", id, experiment: kept, source: kept ? pythonOf(kept) : cell.source });
    dispatch({ kind: "select", id, mode: "edit" });
    await focus();
  });
  listen("nn-interrupt", () => perform("interrupt", "button"));
  listen("nn-title", async ({ title }) => {
    dispatch({ kind: "title", title });
    await saver?.flush();
    world.onKept?.();
  });
  const answer = async (agreed: boolean) => {
    const waits = list?.waiting ?? state.selected;
    if (agreed) void world.persist?.();
    runner.answer(agreed);
    if (asked === "key") return focus();
    await (await list?.element(waits))?.focusMenu();
  };
  listen("nn-agree", () => answer(true));
  listen("nn-decline", () => answer(false));
  listen("nn-command", ({ command }) => perform(command, "button"));
  listen("nn-single-key-shortcuts", ({ on }) => {
    world.singleKeyShortcuts.set(on);
    show({ singleKeyShortcuts: on });
  });
  const sayPlace = () => {
    if (!search || search.query.text === "") return;
    const { matches, place } = search;
    say(matches.length === 0 ? "Nothing found." : `Place ${place + 1} of ${matches.length}.`);
  };
  listen("nn-find", (query) => {
    seek(query);
    sayPlace();
  });
  listen("nn-find-go", ({ by }) => {
    if (!search || search.matches.length === 0) return;
    const { matches, place } = search;
    search = { ...search, place: (place + by + matches.length) % matches.length };
    draw();
    sayPlace();
    return showMatch();
  });
  listen("nn-find-replace", ({ text, all }) => {
    if (!search) return;
    const { query } = search;
    // the text may have been edited since it was searched
    const matches = findAll(state.notebook.cells, query);
    const place = Math.min(search.place, matches.length - 1);
    const match = matches[place];
    const cell = match && cellOf(state, match.id);
    const sources = all
      ? replaceAll(state.notebook.cells, query, text)
      : new Map(cell ? [[cell.id, replaceOne(cell.source, match, text)]] : []);
    dispatch({ kind: "replace", sources });
    say(all ? `${matches.length} places replaced. Z undoes it.` : "Replaced.");
    seek(query, place);
  });
  listen("nn-find-close", async () => {
    if (finder) finder.hidden = true;
    const match = search?.matches[search.place];
    search = undefined;
    dispatch({ kind: "select", id: state.selected, mode: foundFrom });
    await focus();
    // who was writing goes on writing, at the place that was found
    if (foundFrom === "edit" && match)
      await (await list?.element(match.id))?.selectRange(match.from, match.to);
  });
  root.addEventListener(
    "nn-announce",
    (event) => say((event as CustomEvent<{ message: string }>).detail.message),
    { signal: listeners.signal },
  );

  const pressed = (event: Event) => {
    const press = event as KeyboardEvent;
    if (press.defaultPrevented || press.isComposing || shortcuts?.open) return;
    const place = placeOf(press.composedPath(), list);
    if (!place) return;
    // arrows scroll what is read
    if (place === "page" && /^Arrow/.test(press.key)) return;
    // these do what their own control does
    const [target] = press.composedPath() as HTMLElement[];
    if (/^(Enter| )$/.test(press.key) && target?.matches("button, a, summary") && !held(press)) return;
    // an editor that is about to have the focus counts: what is typed on the way to it is no command
    const writes = place === "editor" || place === "field" || (place === "cell" && state.mode === "edit");
    const mode = writes ? "edit" : "command";
    const command = keys.read(
      press,
      { mode, singleKeyShortcuts: status.singleKeyShortcuts, mac: world.mac },
      performance.now(),
    );
    if (command === undefined || (command !== "part" && !isFor(command, place, held(press)))) return;
    press.preventDefault();
    if (command !== "part") performInSight(command, mode).catch(failed);
  };
  root.addEventListener("keydown", pressed, { signal: listeners.signal });
  /** A key that would change or run a cell that is out of sight shows it, and does no more. */
  const performInSight = async (command: Command, mode: NotebookState["mode"]) => {
    const element = mode === "command" && acts(command) ? await list?.element(state.selected) : undefined;
    if (!element || isSeen(element)) return perform(command, "key");
    element.focusCell();
    say(`Cell ${indexOf(state, state.selected) + 1} was out of sight. Press again for it.`);
  };
  const isSeen = (element: Element) => {
    const { top, bottom } = element.getBoundingClientRect();
    // the bar stays at the top of the page
    return bottom > (toolbar?.getBoundingClientRect().bottom ?? 0) && top < innerHeight;
  };
  // the browser asks before it closes what is kept nowhere else
  addEventListener(
    "beforeunload",
    (event) => {
      if (typeof status.saved === "object" || (!world.lasting && touched)) event.preventDefault();
    },
    { signal: listeners.signal },
  );
  // the browser would save the page
  root.addEventListener(
    "keydown",
    (event) => {
      const { key, ctrlKey, metaKey, altKey, shiftKey, defaultPrevented } = event as KeyboardEvent;
      if (defaultPrevented || altKey || shiftKey || !(world.mac ? metaKey : ctrlKey)) return;
      if (key.toLowerCase() !== "s") return;
      event.preventDefault();
      perform("save", "key").catch(failed);
    },
    { signal: listeners.signal },
  );

  listModels().catch(failed);

  /** Leave what is open, all of it saved; false, and it stays, where that fails. */
  const leave = async (again: boolean): Promise<boolean> => {
    if (!saver) return true;
    let saved = await saver.flush();
    if (saved) {
      // a Python that does not start is said when something is to run
      await (again ? runner.halt() : runner.leave()).catch(() => {});
      saved = await saver.close();
    }
    if (!saved)
      complain(
        `“${titleOf(state.notebook)}” could not be saved, so it stays open.`,
        "Save it as a file (File, Save .ipynb), or make room and try again: remove a notebook that you do not need, or a model on the page “The experiment alone”.",
      );
    return saved;
  };

  const open = async (record: NotebookRecord): Promise<boolean> => {
    const again = saver?.record.id === record.id;
    const read = parseNotebook(record.text);
    const notebook = read.cells.length > 0 ? read : { ...read, cells: [newCell("code")] };
    if (!(await leave(again))) return false;
    saver = world.saver(record, {
      onState: (saved) => {
        show({ saved });
        if (saved === "saved") world.onSaved?.();
      },
      onConflict: (copy) => {
        complain(
          `This notebook was changed in another tab. What you typed here goes on in a copy, “${copy.title}”.`,
          "Both are kept; the list of notebooks has the other one.",
        );
        world.onKept?.();
      },
    });
    opened = true;
    touched = false;
    search = undefined;
    experiments = { ...emptyContext, models };
    // what was said of this one still counts
    if (notice && !again) notice.hidden = true;
    const { selected } = state;
    dispatch({ kind: "open", notebook, trusted: record.trusted });
    if (again) dispatch({ kind: "select", id: selected, mode: "command" });
    show({ saved: "saved", question: undefined, loading: undefined });
    void runner.prepare();
    return true;
  };

  return {
    open,
    reveal: async () => {
      const [first, ...others] = state.notebook.cells;
      // a new notebook is there to be written in
      if (first?.source === "" && others.length === 0)
        dispatch({ kind: "select", id: first.id, mode: "edit" });
      await focus();
      if (indexOf(state, state.selected) === 0) scrollTo({ top: 0 });
    },
    trusted: (entry) => {
      if (saver?.record.id !== entry.id) return;
      saver.entry(entry);
      dispatch({ kind: "trust" });
    },
    flush: async () => (await saver?.flush()) ?? true,
    renamed: ({ title }) => {
      if (titleOf(state.notebook) !== title) dispatch({ kind: "title", title });
    },
    // what runs writes into what is open, so it goes on, in a copy
    changedElsewhere: (entry) => {
      if (state.running || state.queue.length > 0) return "ignore";
      const answer = saver?.entry(entry) ?? "ignore";
      if (answer === "ignore" && entry.trusted && entry.id === saver?.record.id) dispatch({ kind: "trust" });
      return answer;
    },
    current: () => saver && { notebook: state.notebook, record: saver.record },
    say,
    complain: (message, hint) => {
      complain(message, hint);
      // it stands above the cells, and what was asked for may stand below them
      void notice?.updateComplete.then(() => notice.scrollIntoView({ block: "nearest" }));
    },
    dispose: () => {
      listeners.abort();
      runner.dispose();
      saver?.close().catch(() => {});
    },
  };
}

/** a modifier is held */
function held({ ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): boolean {
  return ctrlKey || metaKey || altKey || shiftKey;
}

function isEditable(cell: NotebookState["notebook"]["cells"][number]): boolean {
  return cell.kind !== "markdown" && !experimentIn(cell);
}
