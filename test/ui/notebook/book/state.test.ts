// The notebook as plain data: what each command makes of it, what Z takes back, and what running does to cells.

import { describe, expect, test } from "vitest";
import type { Cell, CellKind } from "../../../../src/storage/index.ts";
import { withExperiment } from "../../../../src/ui/notebook/book/cells.ts";
import { experimentIn, toPython } from "../../../../src/ui/notebook/book/experiment-source.ts";
import { outputsHidden } from "../../../../src/ui/notebook/book/hidden.ts";
import type { NotebookEvent, NotebookState } from "../../../../src/ui/notebook/book/notebook-state.ts";
import { openState, reduce, runnable, staleIds, viewOf } from "../../../../src/ui/notebook/book/state.ts";
import type { Command } from "../../../../src/ui/notebook/command.ts";
import { announcementFor, eventOf } from "../../../../src/ui/notebook/editor/commands.ts";

const text = { output_type: "stream", name: "stdout", text: "1\n" } as const;

function cell(id: string, source = id, kind: CellKind = "code"): Cell {
  return {
    id,
    kind,
    source,
    metadata: {},
    outputs: [],
    count: undefined,
    attachments: undefined,
    origin: { text: "", from: 0, to: 0 },
  };
}

const book = (...cells: Cell[]) => openState({ metadata: {}, cells, origin: undefined }, true);
const follow = (start: NotebookState, ...events: NotebookEvent[]) => events.reduce(reduce, start);
const ids = ({ notebook }: NotebookState) => notebook.cells.map(({ id }) => id).join(" ");
const sources = ({ notebook }: NotebookState) => notebook.cells.map(({ source }) => source);

let made = 0;
const make = (kind: CellKind, source = "") => cell(`new${++made}`, source, kind);
const perform = (start: NotebookState, command: Command, cursor?: number): NotebookState => {
  const event = eventOf(command, start, make, cursor);
  return event ? reduce(start, event) : start;
};

const three = () => book(cell("a"), cell("b"), cell("c"));

