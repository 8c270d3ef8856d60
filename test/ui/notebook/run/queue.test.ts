// What waits to run when its cell changes, and what a link holds of a notebook that is no plain JSON.

import { expect, test } from "vitest";
import { newCell } from "../../../../src/storage/index.ts";
import type { NotebookState } from "../../../../src/ui/notebook/book/notebook-state.ts";
import { openState, reduce } from "../../../../src/ui/notebook/book/state.ts";
import { fromLink, toLink } from "../../../../src/ui/notebook/library/share.ts";
import { savedText } from "../../../../src/ui/notebook/run/notebook-status.ts";

const cells = [newCell("code", "1"), newCell("code", "2"), newCell("code", "3")];
const [first, second, third] = cells.map(({ id }) => id) as [string, string, string];

/** all three wait */
function waiting(): NotebookState {
  const book = openState({ metadata: {}, cells, origin: undefined }, true);
  return reduce(book, { kind: "queue", ids: [first, second, third] });
}

test("a cell that waits and becomes text does not run", () => {
  expect(reduce(waiting(), { kind: "become", id: second, to: "markdown" }).queue).toEqual([first, third]);
});

test("a cell that waits and is deleted does not run, and the others do", () => {
  const instead = newCell("code");
  const book = reduce(waiting(), { kind: "delete", id: second, instead, keep: false });
  expect(book.queue).toEqual([first, third]);
});

test("what is only kept in memory is not said to be saved on the device", () => {
  expect(savedText({ saved: "saved", lasting: true })).toBe("Saved on this device");
  expect(savedText({ saved: "saved", lasting: false })).toBe("Kept until this tab closes");
});

test("a notebook with Python's NaN in an output goes into a link with it", async () => {
  const text = '{"cells": [], "metadata": {"loss": NaN}, "nbformat": 4, "nbformat_minor": 5}';
  const link = await toLink(text, "https://x.test/");
  if (link.kind !== "link") throw new Error(link.kind);
  expect(await fromLink(new URL(link.href).hash)).toBe(text.replaceAll(" ", ""));
});
