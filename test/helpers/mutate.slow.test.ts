// The bounds notice what exceeds them.

import { expect, test } from "vitest";
import { memoryAllowance, thrownWithinBounds } from "./mutate.ts";

test("the bounds fail on what takes too much memory, and on what takes too long", async () => {
  const keep: Uint8Array[] = [];
  const much = () => void keep.push(new Uint8Array(2 * memoryAllowance).fill(1));
  await expect(thrownWithinBounds("x", much)).rejects.toThrow("bytes for");
  const long = () => {
    const start = process.cpuUsage();
    while (process.cpuUsage(start).user < 2_100_000);
  };
  await expect(thrownWithinBounds("x", long)).rejects.toThrow("ms for");
});
