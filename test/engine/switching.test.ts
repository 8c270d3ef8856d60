// Which split is open for which runs, of a model with three layers; only where splits can stop counts here.

import { describe, expect, it } from "vitest";
import { endOf, mlpPostOf, type Split } from "../../src/engine/places.ts";
import { Switching } from "../../src/engine/switching.ts";

const end = endOf(3);
const split = (...layers: number[]): Split => ({ ends: [...layers.map(mlpPostOf), end], segments: [] });
const [zero, one, two, every] = [split(0), split(1), split(2), split(0, 1, 2)];
const stages: Split = { ends: [0, 1, 2, 3, 4, 5, end], segments: [] };
const small = () => new Switching("small", [every, stages, zero, one, two]);

/** Runs that stop at mlp_post of these layers in turn; the splits they ran on. */
const run = (switching: Switching, open: Split | undefined, turns: number[][]) =>
  stop(
    switching,
    open,
    turns.map((layers) => layers.map(mlpPostOf)),
  );

/** Runs that stop at these places in turn; the splits they ran on. */
function stop(switching: Switching, open: Split | undefined, turns: number[][]): Split[] {
  const used: Split[] = [];
  let now = open;
  for (const places of turns) {
    now = switching.several(now, places);
    used.push(now);
  }
  return used;
}

describe("runs that stop at layers", () => {
  it("get the pair for one layer, and the split with all cuts for several", () => {
    expect(run(small(), undefined, [[1], [1]])).toEqual([one, one]);
    expect(run(small(), undefined, [[0, 2]])).toEqual([every]);
  });

  it("without a stop take what is open", () => {
    expect(run(small(), two, [[], []])).toEqual([two, two]);
  });

  it("change the pair once, and from layer to layer get the split with all cuts", () => {
    expect(run(small(), undefined, [[0], [1], [2], [0], [1]])).toEqual([zero, one, every, every, every]);
  });

  it("that change the layer seldom keep to pairs", () => {
    const seldom = [...Array(10).fill([0]), ...Array(10).fill([1]), ...Array(10).fill([2])];
    expect(new Set(run(small(), undefined, seldom))).toEqual(new Set([zero, one, two]));
  });

  it("on the residual stream get the split with every place, and keep it among runs at layers", () => {
    expect(stop(small(), undefined, [[0]])).toEqual([stages]);
    expect(stop(small(), one, [[2, 3], [3], [1], [4]])).toEqual([stages, stages, stages, stages]);
    // at one layer for long: back to the pair
    expect(stop(small(), stages, Array(10).fill([3])).at(-1)).toBe(one);
  });

  it("go back to the pair when they have stayed at one layer for long", () => {
    const used = run(small(), every, Array(10).fill([1]));
    expect(used[0]).toBe(every);
    expect(used.at(-1)).toBe(one);
  });
});

describe("an experiment", () => {
  it("gets the pair, or what is open where that has the cut", () => {
    const switching = small();
    expect(switching.one(undefined, mlpPostOf(1))).toBe(one);
    expect(switching.one(one, mlpPostOf(1))).toBe(one);
    expect(switching.one(one, mlpPostOf(2))).toBe(two);
    expect(switching.one(every, mlpPostOf(0))).toBe(every);
  });
});

it("what no split can stop at is named", () => {
  const pairs = new Switching("small", [zero, one]);
  expect(() => pairs.several(one, [mlpPostOf(0), mlpPostOf(1)])).toThrow(
    "small was exported without a split that is cut at blocks.0.mlp.hook_post and blocks.1.mlp.hook_post.",
  );
  expect(() => pairs.one(undefined, mlpPostOf(7))).toThrow("cut at blocks.7.mlp.hook_post");
});
