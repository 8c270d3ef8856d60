// Which neurons a place in the map stands for, and what zooming and moving make of that.

import { expect, test } from "vitest";
import { mapKey } from "../../../src/ui/sweep/map-keys.ts";
import {
  columnsAt,
  marksOf,
  placeOf,
  showing,
  ticks,
  wholeView,
  within,
  zoomed,
} from "../../../src/ui/sweep/map-view.ts";

test.each([
  [1152, 300, 12, 96],
  [1152, 600, 6, 192],
  [3072, 300, 31, 100],
  [24, 300, 1, 24],
  [1, 300, 1, 1],
])("%i neurons on %i px: marks of %i, %i of them", (columns, width, each, count) => {
  const marks = marksOf(wholeView(columns), width);
  expect(marks).toMatchObject({ each, count });
  // wide enough to be hit, and none sticks out
  expect(marks.width).toBeGreaterThanOrEqual(3);
  expect((count - 1) * marks.width).toBeLessThan(width);
});

test("every column lies in exactly one mark, and where it is drawn it is found", () => {
  const view = { from: 100, count: 1000 };
  let next = view.from;
  const { width, count } = marksOf(view, 411);
  for (let mark = 0; mark < count; mark++) {
    const [from, to] = columnsAt(view, 411, (mark + 0.5) * width);
    expect(from).toBe(next);
    next = to;
    const { left } = placeOf(view, 411, from)!;
    expect(left).toBeCloseTo(mark * width, 9);
  }
  expect(next).toBe(1100);
  expect(placeOf(view, 411, 99)).toBeUndefined();
  expect(placeOf(view, 411, 1100)).toBeUndefined();
});

test("zooming keeps the neuron where it is, stops at 24 and at all, and never leaves the map", () => {
  const all = wholeView(1152);
  const near = zoomed(all, 0.5, 1094, 1152);
  expect(near.count).toBe(576);
  // as far along as before, to a column
  expect(Math.abs((1094 - near.from) / near.count - 1094 / 1152)).toBeLessThan(1 / 576);
  expect(zoomed(near, 0.001, 1094, 1152).count).toBe(24);
  expect(zoomed(near, Number.POSITIVE_INFINITY, 1094, 1152)).toEqual(all);
  expect(zoomed(wholeView(10), 0.5, 3, 10)).toEqual(wholeView(10));
  expect(zoomed({ from: 1100, count: 52 }, 2, 1100, 1152)).toEqual({ from: 1048, count: 104 });
});

test("a neuron that is looked for comes into view, with some beside it, and what is in view stays", () => {
  const view = { from: 0, count: 120 };
  expect(showing(view, 60, 1152)).toEqual(view);
  const moved = showing(view, 1094, 1152);
  expect(moved).toEqual({ from: 985, count: 120 });
  expect(showing(view, 1151, 1152)).toEqual({ from: 1032, count: 120 });
  expect(showing({ from: 500, count: 120 }, 0, 1152).from).toBe(0);
  expect(within({ from: -5, count: 10 }, 100).from).toBe(0);
});

test("an axis has round numbers, few enough to be read", () => {
  expect(ticks(0, 1151, 6)).toEqual([0, 200, 400, 600, 800, 1000]);
  expect(ticks(1090, 1113, 3)).toEqual([1090, 1100, 1110]);
  expect(ticks(5, 5, 4)).toEqual([5]);
});

const key = (name: string, shiftKey = false) => ({
  key: name,
  shiftKey,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
});

test("keys move by a neuron, a hundred, a layer, to the ends, and no further", () => {
  const grid = { layers: [3, 9], neurons: Array.from({ length: 250 }, (_, i) => i) };
  const go = (name: string, shift = false, from = { layer: 3, neuron: 7 }) =>
    mapKey(key(name, shift), grid, from);
  const move = (layer: number, neuron: number) => ({ kind: "move", place: { layer, neuron } });
  expect(go("ArrowRight")).toEqual(move(3, 8));
  expect(go("ArrowRight", true)).toEqual(move(3, 107));
  expect(go("ArrowLeft", true)).toEqual(move(3, 0));
  expect(go("ArrowDown")).toEqual(move(9, 7));
  expect(go("ArrowUp")).toEqual(move(3, 7));
  expect(go("End")).toEqual(move(3, 249));
  expect(go("Home")).toEqual(move(3, 0));
  expect(go("Enter")).toEqual({ kind: "put", place: { layer: 3, neuron: 7 } });
  expect(go("+")).toEqual({ kind: "zoom", factor: 0.5 });
  expect(go("a")).toBeUndefined();
  expect(mapKey({ ...key("ArrowRight"), ctrlKey: true }, grid, undefined)).toBeUndefined();
  expect(mapKey(key("ArrowRight"), grid, undefined)).toEqual(move(3, 1));
});
