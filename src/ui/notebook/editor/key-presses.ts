// What is pressed on the page: whether a key is a command where it was pressed, and whether the cell it is for is in
// sight. Which keys there are stands in keys.ts.

import type { NotebookState } from "../book/notebook-state.ts";
import { indexOf } from "../book/state.ts";
import type { Command } from "../command.ts";
import type { NotebookPage } from "../notebook-page.ts";
import { acts, isFor, placeOf } from "./key-places.ts";
import { KeyReader } from "./keys.ts";
import type { Commands } from "./perform.ts";

/** Carry out what keys ask for, until `signal` aborts. */
export function hearKeys(page: NotebookPage, commands: Commands, signal: AbortSignal): void {
  const { root, world, list } = page;
  const keys = new KeyReader();
  const failed = (error: unknown) => page.failed(error);

  const pressed = (event: Event) => {
    const press = event as KeyboardEvent;
    if (press.defaultPrevented || press.isComposing || page.shortcuts?.open || commands.opening) return;
    const place = placeOf(press.composedPath(), list);
    if (!place) return;
    // arrows scroll what is read
    if (place === "page" && /^Arrow/.test(press.key)) return;
    // these do what their own control does
    const [target] = press.composedPath() as HTMLElement[];
    if (/^(Enter| )$/.test(press.key) && target?.matches("button, a, summary") && !held(press)) return;
    // an editor that is about to have the focus counts: what is typed on the way to it is not a command
    const writes =
      place === "editor" || place === "field" || (place === "cell" && page.state().mode === "edit");
    const mode = writes ? "edit" : "command";
    const { singleKeyShortcuts } = page.status();
    // when it was pressed, not when a busy page came to it
    const command = keys.read(press, { mode, singleKeyShortcuts, mac: world.mac }, press.timeStamp);
    if (command === undefined || (command !== "part" && !isFor(command, place, held(press)))) return;
    press.preventDefault();
    if (command !== "part") performInSight(command, mode).catch(failed);
  };

  /** A key that would change or run a cell that is out of sight shows it, and does no more. */
  const performInSight = async (command: Command, mode: NotebookState["mode"]) => {
    const { selected } = page.state();
    const element = mode === "command" && acts(command) ? await list?.element(selected) : undefined;
    if (!element || isSeen(element)) return commands.perform(command, "key");
    element.focusCell();
    page.say(
      `Cell ${indexOf(page.state(), page.state().selected) + 1} was out of sight. Press again for it.`,
    );
  };

  const isSeen = (element: Element) => {
    const { top, bottom } = element.getBoundingClientRect();
    // the bar stays at the top of the page
    return bottom > (page.toolbar?.getBoundingClientRect().bottom ?? 0) && top < innerHeight;
  };

  // the browser would save the page
  const saveKey = (event: Event) => {
    const { key, ctrlKey, metaKey, altKey, shiftKey, defaultPrevented } = event as KeyboardEvent;
    if (defaultPrevented || altKey || shiftKey || !(world.mac ? metaKey : ctrlKey)) return;
    if (key.toLowerCase() !== "s") return;
    event.preventDefault();
    commands.perform("save", "key").catch(failed);
  };

  root.addEventListener("keydown", pressed, { signal });
  root.addEventListener("keydown", saveKey, { signal });
}

/** a modifier is held */
function held({ ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): boolean {
  return ctrlKey || metaKey || altKey || shiftKey;
}
