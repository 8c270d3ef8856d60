// Carries out a command, wherever it was given: by a key, a button or a menu. Those that change no more than the notebook
// are commands.ts's events; the rest reach for Python, the search, the store.

import { newCell } from "../../../storage/index.ts";
import { insertCell } from "../book/new-cells.ts";
import { indexOf } from "../book/state.ts";
import type { Command } from "../command.ts";
import type { NotebookPage } from "../notebook-page.ts";
import { goNear } from "../render/near.ts";
import { savedText } from "../run/notebook-status.ts";
import type { RunCommands } from "../run/run-commands.ts";
import type { Runner } from "../run/runner.ts";
import { announcementFor, eventOf } from "./commands.ts";
import type { FindReplace } from "./find-replace.ts";

/** a key goes on at the selected cell, a button keeps the focus */
export type Means = "key" | "button";

export class Commands {
  readonly #page: NotebookPage;
  readonly #runner: Runner;
  readonly #runs: RunCommands;
  readonly #find: FindReplace;
  /** how the last command was given */
  lastBy: Means = "key";

  constructor(page: NotebookPage, runner: Runner, runs: RunCommands, find: FindReplace) {
    this.#page = page;
    this.#runner = runner;
    this.#runs = runs;
    this.#find = find;
  }

  /** What is pressed now is meant for fields that are on their way. */
  get opening(): boolean {
    return this.#find.coming;
  }

  async perform(command: Command, by: Means): Promise<void> {
    this.lastBy = by;
    const page = this.#page;
    const runs = this.#runs;
    const id = page.state().selected;
    const index = indexOf(page.state(), id);
    switch (command) {
      case "run":
        return runs.runCell(id, "stay");
      case "run-next":
        return runs.runCell(id, "next");
      case "run-insert":
        return runs.runCell(id, "insert");
      case "run-all":
        return runs.runAll();
      case "run-above":
        return runs.runRange(0, index);
      case "run-below":
        return runs.runRange(index);
      case "interrupt":
        return this.#runner.interrupt().catch((error: unknown) => page.failed(error));
      case "restart":
        return runs.restart(false);
      case "restart-run-all":
        return runs.restart(true);
      case "insert-experiment":
        return insertCell(page, id, "below", "experiment", "edit");
      case "find":
        return this.#find.open();
      case "help":
        return this.#help();
      case "save":
        await page.saver?.flush();
        return page.say(`${savedText(page.status())}.`);
      default:
        return this.#change(command, by);
    }
  }

  /** Show the keys. Their list is a script of its own, which few ask for. */
  async #help(): Promise<void> {
    try {
      await import("./nn-shortcuts.ts");
    } catch {
      return this.#page.complain("The list of keys did not arrive.", "Check the connection, and try again.");
    }
    this.#page.shortcuts?.show();
  }

  /** Carry out a command that only changes the notebook. */
  async #change(command: Command, by: Means): Promise<void> {
    const page = this.#page;
    const cursor = (await page.list?.element(page.state().selected))?.cursor();
    const before = page.state();
    const event = eventOf(command, before, newCell, cursor);
    if (event) page.dispatch(event);
    const after = page.state();
    page.say(announcementFor(command, before, after));
    if (command === "undo-text" || command === "redo-text") return;
    // what is typed next is text, or goes where the button is: never to a cell that was not asked for
    if (by === "key" || (after !== before && after.mode === "edit"))
      return page.focus(command === "split" ? "start" : "end");
    const element = await page.list?.element(after.selected);
    if (element) void goNear(element, "nearest");
  }
}
