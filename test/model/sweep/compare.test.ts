// Agreement of estimates with exact effects. The correlations are those of scipy 1.17.1:
//     python -c "from scipy.stats import spearmanr; print(spearmanr(a, b).statistic)"

import { describe, expect, it } from "vitest";
import { agreement, spearman } from "../../../src/model/sweep/index.ts";
import type { SweepRecord } from "../../../src/model/sweep/types.ts";

describe("rank correlation", () => {
  it.each([
    [[0.3, -1.2, 5, 5, 2.25, 0, -7, 0.3, 0.3, 11], [1, -2, 4, 4.5, 4.5, 0, -3, 2, -1, 9], 0.9352564618275803],
    [[1, 2, 3, 4], [4, 3, 2, 1], -1],
    [[1, 2, 2, 3], [1, 2, 3, 4], 0.9486832980505139],
  ])("of %j and %j", (a, b, expected) => {
    expect(spearman(a, b)).toBeCloseTo(expected, 14);
  });

  it("is undefined where nothing is ranked, and refuses sides of different lengths", () => {
    expect(spearman([1, 1, 1], [1, 2, 3])).toBeUndefined();
    expect(spearman([], [])).toBeUndefined();
    expect(spearman([2], [3])).toBeUndefined();
    expect(() => spearman([1, 2], [1])).toThrow("2 values cannot be compared with 1");
  });
});

describe("agreement", () => {
  const record = (layer: number, neuron: number, effect: number): SweepRecord => ({
    layer,
    neuron,
    activation: 1,
    before: 0,
    after: effect,
    effect,
    exact: true,
    method: "exact",
  });
  const exact = [record(0, 0, -5), record(0, 1, 4), record(0, 2, 3), record(1, 0, 0.5), record(1, 1, -0.1)];

  it("matches neurons, whatever their order, and leaves out those that one side lacks", () => {
    const estimates = [record(1, 0, 0.4), record(0, 0, -4), record(0, 2, 6), record(2, 7, 100)];
    // ranks of effects: 2, 1, 3 of the estimates, 2, 1, 3 of the exact ones
    expect(agreement(estimates, exact, [1, 2, 3, 4])).toEqual({
      neurons: 3,
      spearman: 1,
      overlaps: [
        { k: 1, share: 0 },
        { k: 2, share: 1 },
        { k: 3, share: 1 },
      ],
    });
  });

  it("goes by size for overlaps, and by sign for the correlation", () => {
    const turned = exact.map((each) => ({ ...each, effect: -each.effect }));
    expect(agreement(turned, exact, [2])).toEqual({
      neurons: 5,
      spearman: -1,
      overlaps: [{ k: 2, share: 1 }],
    });
  });
});
