// Which cells are marked out of date, told by what a person does to a notebook.

import { expect, test } from "vitest";
import type { Cell } from "../../../../src/storage/index.ts";
import type { NotebookState } from "../../../../src/ui/notebook/book/notebook-state.ts";
import { openState, reduce, runnable, staleIds } from "../../../../src/ui/notebook/book/state.ts";

/** What a cell's text stands for: "x y < z" assigns x and y from z, "+x" imports x, and # begins a comment. */
function namesOf(source: string) {
  const [left = "", right = ""] = source.replace(/#.*/, "").split("<");
  const words = (text: string) => text.split(" ").filter((word) => word !== "");
  return {
    assigned: words(left).map((word) => word.replace("+", "")),
    used: words(right),
    imported: words(left).flatMap((word) => (word.startsWith("+") ? [word.slice(1)] : [])),
  };
}

function open(sources: readonly string[]): NotebookState {
  const cells = sources.map((source, i): Cell => {
    const rest = { metadata: {}, outputs: [], count: undefined, attachments: undefined, origin: undefined };
    return { id: String(i + 1), kind: "code", source, ...rest };
  });
  return openState({ metadata: {}, cells, origin: undefined }, true);
}

/** Cells by their places as the notebook was opened: "all", "2" runs a cell, "2: text" edits it, "2 up" moves it. */
function follow(sources: readonly string[], steps: string): string {
  let book = open(sources);
  const imported = new Set<string>();
  const run = (id: string) => {
    const { imported: imports, ...names } = namesOf(
      book.notebook.cells.find((cell) => cell.id === id)!.source,
    );
    const reimported = imports.filter((name) => imported.has(name));
    for (const name of names.assigned) imported.delete(name);
    for (const name of imports) imported.add(name);
    book = reduce(book, { kind: "started", id });
    book = reduce(book, { kind: "ended", id, outcome: { kind: "done", ...names, reimported } });
  };
  for (const step of steps.split(", ")) {
    const [, id = "", source] = /^(\d+)(?:: (.*))?/.exec(step) ?? [];
    if (step === "all") for (const each of runnable(book)) run(each);
    else if (step.endsWith(" up")) book = reduce(book, { kind: "move", id, by: -1 });
    else if (source === undefined) run(id);
    else book = reduce(book, { kind: "source", id, source });
  }
  return [...staleIds(book)].sort().join(" ");
}

const chain = ["x", "y < x", "< y"];
const again = ["probs", "< probs", "probs", "< probs"];
const imports = ["+torch", "x < torch", "+torch y < torch", "< torch y"];
/** a function that reads what stands below it */
const late = ["f < scale", "scale", "< f"];
/** what the first reads comes from below */
const below = ["< x", "x"];

test.each([
  // from top to bottom nothing is stale, however often
  [chain, "all", ""],
  [chain, "all, all", ""],
  [again, "all", ""],
  [again, "all, all", ""],
  [imports, "all", ""],
  [imports, "all, all", ""],
  [late, "all, all", ""],
  [below, "all, all", ""],
  [["x", "x < x", "< x"], "all, all", ""],
  // nor after anything that was done before
  [chain, "all, 1: x # new, 1, all", ""],
  [again, "all, 4, 2, 3: probs # new, 3, all", ""],
  [late, "all, all, 2: scale # new, all", ""],
  [below, "all, 2, 1, 2: x # new, all", ""],
  [chain, "3, 2, 1, all", ""],
  // an edit is seen in what depends on it, before the cell runs again and after
  [chain, "all, 1: x # new", "1 2 3"],
  [chain, "all, 1: x # new, 1", "2 3"],
  [chain, "all, 1: x # new, 1, 2", "3"],
  [chain, "all, 1: x # new, 1, 2, 3", ""],
  [chain, "all, 1", "2 3"],
  [chain, "all, 1: z", "1 2 3"],
  [chain, "all, 1: z, 1", "2 3"],
  // a name that is used again belongs to the cells from there on
  [again, "all, 1", "2"],
  [again, "all, 1: probs # new, 1", "2"],
  [again, "all, 3", "4"],
  [again, "all, 3: probs # new, 3", "4"],
  [again, "all, 3: probs # new", "3 4"],
  // unless what is read came from there
  [again, "all, 2", ""],
  [again, "all, 2, 3: probs # new", "2 3 4"],
  [again, "all, 2, 3: probs # new, 3", "2 4"],
  [below, "2, 1", ""],
  [below, "2, 1, 2: x # new", "1 2"],
  [below, "2, 1, 2: x # new, 2", "1"],
  // a cell that stands above now is one above
  [["< x", "x"], "1, 2, 2 up", "1"],
  // what is imported anew is what it was
  [imports, "all, 1", ""],
  [imports, "all, 3", "4"],
  [imports, "all, 1: +torch # and more", "1 2 3 4"],
  [imports, "all, 1: +torch # and more, 1", ""],
  [imports, "all, 1: torch # another, 1", "2 3 4"],
  [["+torch", "< torch"], "2, 1", "2"],
  // functions read when they are called
  [late, "all, 2", "3"],
  [late, "all, 2: scale # new", "2 3"],
  [late, "all, 2: scale # new, 2, 3", ""],
  [["g < scale", "f < g", "scale", "< f"], "all, 3", "4"],
])("%j: %s", (sources, steps, stale) => {
  expect(follow(sources, steps)).toBe(stale);
});
