// Find and replace on the page: which place is shown, and where the focus goes when it is closed. What is found is
// find.ts's.

import type { NotebookState } from "../book/notebook-state.ts";
import { cellOf } from "../book/state.ts";
import type { CellEvents } from "../events.ts";
import type { NotebookPage } from "../notebook-page.ts";
import { goNear } from "../render/near.ts";
import { Part } from "../render/part.ts";
import { whenUsed } from "../render/used.ts";
import { findAll, type Match, type Query, replaceAll, replaceOne } from "./find.ts";

/** its fields are a script of their own */
const element = new Part(() => import("./nn-find.ts"));

export class FindReplace {
  readonly #page: NotebookPage;
  #search: { query: Query; matches: Match[]; place: number } | undefined;
  /** the mode in which it was opened, and which its end comes back to */
  #openedFrom: NotebookState["mode"] = "command";

  constructor(page: NotebookPage) {
    this.#page = page;
    // whoever goes on reading may look for something
    if (page.finder) whenUsed(() => element.load().catch(() => {}));
  }

  async open(): Promise<void> {
    const page = this.#page;
    const { finder } = page;
    if (!finder) return;
    if (finder.hidden) this.#openedFrom = page.state().mode;
    finder.hidden = false;
    try {
      await element.load();
    } catch {
      finder.hidden = true;
      page.complain("Find and replace did not arrive.", "Check the connection, and try again.");
      return;
    }
    await finder.updateComplete;
    finder.focus();
  }

  /** It is being opened: what is typed now is meant for it, and must not be taken for the notebook's keys. */
  get coming(): boolean {
    return element.value === undefined && this.#page.finder?.hidden === false;
  }

  find(query: Query): void {
    this.#seek(query);
    this.#sayPlace();
  }

  /** Go to the next place, or the one before. */
  go({ by }: CellEvents["nn-find-go"]): Promise<void> | undefined {
    if (!this.#search || this.#search.matches.length === 0) return;
    const { matches, place } = this.#search;
    this.#search = { ...this.#search, place: (place + by + matches.length) % matches.length };
    this.#draw();
    this.#sayPlace();
    return this.#showMatch();
  }

  replace({ text, all }: CellEvents["nn-find-replace"]): void {
    if (!this.#search) return;
    const page = this.#page;
    const { query } = this.#search;
    const { cells } = page.state().notebook;
    // the text may have been edited since it was searched
    const matches = findAll(cells, query);
    const place = Math.min(this.#search.place, matches.length - 1);
    const match = matches[place];
    const cell = match && cellOf(page.state(), match.id);
    const sources = all
      ? replaceAll(cells, query, text)
      : new Map(cell ? [[cell.id, replaceOne(cell.source, match, text)]] : []);
    page.dispatch({ kind: "replace", sources });
    page.say(all ? `${matches.length} places replaced. Z undoes it.` : "Replaced.");
    this.#seek(query, place);
  }

  async close(): Promise<void> {
    const page = this.#page;
    if (page.finder) page.finder.hidden = true;
    const match = this.#search?.matches[this.#search.place];
    this.forget();
    page.dispatch({ kind: "select", id: page.state().selected, mode: this.#openedFrom });
    await page.focus();
    // who was writing goes on writing, at the place that was found
    if (this.#openedFrom === "edit" && match)
      await (await page.list?.element(match.id))?.selectRange(match.from, match.to);
  }

  /** What was found is in a notebook that is left. */
  forget(): void {
    this.#search = undefined;
  }

  #seek(query: Query, near = 0): void {
    const matches = findAll(this.#page.state().notebook.cells, query);
    this.#search = { query, matches, place: Math.min(near, matches.length - 1) };
    this.#draw();
    void this.#showMatch();
  }

  async #showMatch(): Promise<void> {
    const page = this.#page;
    const match = this.#search?.matches[this.#search.place];
    if (!match) return;
    const { kind } = cellOf(page.state(), match.id)!;
    // only an editor can show a place
    page.dispatch({ kind: "select", id: match.id, mode: kind === "markdown" ? "edit" : "command" });
    const element = await page.list?.element(match.id);
    await element?.selectRange(match.from, match.to);
    if (element) void goNear(element, "nearest");
  }

  #draw(): void {
    const { finder } = this.#page;
    if (finder && this.#search)
      Object.assign(finder, { place: this.#search.place + 1, count: this.#search.matches.length });
  }

  #sayPlace(): void {
    if (!this.#search || this.#search.query.text === "") return;
    const { matches, place } = this.#search;
    this.#page.say(matches.length === 0 ? "Nothing found." : `Place ${place + 1} of ${matches.length}.`);
  }
}
