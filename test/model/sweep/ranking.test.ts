// Which neurons matter most, and how effects are spread.

import { describe, expect, test } from "vitest";
import { distribution, ranked } from "../../../src/model/sweep/index.ts";

const of = (layer: number, neuron: number, effect: number) => ({ layer, neuron, effect });

test("the largest effects come first whatever their sign, equal ones by place, and what is no number last", () => {
  const [large, up, down, small, odd, infinite] = [
    of(3, 9, -2),
    of(1, 2, 0.5),
    of(1, 7, -0.5),
    of(0, 0, 0),
    of(0, 1, Number.NaN),
    of(5, 5, Number.NEGATIVE_INFINITY),
  ];
  const also = of(6, 6, Number.POSITIVE_INFINITY);
  expect(ranked([odd, small, down, also, up, large, infinite])).toEqual([
    infinite,
    also,
    large,
    up,
    down,
    small,
    odd,
  ]);
});

describe("the distribution", () => {
  test("is symmetric about 0, counts every effect, and both ends are in it", () => {
    const effects = [-1, -0.99, -0.2, 0, 0, 0, 0.2, 0.3, Number.NaN, 0.6];
    const { edges, counts, outside } = distribution(
      effects.map((effect) => ({ effect })),
      5,
    );
    expect(edges.map((edge) => Number(edge.toFixed(12)))).toEqual([-1, -0.6, -0.2, 0.2, 0.6, 1]);
    expect(counts).toEqual([2, 0, 4, 2, 1]);
    expect(outside).toBe(1);
    expect(distribution([{ effect: 1 }], 3).counts).toEqual([0, 0, 1]);
  });

  test("of nothing but zeros, and of nothing, has its middle", () => {
    expect(distribution([{ effect: 0 }, { effect: -0 }], 3).counts).toEqual([0, 2, 0]);
    expect(distribution([], 3)).toEqual({ edges: [-0, -0, 0, 0], counts: [0, 0, 0], outside: 0 });
    expect(() => distribution([], 4)).toThrow(RangeError);
  });
});