describe("the structure", () => {
  test("cells are inserted above and below the selected one, and selected", () => {
    const above = perform(reduce(three(), { kind: "select", id: "b" }), "insert-above");
    expect(ids(above)).toMatch(/^a new\d+ b c$/);
    expect(above.selected).toMatch(/^new/);
    const below = perform(reduce(three(), { kind: "select", id: "b" }), "insert-below");
    expect(ids(below)).toMatch(/^a b new\d+ c$/);
  });

  test("an event leaves the cells it does not touch as the same objects", () => {
    const before = three();
    const edited = reduce(before, { kind: "source", id: "b", source: "x" });
    expect(edited.notebook.cells[0]).toBe(before.notebook.cells[0]);
    expect(edited.notebook.cells[1]!.origin).toBe(before.notebook.cells[1]!.origin);
    expect(reduce(before, { kind: "source", id: "b", source: "b" })).toBe(before);
    expect(reduce(before, { kind: "source", id: "gone", source: "b" })).toBe(before);
  });

  test("deleting selects the next cell, and the last cell leaves an empty one", () => {
    const first = perform(reduce(three(), { kind: "select", id: "b" }), "delete");
    expect([ids(first), first.selected]).toEqual(["a c", "c"]);
    const end = perform(reduce(three(), { kind: "select", id: "c" }), "delete");
    expect([ids(end), end.selected]).toEqual(["a b", "b"]);
    const last = perform(book(cell("a")), "delete");
    expect(sources(last)).toEqual([""]);
    expect(ids(last)).not.toBe("a");
  });

  test("several changes are taken back one by one, in order", () => {
    const start = three();
    const moved = perform(start, "move-down");
    expect(ids(moved)).toBe("b a c");
    const cut = perform(moved, "cut");
    expect(ids(cut)).toBe("b c");
    const pasted = perform(cut, "paste");
    expect(sources(pasted)).toEqual(["b", "c", "a"]);
    expect(sources(perform(pasted, "undo"))).toEqual(["b", "c"]);
    expect(ids(perform(perform(pasted, "undo"), "undo"))).toBe("b a c");
    const all = perform(perform(perform(pasted, "undo"), "undo"), "undo");
    expect(ids(all)).toBe("a b c");
    expect(all.notebook.cells[0]).toBe(start.notebook.cells[0]);
    expect(perform(all, "undo")).toBe(all);
  });

  test("a cell at the edge does not move further", () => {
    expect(perform(three(), "move-up")).toEqual(three());
    const last = reduce(three(), { kind: "select", id: "c" });
    expect(perform(last, "move-down")).toBe(last);
  });

  test("split gives the first half the id and the second the output", () => {
    const ran = { ...cell("a", "x = 1\nprint(x)"), outputs: [text], count: 3 };
    const halves = perform(book(ran), "split", 6);
    expect(sources(halves)).toEqual(["x = 1", "print(x)"]);
    expect(halves.notebook.cells.map(({ outputs }) => outputs.length)).toEqual([0, 1]);
    expect(halves.notebook.cells[0]!.id).toBe("a");
    expect(sources(perform(halves, "undo"))).toEqual(["x = 1\nprint(x)"]);
    // where no cursor is, nothing is split
    expect(perform(book(ran), "split")).toEqual(book(ran));
  });

  test("split takes a line's end of two characters whole, wherever it is cut at it", () => {
    const source = "x = 1\r\ny = 2\r\nz = 3";
    // at the end of the second line, and at the beginning of the third
    for (const at of [12, 14]) {
      const halves = perform(book(cell("a", source)), "split", at);
      expect(sources(halves)).toEqual(["x = 1\r\ny = 2", "z = 3"]);
    }
  });

  test("merge joins code by a line and text by a paragraph", () => {
    expect(sources(perform(three(), "merge"))).toEqual(["a\nb", "c"]);
    const prose = book(cell("a", "one", "markdown"), cell("b", "two", "markdown"));
    expect(sources(perform(prose, "merge"))).toEqual(["one\n\ntwo"]);
    const alone = book(cell("a"));
    expect(perform(alone, "merge")).toBe(alone);
  });

  test("another kind drops outputs, and Z brings them back", () => {
    const ran = book({ ...cell("a"), outputs: [text], count: 1 });
    const prose = perform(ran, "to-markdown");
    expect(prose.notebook.cells[0]).toMatchObject({ kind: "markdown", outputs: [], count: undefined });
    expect(perform(prose, "undo").notebook.cells[0]).toEqual(ran.notebook.cells[0]);
  });

  test("a heading replaces the marks of another level", () => {
    const one = perform(book(cell("a", "### Title", "markdown")), "heading-1");
    expect(sources(one)).toEqual(["# Title"]);
    expect(perform(book(cell("a", "Title")), "heading-2").notebook.cells[0]).toMatchObject({
      kind: "markdown",
      source: "## Title",
    });
  });

  test("a duplicate is a cell of its own", () => {
    const twice = perform(three(), "duplicate");
    expect(sources(twice)).toEqual(["a", "a", "b", "c"]);
    expect(new Set(twice.notebook.cells.map(({ id }) => id)).size).toBe(4);
  });

  test("output is cleared and hidden, the source stays", () => {
    const ran = book({ ...cell("a"), outputs: [text], count: 2 });
    expect(perform(ran, "clear-output").notebook.cells[0]).toMatchObject({
      outputs: [],
      count: undefined,
      source: "a",
    });
    const hidden = perform(ran, "toggle-output");
    expect(outputsHidden(hidden.notebook.cells[0]!)).toBe(true);
    expect(outputsHidden(perform(hidden, "toggle-output").notebook.cells[0]!)).toBe(false);
    expect(perform(hidden, "toggle-output").notebook.cells[0]!.metadata).toEqual({});
  });

  test("what has happened is said", () => {
    const start = three();
    expect(announcementFor("delete", start, perform(start, "delete"))).toContain("Z undoes it");
    expect(announcementFor("undo", start, start)).toBe("Nothing to undo.");
    expect(announcementFor("move-down", start, perform(start, "move-down"))).toBe("Moved to place 2.");
  });
});

