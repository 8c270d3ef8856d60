// The notebook's history: cells and text in one order, what a step of typing is, and what of it stays when cells have run
// since.

import { describe, expect, test } from "vitest";
import type { Cell } from "../../../../src/storage/index.ts";
import { withExperiment } from "../../../../src/ui/notebook/book/cells.ts";
import { experimentIn, toPython } from "../../../../src/ui/notebook/book/experiment-source.ts";
import type { NotebookEvent, NotebookState } from "../../../../src/ui/notebook/book/notebook-state.ts";
import { openState, reduce } from "../../../../src/ui/notebook/book/state.ts";
import { Typing } from "../../../../src/ui/notebook/book/typing.ts";
import type { CellExperiment } from "../../../../src/ui/notebook/events.ts";

const text = (said: string) => ({ output_type: "stream", name: "stdout", text: said }) as const;

function cell(id: string, more: Partial<Cell> = {}): Cell {
  return {
    id,
    kind: "code",
    source: id,
    metadata: {},
    outputs: [],
    count: undefined,
    attachments: undefined,
    origin: undefined,
    ...more,
  };
}

const open = (...cells: Cell[]) => openState({ metadata: {}, cells, origin: undefined }, true);
const three = () => open(cell("a"), cell("b"), cell("c"));
const follow = (start: NotebookState, ...events: NotebookEvent[]) => events.reduce(reduce, start);
const sources = ({ notebook }: NotebookState) => notebook.cells.map(({ source }) => source).join("|");
const undo: NotebookEvent = { kind: "undo" };
const redo: NotebookEvent = { kind: "redo" };
const typed = (id: string, source: string, joins = false): NotebookEvent => ({
  kind: "source",
  id,
  source,
  joins,
});
const select = (id: string): NotebookEvent => ({ kind: "select", id, mode: "command" });
const remove = (id: string): NotebookEvent => ({ kind: "delete", id, instead: cell("new"), keep: false });

describe("one order", () => {
  test("text and cells are undone one by one, each shown by its cell, and redone", () => {
    const end = follow(three(), typed("a", "a1"), select("c"), typed("c", "c1"), select("b"), remove("b"));
    expect(sources(end)).toBe("a1|c1");
    const states = [end];
    for (let i = 0; i < 3; i++) states.push(reduce(states.at(-1)!, undo));
    expect(states.map(sources)).toEqual(["a1|c1", "a1|b|c1", "a1|b|c", "a|b|c"]);
    expect(states.slice(1).map(({ selected, mode }) => `${selected} ${mode}`)).toEqual([
      "b command",
      "c command",
      "a command",
    ]);
    const back = [states.at(-1)!];
    for (let i = 0; i < 3; i++) back.push(reduce(back.at(-1)!, redo));
    expect(back.map(sources)).toEqual(["a|b|c", "a1|b|c", "a1|b|c1", "a1|c1"]);
    expect(back.at(-1)!.selected).toBe(end.selected);
    expect(reduce(back.at(-1)!, redo)).toBe(back.at(-1));
  });

  test("a new change forgets what could be redone", () => {
    const undone = follow(three(), typed("a", "a1"), undo, typed("b", "b1"));
    expect(sources(reduce(undone, redo))).toBe("a|b1|c");
  });

  test("typing that goes on is one entry, until one goes elsewhere or runs something", () => {
    const once = follow(three(), typed("a", "a1"), typed("a", "a12", true), typed("a", "a123", true));
    expect(sources(reduce(once, undo))).toBe("a|b|c");
    const left = follow(three(), typed("a", "a1"), select("b"), select("a"), typed("a", "a12", true));
    expect(sources(reduce(left, undo))).toBe("a1|b|c");
    const ran = follow(three(), typed("a", "a1"), { kind: "queue", ids: ["b"] }, typed("a", "a12", true));
    expect(sources(reduce(ran, undo))).toBe("a1|b|c");
  });

  test("a change of many cells selects one of them when it is undone", () => {
    const all = follow(three(), {
      kind: "replace",
      sources: new Map([
        ["b", "x"],
        ["c", "y"],
      ]),
    });
    expect(reduce(all, undo).selected).toBe("b");
  });
});

describe("one text", () => {
  test("is undone and redone alone, whatever has happened to other cells since", () => {
    const end = follow(three(), typed("a", "a1"), typed("b", "b1"), remove("c"), {
      kind: "select",
      id: "a",
      mode: "edit",
    });
    const undone = reduce(end, { kind: "undo", text: "a" });
    expect(sources(undone)).toBe("a|b1");
    expect([undone.selected, undone.mode]).toEqual(["a", "edit"]);
    expect(reduce(undone, { kind: "undo", text: "a" })).toBe(undone);
    expect(sources(reduce(undone, { kind: "redo", text: "a" }))).toBe("a1|b1");
    // of the whole, in order, the rest is left
    expect(sources(follow(undone, undo, undo))).toBe("a|b|c");
    expect(sources(follow(undone, undo, undo, redo, redo, redo))).toBe("a1|b1");
  });

  test("stops at a change of cells that changed it, too", () => {
    const halves = follow(open(cell("a", { source: "one\ntwo" })), typed("a", "one\ntwo!"), {
      kind: "split",
      id: "a",
      at: 3,
      newId: "z",
    });
    expect(sources(halves)).toBe("one|two!");
    for (const id of ["a", "z"]) expect(reduce(halves, { kind: "undo", text: id })).toBe(halves);
    expect(sources(follow(halves, undo, { kind: "undo", text: "a" }))).toBe("one\ntwo");
  });
});

