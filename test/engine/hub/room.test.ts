// The room that a model takes while it is made of pieces that go as they are read.

import { expect, it } from "vitest";
import { mostAtOnce } from "../../../src/engine/hub/room.ts";

const reading = (file: string, begin: number, end: number, kept = end - begin) => ({
  file,
  begin,
  end,
  kept,
});

it("is that of the pieces and one more where what is read comes in their order", () => {
  const sizes = new Map([["a", 35]]);
  expect(mostAtOnce([reading("a", 0, 15), reading("a", 15, 35)], sizes, 10)).toBe(45);
  // half of it is kept
  expect(mostAtOnce([reading("a", 0, 35, 17.5)], sizes, 10)).toBe(40);
});

it("is that of both where the first byte of each piece is read last, or never", () => {
  const late = [reading("a", 1, 10), reading("a", 11, 20), reading("a", 0, 1), reading("a", 10, 11)];
  expect(mostAtOnce(late, new Map([["a", 20]]), 10)).toBe(39);
  expect(mostAtOnce(late.slice(0, 2), new Map([["a", 20]]), 10)).toBe(38);
});

it("counts each file's own pieces, and what is kept in more bytes than it came in", () => {
  const sizes = new Map([
    ["a", 10],
    ["b", 5],
  ]);
  expect(mostAtOnce([reading("b", 0, 5, 10), reading("a", 0, 10, 20)], sizes, 10)).toBe(40);
});
