// Puts a notebook's page together: what it holds, what runs its cells, what hears its keys and elements. The outside world
// comes in as a parameter, so all of it runs against a stand-in.

import { titleOf } from "../../storage/index.ts";
import { hearElements } from "./book/cell-events.ts";
import { indexOf } from "./book/state.ts";
import { documentationSaid, noDocumentation } from "./editor/documentation.ts";
import { FindReplace } from "./editor/find-replace.ts";
import { hearKeys } from "./editor/key-presses.ts";
import { Commands } from "./editor/perform.ts";
import { openNotebook } from "./library/open-notebook.ts";
import { NotebookPage } from "./notebook-page.ts";
import type { NotebookHandle, NotebookWorld } from "./notebook-world.ts";
import { goNear } from "./render/near.ts";
import { modelList } from "./run/model-list.ts";
import { NotebookSweeps } from "./run/notebook-sweeps.ts";
import { RunCommands } from "./run/run-commands.ts";
import { Runner } from "./run/runner.ts";

/** Bring the elements in `root` to life. */
export function startNotebook(root: ParentNode, world: NotebookWorld): NotebookHandle {
  const page = new NotebookPage(root, world);
  const { list, notice } = page;
  const models = modelList(page);
  const runner = new Runner({ ...world, models }, page);
  const find = new FindReplace(page);
  const runs = new RunCommands(page, runner);
  const sweeps = new NotebookSweeps(page, runner, runs);
  const commands = new Commands(page, runner, runs, find);
  const listeners = new AbortController();
  const { signal } = listeners;

  if (list) {
    list.complete = (source, position) => runner.kernel.complete(source, position);
    list.inspect = async (source, position) => {
      const { kernel } = runner;
      const found = (await kernel.inspect(source, position)) ?? noDocumentation(kernel.status);
      page.say(documentationSaid(found));
      return found;
    };
  }
  hearElements(page, { runner, runs, commands, find, sweeps }, signal);
  hearKeys(page, commands, signal);
  // the browser asks before it closes what is kept nowhere else
  addEventListener(
    "beforeunload",
    (event) => {
      if (typeof page.status().saved === "object" || (!world.lasting && page.touched)) event.preventDefault();
    },
    { signal },
  );
  models().catch((error: unknown) => page.failed(error));

  return {
    open: async (record) => {
      sweeps.halt();
      const opened = await openNotebook(page, runner, find, record);
      if (opened) sweeps.leave();
      return opened;
    },
    reveal: async () => {
      const [first, ...others] = page.state().notebook.cells;
      // a new notebook is there to be written in
      if (first?.source === "" && others.length === 0)
        page.dispatch({ kind: "select", id: first.id, mode: "edit" });
      await page.focus();
      if (indexOf(page.state(), page.state().selected) === 0) void goNear(document.documentElement, "start");
    },
    trusted: (entry) => {
      if (page.saver?.record.id !== entry.id) return;
      page.saver.entry(entry);
      page.dispatch({ kind: "trust" });
    },
    flush: async () => (await page.saver?.flush()) ?? true,
    renamed: ({ title }) => {
      if (titleOf(page.state().notebook) !== title) page.dispatch({ kind: "title", title });
    },
    // what runs writes into what is open, so it goes on, in a copy
    changedElsewhere: (entry) => {
      const { saver } = page;
      const { running, queue } = page.state();
      if (running || queue.length > 0) return "ignore";
      const answer = saver?.entry(entry) ?? "ignore";
      if (answer === "ignore" && entry.trusted && entry.id === saver?.record.id)
        page.dispatch({ kind: "trust" });
      return answer;
    },
    current: () => page.saver && { notebook: page.state().notebook, record: page.saver.record },
    book: () => page.state(),
    compute: async ({ model, ...spec }) => {
      await runner.opened(model, signal);
      return world.engine.run(spec, { signal });
    },
    say: (message) => page.say(message),
    complain: (message, hint) => {
      page.complain(message, hint);
      // it stands above the cells, and what was asked for may stand below them
      void notice?.updateComplete.then(() => goNear(notice, "nearest"));
    },
    dispose: () => {
      listeners.abort();
      sweeps.leave();
      runner.dispose();
      page.saver?.close().catch(() => {});
    },
  };
}
