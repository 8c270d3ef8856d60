// What a person is shown of a download never falls: not the bytes, not their total, not the bar.

import { describe, expect, test } from "vitest";
import { Rising } from "../../../src/storage/index.ts";

const shown = (...steps: [number, number][]) => {
  const rising = new Rising();
  return steps.map(([done, total]) => {
    const progress = rising.raise({ done, total, waiting: undefined });
    return [progress.done, progress.total];
  });
};

describe("a bar", () => {
  test("waits where bytes are fetched again", () => {
    expect(shown([0, 100], [40, 100], [30, 100], [50, 100], [100, 100])).toEqual([
      [0, 100],
      [40, 100],
      [40, 100],
      [50, 100],
      [100, 100],
    ]);
  });

  test("keeps its share where the total grows", () => {
    expect(shown([40, 100], [50, 200], [90, 200], [200, 200])).toEqual([
      [40, 100],
      [80, 200],
      [90, 200],
      [200, 200],
    ]);
  });

  test("ends at the total it has shown where the other version is smaller", () => {
    expect(shown([80, 100], [20, 60], [59, 60], [60, 60])).toEqual([
      [80, 100],
      [80, 100],
      [80, 100],
      [100, 100],
    ]);
  });

  test("is left alone by a total that is not known yet", () => {
    expect(shown([0, 0], [40, 100], [0, 0], [50, 100])).toEqual([
      [0, 0],
      [40, 100],
      [0, 0],
      [50, 100],
    ]);
  });

  test("never falls, whatever is reported, and no byte is invented where nothing falls", () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    for (let run = 0; run < 200; run++) {
      const steps = Array.from({ length: 20 }, (): [number, number] => {
        const total = 1 + random(1000);
        return [random(total + 1), total];
      });
      const bars = shown(...steps);
      for (const [i, [done, total]] of bars.entries()) {
        const [before, all] = bars[i - 1] ?? [0, 1];
        expect(done).toBeGreaterThanOrEqual(before!);
        expect(done).toBeLessThanOrEqual(total!);
        expect(done! / total!).toBeGreaterThanOrEqual(before! / all!);
      }
    }
    const rising = Array.from({ length: 50 }, (_, i): [number, number] => [7 * i, 343]);
    expect(shown(...rising)).toEqual(rising);
  });
});
