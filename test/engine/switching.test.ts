// Which split is open for which runs. The manifest is a small one; only its splits count here.

import { describe, expect, it } from "vitest";
import type { Manifest, Split } from "../../src/engine/manifest.ts";
import { Switching } from "../../src/engine/switching.ts";

const split = (...cuts: number[]): Split => ({ name: cuts.join("-"), cuts, segments: [] });
const [zero, one, two, every] = [split(0), split(1), split(2), split(0, 1, 2)];
const manifest = { name: "small", splits: [every, zero, one, two] } as unknown as Manifest;

/** Runs at these layers in turn; the splits they ran on. */
function run(switching: Switching, open: Split | undefined, turns: number[][]): Split[] {
  const used: Split[] = [];
  let now = open;
  for (const layers of turns) {
    now = switching.several(manifest, now, layers);
    used.push(now);
  }
  return used;
}

describe("runs that stop at layers", () => {
  it("get the pair for one layer, and the split with all cuts for several", () => {
    expect(run(new Switching(), undefined, [[1], [1]])).toEqual([one, one]);
    expect(run(new Switching(), undefined, [[0, 2]])).toEqual([every]);
  });

  it("without a stop take what is open", () => {
    expect(run(new Switching(), two, [[], []])).toEqual([two, two]);
  });

  it("change the pair once, and from layer to layer get the split with all cuts", () => {
    expect(run(new Switching(), undefined, [[0], [1], [2], [0], [1]])).toEqual([
      zero,
      one,
      every,
      every,
      every,
    ]);
  });

  it("that change the layer seldom keep to pairs", () => {
    const seldom = [...Array(10).fill([0]), ...Array(10).fill([1]), ...Array(10).fill([2])];
    expect(new Set(run(new Switching(), undefined, seldom))).toEqual(new Set([zero, one, two]));
  });

  it("go back to the pair when they have stayed at one layer for long", () => {
    const used = run(new Switching(), every, Array(10).fill([1]));
    expect(used[0]).toBe(every);
    expect(used.at(-1)).toBe(one);
  });
});

describe("an experiment", () => {
  it("gets the pair, or what is open where that has the cut", () => {
    const switching = new Switching();
    expect(switching.one(manifest, undefined, 1)).toBe(one);
    expect(switching.one(manifest, one, 1)).toBe(one);
    expect(switching.one(manifest, one, 2)).toBe(two);
    expect(switching.one(manifest, every, 0)).toBe(every);
  });
});

it("a layer without a cut is named", () => {
  expect(() => new Switching().several(manifest, one, [1, 7])).toThrow(
    "small was exported without a split that is cut at layers 1, 7.",
  );
  expect(() => new Switching().one(manifest, undefined, 7)).toThrow("cut at layer 7");
});
