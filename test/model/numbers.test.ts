// The small pieces under a result: halves, hooks, softmax, the lock.

import { describe, expect, it } from "vitest";
import { compare, softmaxAt } from "../../src/engine/run/experiment.ts";
import { Lock } from "../../src/engine/run/lock.ts";
import { decodeFloat16, encodeFloat16 } from "../../src/model/float16.ts";
import type { Hook } from "../../src/model/index.ts";
import { applyHook, hookText, readHookText } from "../../src/model/operations.ts";

describe("fp16", () => {
  it("decodes every half, and encodes it back to the same bits", () => {
    const bits = Uint16Array.from({ length: 0x10000 }, (_, i) => i);
    const values = decodeFloat16(new Uint8Array(bits.buffer));
    const wrong = bits.filter((i) => !Number.isNaN(values[i]!) && encodeFloat16(values[i]!) !== i);
    expect([...wrong]).toEqual([]);
    expect(values[0x3c00]).toBe(1);
    expect(values[0xc000]).toBe(-2);
    expect(values[0x7bff]).toBe(65504);
    expect(values[0x0001]).toBe(2 ** -24);
    expect(values[0x7c00]).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    [1 + 2 ** -11, 0x3c00, "a tie goes to even, down"],
    [1 + 3 * 2 ** -11, 0x3c02, "a tie goes to even, up"],
    [1 + 2 ** -11 + 2 ** -20, 0x3c01, "above a tie goes up"],
    [65519, 0x7bff, "the largest that stays finite"],
    [65520, 0x7c00, "beyond it is infinite"],
    [2 ** -25, 0, "half the smallest, a tie to even"],
    [2 ** -25 + 2 ** -40, 1, "above it is the smallest"],
    [-(2 ** -14), 0x8400, "the smallest normal, negative"],
  ])("rounds %s to %s: %s", (value, half) => expect(encodeFloat16(value)).toBe(half));
});

describe("hooks", () => {
  const activation = Math.fround(0.123456789);
  it("suppress is zero, enhance is twice, set is the value", () => {
    expect(applyHook({ kind: "suppress" }, activation)).toBe(0);
    expect(applyHook({ kind: "enhance" }, activation)).toBe(activation * 2);
    expect(applyHook({ kind: "set", value: -3 }, activation)).toBe(-3);
  });
  it("a sum is rounded once, to fp32", () => {
    expect(applyHook({ kind: "add", value: 1e-9 }, 1)).toBe(1);
    expect(applyHook({ kind: "add", value: 0.1 }, activation)).toBe(Math.fround(activation + 0.1));
  });
  it.each([
    ["suppress", { kind: "suppress" }],
    ["ENHANCE", { kind: "enhance" }],
    ["scale:-.5e1", { kind: "scale", factor: -5 }],
    ["set:-0", { kind: "set", value: 0 }],
    ["add:+2", { kind: "add", value: 2 }],
    ["suppress:1", undefined],
    ["scale", undefined],
    ["add:", undefined],
    ["add:1e999", undefined],
    ["add:NaN", undefined],
    ["constructor", undefined],
    ["erase", undefined],
    ["", undefined],
  ])("reads the text %s", (text, hook) => {
    expect(readHookText(text)).toEqual(hook);
    if (hook) expect(readHookText(hookText(hook as Hook))).toEqual(hook);
  });
  it("a factor of 1 gives the same bits", () => {
    expect(applyHook({ kind: "scale", factor: 1 }, activation)).toBe(activation);
  });
});

describe("softmax over the vocabulary", () => {
  it("survives large logits and adds up to one", () => {
    const logits = Float32Array.of(1000, 999, -1000, 990);
    const p = softmaxAt(logits, [0, 1, 2, 3]);
    expect(p.reduce((sum, value) => sum + value)).toBeCloseTo(1, 12);
    expect(p[0]! / p[1]!).toBeCloseTo(Math.E, 10);
  });
  it("delta is (after - before) / before", () => {
    const [row] = compare([{ id: 0, text: "this" }], Float32Array.of(0, 0), Float32Array.of(Math.log(3), 0));
    expect(row).toMatchObject({ word: "this", before: 0.5 });
    expect(row!.after).toBeCloseTo(0.75, 6);
    expect(row!.delta).toBeCloseTo(0.5, 6);
  });
});

describe("the lock", () => {
  it("runs one task at a time and survives a failing one", async () => {
    const lock = new Lock();
    let running = 0;
    const task = (fail: boolean) => async () => {
      expect(++running).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
      if (fail) throw new Error("no");
      return "yes";
    };
    const results = await Promise.allSettled([
      lock.run(task(false)),
      lock.run(task(true)),
      lock.run(task(false)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });
});
