// What is folded away when a notebook is opened, as other programs write it, and what a person's change leaves in the file.

import { describe, expect, test } from "vitest";
import { type Cell, newCell, parseNotebook, serializeNotebook } from "../../../../src/storage/index.ts";
import {
  coverTitle,
  formTitle,
  outputsHidden,
  sourceHidden,
} from "../../../../src/ui/notebook/book/hidden.ts";
import { openState, reduce } from "../../../../src/ui/notebook/book/state.ts";
import { announcementFor, eventOf } from "../../../../src/ui/notebook/editor/commands.ts";

const cell = (metadata: Cell["metadata"], source = "1"): Cell => ({ ...newCell("code", source), metadata });

describe("what is folded away", () => {
  test.each([
    ["nothing", {}, false, false],
    ["Jupyter’s source_hidden", { jupyter: { source_hidden: true } }, true, false],
    ["Jupyter’s outputs_hidden", { jupyter: { outputs_hidden: true } }, false, true],
    ["collapsed", { collapsed: true }, false, true],
    ["hide-input", { tags: ["x", "hide-input"] }, true, false],
    ["hide-output", { tags: ["hide-output"] }, false, true],
    ["hide-cell", { tags: ["hide-cell"] }, true, true],
    ["hide_input, as older books write it", { tags: ["hide_input"] }, true, false],
    ["Colab’s form", { cellView: "form" }, true, false],
    [
      "Jupyter’s own word over a tag",
      { tags: ["hide-cell"], jupyter: { source_hidden: false, outputs_hidden: false } },
      false,
      false,
    ],
    [
      "what is no word of theirs",
      { jupyter: "source_hidden", tags: "hide-input", collapsed: 1 },
      false,
      false,
    ],
  ])("by %s", (_, metadata, source, outputs) => {
    expect([sourceHidden(cell(metadata)), outputsHidden(cell(metadata))]).toEqual([source, outputs]);
  });

  test.each([
    ['#@title Check it { display-mode: "form" }\nx', "Check it"],
    ["\n  # @title  Two words\nx", "Two words"],
    ["#@title", ""],
    ["x\n#@title late", undefined],
    ["#@titles no", undefined],
  ])("Colab’s title of %j is %j", (source, title) => {
    expect(formTitle(cell({}, source))).toBe(title);
    expect(sourceHidden(cell({}, source))).toBe(title !== undefined);
  });
});

test("what is folded away is called by Colab’s title, else by the cell’s own name", () => {
  expect(coverTitle(cell({ name: "Check it" }))).toBe("Check it");
  expect(coverTitle(cell({ name: "Check it" }, "#@title Other"))).toBe("Other");
  expect(coverTitle(cell({ name: 3 }))).toBeUndefined();
});

describe("a person", () => {
  const toggled = (metadata: Cell["metadata"], source = "1") => {
    const state = openState({ metadata: {}, cells: [cell(metadata, source)], origin: undefined }, true);
    const event = eventOf("toggle-source", state, newCell, undefined)!;
    const after = reduce(state, event);
    expect(announcementFor("toggle-source", state, after)).toMatch(/^(Hidden|Shown)\.$/);
    const back = reduce(after, eventOf("toggle-source", after, newCell, undefined)!);
    expect(back.notebook.cells[0]!.metadata).toEqual(metadata);
    expect(reduce(after, { kind: "undo" }).notebook).toEqual(state.notebook);
    return after.notebook.cells[0]!.metadata;
  };

  test("hides and shows as Jupyter does, and leaves tags, titles and everything else alone", () => {
    expect(toggled({})).toEqual({ jupyter: { source_hidden: true } });
    expect(toggled({ jupyter: { source_hidden: true, x: 1 }, y: 2 })).toEqual({ jupyter: { x: 1 }, y: 2 });
    expect(toggled({ tags: ["hide-input"] })).toEqual({
      tags: ["hide-input"],
      jupyter: { source_hidden: false },
    });
    expect(toggled({ cellView: "form" }, "#@title A")).toEqual({
      cellView: "form",
      jupyter: { source_hidden: false },
    });
  });

  test("shows outputs that a tag hides", () => {
    const state = openState(
      { metadata: {}, cells: [cell({ tags: ["hide-output"] })], origin: undefined },
      true,
    );
    const after = reduce(state, eventOf("toggle-output", state, newCell, undefined)!).notebook.cells[0]!;
    expect(after.metadata).toEqual({ tags: ["hide-output"], jupyter: { outputs_hidden: false } });
    expect(outputsHidden(after)).toBe(false);
  });

  test("gets the file back with its bytes where nothing was changed", () => {
    const text = JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {},
      cells: [
        {
          id: "a",
          cell_type: "code",
          metadata: {
            tags: ["hide-cell"],
            jupyter: { source_hidden: true },
            cellView: "form",
            collapsed: true,
          },
          execution_count: null,
          outputs: [],
          source: ["#@title T\n", "1"],
        },
      ],
    });
    expect(serializeNotebook(parseNotebook(text))).toBe(text);
  });
});
