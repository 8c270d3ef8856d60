// What the elements of a notebook's page ask for by events: by their cells, their forms, the toolbar, the search.

import type { Cell } from "../../../storage/index.ts";
import type { Command } from "../command.ts";
import type { FindReplace } from "../editor/find-replace.ts";
import type { Commands } from "../editor/perform.ts";
import type { CellEvents } from "../events.ts";
import type { NotebookPage } from "../notebook-page.ts";
import type { NotebookSweeps } from "../run/notebook-sweeps.ts";
import type { RunCommands } from "../run/run-commands.ts";
import type { Runner } from "../run/runner.ts";
import { lastForm } from "./cells.ts";
import { experimentIn, fromPython } from "./experiment-source.ts";
import { sourceHidden } from "./hidden.ts";
import { insertCell, pythonOf } from "./new-cells.ts";
import { cellOf, indexOf } from "./state.ts";

/** who carries out what the elements ask for */
export interface Hearers {
  readonly runner: Runner;
  readonly runs: RunCommands;
  readonly commands: Commands;
  readonly find: FindReplace;
  readonly sweeps: NotebookSweeps;
}

/** Carry out what the elements ask for, until `signal` aborts. */
export function hearElements(page: NotebookPage, hearers: Hearers, signal: AbortSignal): void {
  const { world, list } = page;
  const { runner, runs, commands, find, sweeps } = hearers;
  const listen = <K extends keyof CellEvents>(type: K, hear: (detail: CellEvents[K]) => unknown) =>
    page.root.addEventListener(
      type,
      (event) => {
        Promise.resolve(hear((event as CustomEvent<CellEvents[K]>).detail)).catch((error: unknown) =>
          page.failed(error),
        );
      },
      { signal },
    );

  listen("nn-select", async ({ id, mode, focus: wanted }) => {
    page.dispatch({ kind: "select", id, mode });
    if (wanted) await page.focus();
  });
  listen("nn-source", (edited) => page.dispatch({ kind: "source", ...edited }));
  listen("nn-edge", async ({ id, side }) => {
    const state = page.state();
    const next = state.notebook.cells[indexOf(state, id) + (side === "above" ? -1 : 1)];
    if (!next) return;
    // text is read, not edited, when one only passes by
    page.dispatch({ kind: "select", id: next.id, mode: isEditable(next) ? "edit" : "command" });
    await page.focus(side === "above" ? "end" : "start");
  });
  // by a button or in a form: the focus stays there
  listen("nn-run-cell", ({ id }) => {
    commands.lastBy = "button";
    page.dispatch({ kind: "select", id });
    const index = indexOf(page.state(), id);
    runs.runRange(index, index + 1);
  });
  listen("nn-insert", ({ id, side, kind }) => insertCell(page, id, side, kind, "edit"));

  const onCell = async (id: string, command: Command) => {
    page.dispatch({ kind: "select", id, mode: "command" });
    await commands.perform(command, "button");
    (await list?.element(page.state().selected))?.focusMenu();
  };
  listen("nn-delete", ({ id }) => onCell(id, "delete"));
  listen("nn-move", ({ id, by }) => onCell(id, by < 0 ? "move-up" : "move-down"));
  listen("nn-duplicate", ({ id }) => onCell(id, "duplicate"));
  listen("nn-kind", ({ id, kind }) => onCell(id, `to-${kind}`));
  listen("nn-outputs-clear", ({ id }) => onCell(id, "clear-output"));
  listen("nn-answer-toggle", ({ id }) => onCell(id, "toggle-answer"));
  listen("nn-source-toggle", ({ id }) => onCell(id, "toggle-source"));
  listen("nn-outputs-toggle", ({ id }) => onCell(id, "toggle-output"));

  listen("nn-experiment", ({ id, spec }) =>
    page.dispatch({ kind: "experiment", id, experiment: spec, source: pythonOf(page, spec) }),
  );
  listen("nn-experiment-form", async ({ id, form }) => {
    const cell = cellOf(page.state(), id);
    if (!cell) return;
    // back to the form: what can be read of the text, or else what the form said last
    const kept = form ? (fromPython(cell.source) ?? lastForm(cell)) : undefined;
    const source = kept ? pythonOf(page, kept) : cell.source;
    page.dispatch({ kind: "experiment", id, experiment: kept, source });
    page.dispatch({ kind: "select", id, mode: "edit" });
    await page.focus();
  });

  listen("nn-cell-sweep", ({ id, wish }) => sweeps.hear(id, wish));

  listen("nn-interrupt", () => commands.perform("interrupt", "button"));
  listen("nn-command", ({ command }) => commands.perform(command, "button"));
  listen("nn-title", async ({ title }) => {
    page.dispatch({ kind: "title", title });
    await page.saver?.flush();
    world.onKept?.();
  });
  const answer = async (agreed: boolean) => {
    const waits = list?.waiting ?? page.state().selected;
    if (agreed) void world.persist?.();
    runner.answer(agreed);
    if (commands.lastBy === "key") return page.focus();
    await (await list?.element(waits))?.focusMenu();
  };
  listen("nn-agree", () => answer(true));
  listen("nn-decline", () => answer(false));
  listen("nn-single-key-shortcuts", ({ on }) => {
    world.singleKeyShortcuts.set(on);
    page.show({ singleKeyShortcuts: on });
  });

  listen("nn-find", (query) => find.find(query));
  listen("nn-find-go", (step) => find.go(step));
  listen("nn-find-replace", (replacement) => find.replace(replacement));
  listen("nn-find-close", () => find.close());
  page.root.addEventListener(
    "nn-announce",
    (event) => page.say((event as CustomEvent<{ message: string }>).detail.message),
    { signal },
  );
}

function isEditable(cell: Cell): boolean {
  return cell.kind !== "markdown" && !experimentIn(cell) && !sourceHidden(cell);
}
