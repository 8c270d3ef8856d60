// What is shown of a terminal's text: its colours, and nothing of its other commands.

import { expect, test } from "vitest";
import { overwrite, parseAnsi, withoutAnsi } from "../../../../src/ui/notebook/render/ansi.ts";

/** stretches as "looks:text" */
const read = (text: string) =>
  parseAnsi(text).map(({ text: words, colour, background, bold, italic, underline }) => {
    const looks = [
      colour,
      background && `on ${background}`,
      bold && "bold",
      italic && "italic",
      underline && "underline",
    ];
    return `${looks.filter(Boolean).join(" ")}:${words}`;
  });

test.each([
  ["plain", [":plain"]],
  ["", []],
  ["\x1b[31mred\x1b[0m plain", ["red:red", ": plain"]],
  ["\x1b[1;32mboth\x1b[22mthin\x1b[39mnone", ["green bold:both", "green:thin", ":none"]],
  ["\x1b[0;94mbright", ["blue:bright"]],
  ["\x1b[mreset by nothing", [":reset by nothing"]],
  ["\x1b[3mi\x1b[23;4mu\x1b[24m.", ["italic:i", "underline:u", ":."]],
  ["\x1b[30;43mmark\x1b[49mblack", ["black on yellow:mark", "black:black"]],
  ["\x1b[31;7mswapped\x1b[27mback", ["red on red:swapped", "red:back"]],
  ["\x1b[38;5;9ma\x1b[38;5;21mb\x1b[38;5;241mc", ["red:a", "blue:b", "black:c"]],
  ["\x1b[38;2;10;200;20mgreen\x1b[48;2;0;0;255mon", ["green:green", "green on blue:on"]],
  // what follows an extended colour still counts
  ["\x1b[38;5;196;1mx", ["red bold:x"]],
])("%j", (text, expected) => {
  expect(read(text)).toEqual(expected);
});

test("commands other than colours are left out, with all that belongs to them", () => {
  const text =
    "\x1b[2J\x1b[10;20Hhere\x1b[K\x1b]8;;https://x.test/\x07link\x1b]8;;\x07\x1b]0;title\x1b\\\x1b(end";
  expect(withoutAnsi(text)).toBe("herelink\x1b(end");
  expect(read(text).join("")).not.toContain("x.test");
});

test.each([
  ["10 %\r50 %\r100 %\nnext", "100 %\nnext"],
  ["windows\r\nlines\r\n", "windows\nlines\n"],
  ["done\r", "done"],
  ["abc\b\bX", "aX"],
  ["\bx", "x"],
  ["as it is\n", "as it is\n"],
])("%j stands as %j", (text, expected) => {
  expect(overwrite(text)).toBe(expected);
});

test("a megabyte of escape sequences takes no time to speak of", () => {
  const text = "\x1b[31mx\x1b[0m".repeat(100_000);
  expect(withoutAnsi(text)).toBe("x".repeat(100_000));
  expect(withoutAnsi("\x1b[".repeat(500_000)).length).toBeGreaterThan(0);
});

test("a long sequence is read once", () => {
  const began = performance.now();
  expect(parseAnsi(`\x1b[${"38;".repeat(100_000)}1mx`)).toHaveLength(1);
  // what grows by the square takes many times as long
  expect(performance.now() - began).toBeLessThan(5000);
});