describe("running", () => {
  test("only code with something in it runs", () => {
    const mixed = book(cell("a"), cell("t", "text", "markdown"), cell("e", " \n"), cell("b"));
    expect(runnable(mixed)).toEqual(["a", "b"]);
    expect(runnable(mixed, 1)).toEqual(["b"]);
    expect(runnable(mixed, 0, 1)).toEqual(["a"]);
  });

  test("cells are queued once, marked, counted in the order of runs, and numbered again after a restart", () => {
    const queued = follow(three(), { kind: "queue", ids: ["b", "a"] }, { kind: "queue", ids: ["a", "c"] });
    expect(queued.queue).toEqual(["b", "a", "c"]);
    const started = reduce(queued, { kind: "started", id: "b" });
    const marks = [0, 1, 2].map((i) => viewOf(started, i, new Set()).run);
    expect(marks).toEqual(["queued", "running", "queued"]);
    const done = reduce(started, {
      kind: "ended",
      id: "b",
      outcome: { kind: "done", assigned: [], used: [], reimported: [] },
    });
    expect(done.notebook.cells[1]!.count).toBe(1);
    const second = follow(done, { kind: "started", id: "a" }, ended("a"));
    expect(second.notebook.cells[0]!.count).toBe(2);
    const fresh = follow(second, { kind: "restarted" }, { kind: "started", id: "c" }, ended("c"));
    expect(fresh.notebook.cells.map(({ count }) => count)).toEqual([2, 1, 1]);
  });

  test("the number of a run that this Python knows nothing of is called earlier", () => {
    const earlier = (state: NotebookState) =>
      state.notebook.cells.map((_, i) => viewOf(state, i, new Set()).earlier).join(" ");
    const read = book({ ...cell("a"), count: 7, outputs: [text] }, cell("b"));
    expect(earlier(read)).toBe("true false");
    const again = follow(read, { kind: "started", id: "b" }, ended("b"));
    expect(earlier(again)).toBe("true false");
    const both = follow(again, { kind: "started", id: "a" }, ended("a"));
    expect(earlier(both)).toBe("false false");
    const fresh = reduce(both, { kind: "restarted" });
    expect(earlier(fresh)).toBe("true true");
    // cut and pasted it is the same cell; a copy has not run
    const moved = perform(perform(both, "cut"), "paste");
    expect([ids(moved), earlier(moved)]).toEqual(["b a", "false false"]);
    const copied = perform(both, "duplicate").notebook.cells;
    expect(copied.map(({ count }) => count)).toEqual([2, undefined, 1]);
  });

  test("a failure forgets what waits", () => {
    const failed = follow(
      three(),
      { kind: "queue", ids: ["a", "b", "c"] },
      { kind: "started", id: "a" },
      { kind: "ended", id: "a", outcome: { kind: "failed", assigned: [], used: [], reimported: [] } },
    );
    expect([failed.queue, failed.running]).toEqual([[], undefined]);
  });

  test("text of one stream is joined, a result gets the cell's number, clear removes", () => {
    const put = (output: Extract<NotebookEvent, { kind: "output" }>["output"]): NotebookEvent => ({
      kind: "output",
      id: "a",
      output,
    });
    const result = { output_type: "execute_result", data: {}, metadata: {}, execution_count: 99 } as const;
    const shown = follow(three(), { kind: "started", id: "a" }, put(text), put(text), put(result));
    expect(shown.notebook.cells[0]!.outputs).toEqual([
      { ...text, text: "1\n1\n" },
      { ...result, execution_count: 1 },
    ]);
    expect(reduce(shown, put({ output_type: "clear" })).notebook.cells[0]!.outputs).toEqual([]);
  });
});

const ended = (id: string, assigned: string[] = [], used: string[] = []): NotebookEvent => ({
  kind: "ended",
  id,
  outcome: { kind: "done", assigned, used, reimported: [] },
});
const ran = (id: string, assigned: string[] = [], used: string[] = []): NotebookEvent[] => [
  { kind: "started", id },
  ended(id, assigned, used),
];