describe("what has run since", () => {
  const run = (id: string, said: string): NotebookEvent[] => [
    { kind: "queue", ids: [id] },
    { kind: "started", id },
    { kind: "output", id, output: text(said) },
    { kind: "ended", id, outcome: { kind: "done", assigned: [], used: [], reimported: [] } },
  ];

  test("stays: undoing a delete or another kind takes no newer result away", () => {
    const end = follow(three(), remove("a"), ...run("c", "3"), undo);
    expect(sources(end)).toBe("a|b|c");
    expect(end.notebook.cells[2]).toMatchObject({ outputs: [text("3")], count: 1 });
  });

  test("a clearing that newer results have overtaken is passed over", () => {
    const before = follow(open(cell("a", { outputs: [text("old")], count: 7 })), typed("a", "a1"));
    const cleared = follow(before, { kind: "clear", ids: ["a"] });
    expect(reduce(cleared, undo).notebook.cells).toEqual(before.notebook.cells);
    const again = reduce(follow(cleared, ...run("a", "new")), undo);
    expect(again.notebook.cells[0]).toMatchObject({ source: "a", outputs: [text("new")], count: 1 });
  });

  test("a cell that comes back by redo has what it had put out", () => {
    const made: NotebookEvent = { kind: "insert", cell: cell("n"), beside: "a", side: "below", mode: "edit" };
    const end = follow(three(), made, ...run("n", "1"), undo);
    expect(sources(end)).toBe("a|b|c");
    expect(reduce(end, redo).notebook.cells[1]).toMatchObject({ id: "n", outputs: [text("1")] });
  });
});

test("a form is undone field by field", () => {
  const spec: CellExperiment = {
    sentence: "a [MASK].",
    layer: 9,
    neuron: 1094,
    hook: { kind: "suppress" },
    candidates: ["this"],
    model: "m",
  };
  const form = cell("x", { source: toPython(spec, "m"), metadata: withExperiment({}, spec) });
  const say = (change: Partial<CellExperiment>): NotebookEvent => {
    const experiment = { ...spec, ...change };
    return { kind: "experiment", id: "x", experiment, source: toPython(experiment, "m") };
  };
  const end = follow(open(form), say({ neuron: 1 }), say({ neuron: 12 }), say({ neuron: 12, layer: 3 }));
  const shown = (book: NotebookState) => {
    const { neuron, layer } = experimentIn(book.notebook.cells[0]!)!;
    return [neuron, layer];
  };
  expect([shown(end), shown(follow(end, undo)), shown(follow(end, undo, undo))]).toEqual([
    [12, 3],
    [12, 9],
    [1094, 9],
  ]);
  expect(follow(end, undo, undo).notebook.cells).toEqual([form]);
  expect(shown(follow(end, undo, undo, redo, redo))).toEqual([12, 3]);
  // of further neurons, too
  const more = (neuron: number, layer = 9) => say({ more: [{ layer, neuron, hook: { kind: "suppress" } }] });
  const several = follow(open(form), more(1), more(17), more(170), more(170, 3));
  const further = (...events: NotebookEvent[]) => {
    const book = follow(several, ...events);
    return experimentIn(book.notebook.cells[0]!)!.more?.map(({ layer, neuron }) => [layer, neuron]);
  };
  expect([further(), further(undo), further(undo, undo), further(undo, undo, undo)]).toEqual([
    [[3, 170]],
    [[9, 170]],
    [[9, 1]],
    undefined,
  ]);
});

describe("a step of typing", () => {
  /** which of these edits begin a step */
  const steps = (...edits: [from: number, removed: number, inserted: string][]) => {
    const typing = new Typing();
    return edits.map(([from, removed, inserted]) => !typing.joins({ from, removed, inserted }));
  };

  test("is what is typed along a line", () => {
    expect(steps([0, 0, "a"], [1, 0, "b"], [2, 0, " "], [3, 0, "c"])).toEqual([true, false, false, false]);
  });

  test("ends at a line break, at another place, and where typing turns to deleting", () => {
    expect(steps([0, 0, "a"], [1, 0, "\n    "], [6, 0, "b"])).toEqual([true, true, false]);
    expect(steps([0, 0, "a"], [9, 0, "b"])).toEqual([true, true]);
    expect(steps([0, 0, "ab"], [1, 1, ""], [0, 1, ""], [0, 0, "c"])).toEqual([true, true, false, true]);
  });

  test("takes deleting forwards, and an input method's replacing", () => {
    expect(steps([5, 1, ""], [5, 1, ""])).toEqual([true, false]);
    expect(steps([0, 0, "k"], [0, 1, "か"], [0, 1, "書く"])).toEqual([true, false, false]);
  });

  test("is about forty characters long, to the end of a word", () => {
    const letters = [..."the first of these sentences is forty characters long and more"];
    const begins = steps(...letters.map((letter, i): [number, number, string] => [i, 0, letter]));
    const text = letters.map((letter, i) => (begins[i] ? `|${letter}` : letter)).join("");
    expect(text).toBe("|the first of these sentences is forty characters |long and more");
  });
});
