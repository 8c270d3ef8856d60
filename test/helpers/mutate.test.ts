// The damage is the same for the same seed, and of many kinds.

import { describe, expect, test } from "vitest";
import { dice, mutateBytes, mutatedJson, thrownWithinBounds } from "./mutate.ts";

const json = JSON.stringify({ name: "minibert", sizes: [1, 2, 3], inner: { a: { b: null } }, long: "words" });

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

describe("damaged inputs", () => {
  test("are the same for the same seed, and others for another", () => {
    const some = (seed: number) => [...mutatedJson(json, seed, 50)];
    expect(some(1)).toEqual(some(1));
    expect(some(1)).not.toEqual(some(2));
    const bytes = (seed: number) => mutateBytes(Buffer.from(json), dice(seed));
    expect(bytes(1)).toEqual(bytes(1));
  });

  test("are damaged, in many ways, and half of them are JSON still", () => {
    const all = [...mutatedJson(json, 3, 400)];
    expect(new Set(all).size).toBeGreaterThan(300);
    expect(all.filter((text) => text !== json).length).toBeGreaterThan(350);
    expect(all.filter((text) => parsed(text) !== undefined).length).toBeGreaterThanOrEqual(200);
    expect(all.some((text) => text.includes('"__proto__":'))).toBe(true);
    expect(json).toBe(JSON.stringify(parsed(json)));
  });
});

describe("the bounds", () => {
  test("give back what was thrown", async () => {
    expect(await thrownWithinBounds("", () => {})).toBeUndefined();
    const error = new Error("no");
    expect(await thrownWithinBounds("", () => Promise.reject(error))).toBe(error);
  });
});
