// What is known of a sweep's neurons, record by record.

import { expect, test } from "vitest";
import { rankingOf } from "../../../src/ui/sweep/ranking.ts";
import { SweepGrid } from "../../../src/ui/sweep/sweep-grid.ts";
import { recordOf } from "./helpers.ts";

const grid = () => new SweepGrid([3, 9], [0, 5, 7]);

test("an exact record takes an estimate's place, and not the other way round", () => {
  const known = grid();
  known.add([recordOf(9, 5, -3, true), recordOf(3, 0, 1, true)]);
  expect([known.exact, known.estimated, known.largest]).toEqual([0, 2, 3]);
  known.add([recordOf(9, 5, -4)]);
  expect([known.exact, known.estimated, known.largest]).toEqual([1, 1, 4]);
  known.add([recordOf(9, 5, -3, true)]);
  expect(known.at({ layer: 9, neuron: 5 })).toMatchObject({ effect: -4, exact: true });
  expect(known.estimateAt({ layer: 9, neuron: 5 })).toMatchObject({ effect: -3, exact: false });
  expect([known.exact, known.estimated]).toEqual([1, 1]);
  known.add([recordOf(9, 5, -4)]);
  expect([known.exact, known.estimated]).toEqual([1, 1]);
});

test("neurons of other layers, or that are not swept, are passed over", () => {
  const known = grid();
  known.add([recordOf(2, 0, 1), recordOf(3, 1, 1)]);
  expect(known.records()).toEqual([]);
  expect(known.has({ layer: 3, neuron: 1 })).toBe(false);
  expect(known.has({ layer: 3, neuron: 7 })).toBe(true);
});

test("records come out in order, and the strongest of some columns whatever its sign", () => {
  const known = grid();
  known.add([recordOf(9, 0, 1), recordOf(3, 7, 2), recordOf(3, 0, -5), recordOf(3, 5, 3)]);
  expect(known.records().map(({ layer, neuron }) => [layer, neuron])).toEqual([
    [3, 0],
    [3, 5],
    [3, 7],
    [9, 0],
  ]);
  expect(known.strongest(0, 0, 3)?.effect).toBe(-5);
  expect(known.strongest(0, 1, 3)?.effect).toBe(3);
  expect(known.strongest(1, 1, 3)).toBeUndefined();
});

test("the largest effects are found as if all were put in order", () => {
  const known = grid();
  known.add([
    recordOf(9, 0, 1),
    recordOf(3, 7, 2),
    recordOf(3, 0, -5),
    recordOf(3, 5, 2),
    recordOf(9, 5, -0.5),
  ]);
  const all = rankingOf(known).records;
  for (const count of [1, 2, 3, 9]) expect(known.largestOf(count)).toEqual(all.slice(0, count));
});

test("an effect that is not finite does not make all others invisible", () => {
  const known = grid();
  known.add([recordOf(3, 0, Number.NEGATIVE_INFINITY), recordOf(3, 5, 2)]);
  expect(known.largest).toBe(2);
});

test("a neuron's rank counts the larger ones of either sign", () => {
  const known = grid();
  known.add([recordOf(3, 0, 1), recordOf(3, 5, -2), recordOf(9, 7, 0.5)]);
  const { records, rankOf } = rankingOf(known);
  expect(records.map(({ effect }) => effect)).toEqual([-2, 1, 0.5]);
  expect(rankOf(known.at({ layer: 9, neuron: 7 })!)).toBe(3);
});