describe("stale marks", () => {
  const stale = (state: NotebookState) => [...staleIds(state)].sort().join(" ");
  const chain = () => follow(three(), ...ran("a", ["x"]), ...ran("b", ["y"], ["x"]), ...ran("c", [], ["y"]));

  test("nothing is stale after a run from top to bottom", () => {
    expect(stale(chain())).toBe("");
  });

  test("an edit makes the cell stale, and what depends on it at any distance, until it is taken back", () => {
    const edited = reduce(chain(), { kind: "source", id: "a", source: "other" });
    expect(stale(edited)).toBe("a b c");
    expect(stale(reduce(edited, { kind: "source", id: "a", source: "a" }))).toBe("");
    expect(stale(reduce(chain(), { kind: "source", id: "c", source: "other" }))).toBe("c");
  });

  test("a name assigned anew makes its readers stale until they run again", () => {
    const again = follow(chain(), ...ran("a", ["x"]));
    expect(stale(again)).toBe("b c");
    const caught = follow(again, ...ran("b", ["y"], ["x"]), ...ran("c", [], ["y"]));
    expect(stale(caught)).toBe("");
  });

  test("a cell that reads and assigns the same name is not made stale by itself", () => {
    const counter = follow(three(), ...ran("a", ["x"]), ...ran("b", ["x"], ["x"]));
    expect(stale(counter)).toBe("");
  });

  test("outputs that came with the file are those of the text that came with it", () => {
    const read = book({ ...cell("a"), outputs: [text], count: 4 });
    expect(stale(read)).toBe("");
    expect(stale(reduce(read, { kind: "source", id: "a", source: "other" }))).toBe("a");
  });

  test("a run here is later than those that came with the file, whatever their numbers", () => {
    const read = book({ ...cell("a"), count: 70 }, { ...cell("b"), count: 71 }, cell("c"));
    const anew = follow(read, ...ran("a", ["x"]), ...ran("c", [], ["x"]));
    expect(stale(anew)).toBe("");
    expect(stale(follow(anew, ...ran("a", ["x"])))).toBe("c");
  });

  test("order counts across a restart", () => {
    const anew = follow(chain(), { kind: "restarted" }, ...ran("a", ["x"]));
    expect(stale(anew)).toBe("b c");
  });

  test("a cell that runs or waits is not called stale", () => {
    const edited = follow(chain(), { kind: "source", id: "c", source: "z" }, { kind: "queue", ids: ["c"] });
    expect(stale(edited)).toBe("");
  });
});

test("the form of an experiment says what its text runs, wherever that was changed", () => {
  const spec = {
    sentence: "a [MASK].",
    layer: 9,
    neuron: 1094,
    hook: { kind: "suppress" },
    candidates: ["this"],
  } as const;
  const experiment = { ...spec, candidates: [...spec.candidates] };
  const written = cell("x", toPython(experiment, "m"));
  const kept = { ...written, metadata: withExperiment({}, { ...experiment, model: "m" }) };
  expect(book(kept).notebook.cells[0]).toBe(kept);

  const elsewhere = { ...kept, source: toPython({ ...experiment, layer: 8, neuron: 7 }, "m") };
  expect(experimentIn(book(elsewhere).notebook.cells[0]!)).toMatchObject({ layer: 8, neuron: 7, model: "m" });

  const replaced = follow(book(kept), { kind: "replace", sources: new Map([["x", elsewhere.source]]) });
  expect(experimentIn(replaced.notebook.cells[0]!)).toMatchObject({ layer: 8, neuron: 7 });
  // what is no longer ours is left to Python
  const edited = { ...kept, source: `${kept.source}\nprint(1)` };
  expect(book(edited).notebook.cells[0]).toBe(edited);
});

test("a form that was given up for its Python comes back by undo, with what was typed, and so does what it replaced", () => {
  const experiment = { sentence: "a [MASK].", layer: 9, neuron: 1094, candidates: ["this"], model: "m" };
  const spec = { ...experiment, hook: { kind: "suppress" } } as const;
  const source = toPython(spec, "m");
  const start = follow(
    three(),
    {
      kind: "insert",
      cell: { ...cell("x", source), metadata: withExperiment({}, spec) },
      beside: "a",
      side: "below",
      mode: "command",
    },
    {
      kind: "experiment",
      id: "x",
      experiment: { ...spec, neuron: 7 },
      source: toPython({ ...spec, neuron: 7 }, "m"),
    },
  );
  const form = ({ notebook }: NotebookState) => experimentIn(notebook.cells.find(({ id }) => id === "x")!);
  const asPython = reduce(start, {
    kind: "experiment",
    id: "x",
    experiment: undefined,
    source: sources(start)[1]!,
  });
  expect(form(asPython)).toBeUndefined();
  const back = reduce(asPython, { kind: "undo" });
  expect(form(reduce(back, { kind: "undo" }))).toMatchObject({ neuron: 1094 });
  expect(ids(back)).toBe("a x b c");
  expect(form(back)).toMatchObject({ neuron: 7 });
  expect(form(reduce(back, { kind: "redo" }))).toBeUndefined();

  const typed = reduce(asPython, { kind: "source", id: "x", source: "by hand" });
  const asForm = reduce(typed, { kind: "experiment", id: "x", experiment: spec, source });
  expect(form(asForm)).toMatchObject({ neuron: 1094 });
  expect(sources(reduce(asForm, { kind: "undo" }))[1]).toBe("by hand");
});
