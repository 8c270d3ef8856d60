// Keys by the table that the help dialog shows, and find and replace.

import { describe, expect, test } from "vitest";
import { newCell } from "../../../../src/storage/index.ts";
import { inEditor, inText } from "../../../../src/ui/notebook/book/line-breaks.ts";
import { findAll, replaceAll, replaceOne } from "../../../../src/ui/notebook/editor/find.ts";
import {
  groups,
  isSingle,
  KeyReader,
  keyOf,
  keyText,
  type Press,
} from "../../../../src/ui/notebook/editor/keys.ts";

/** "Shift+Enter" as a keyboard sends it */
function press(keys: string): Press {
  const parts = keys.split("+");
  const key = parts.pop()!;
  const held = (name: string) => parts.includes(name);
  return {
    // letters arrive in lower case unless Shift is held
    key: key.length === 1 && !held("Shift") ? key.toLowerCase() : key === "Minus" ? "_" : key,
    ctrlKey: held("Ctrl"),
    metaKey: held("Meta"),
    altKey: held("Alt"),
    shiftKey: held("Shift"),
  };
}

const command = { mode: "command", singleKeyShortcuts: true, mac: false } as const;
const edit = { ...command, mode: "edit" } as const;
const read = (keys: string, situation: Parameters<KeyReader["read"]>[1] = command) =>
  new KeyReader().read(press(keys), situation, 0);

describe("the habits", () => {
  test.each([
    ["Shift+Enter", "run-next"],
    ["Ctrl+Enter", "run"],
    ["Alt+Enter", "run-insert"],
    ["Ctrl+S", "save"],
  ])("%s works on a cell and in its editor", (keys, name) => {
    expect(read(keys)).toBe(name);
    expect(read(keys, edit)).toBe(name);
  });

  test.each([
    ["A", "insert-above"],
    ["B", "insert-below"],
    ["Z", "undo"],
    ["Shift+Z", "redo"],
    ["M", "to-markdown"],
    ["Y", "to-code"],
    ["R", "to-raw"],
    ["J", "next"],
    ["K", "previous"],
    ["ArrowDown", "next"],
    ["ArrowUp", "previous"],
    ["H", "help"],
    ["S", "save"],
    ["C", "copy"],
    ["X", "cut"],
    ["V", "paste"],
    ["Shift+V", "paste-above"],
    ["Shift+M", "merge"],
    ["F", "find"],
    ["O", "toggle-output"],
    ["Enter", "edit"],
    ["1", "heading-1"],
    ["6", "heading-6"],
  ])("%s is a command on a cell, and text in its editor", (keys, name) => {
    expect(read(keys)).toBe(name);
    expect(read(keys, edit)).toBeUndefined();
  });

  test.each([
    ["Ctrl+Z", "undo"],
    ["Ctrl+Shift+Z", "redo"],
    ["Ctrl+Y", "redo"],
  ])("%s is for the whole notebook on a cell, and for one text in its editor", (keys, name) => {
    expect(read(keys)).toBe(name);
    expect(read(keys, edit)).toBe(`${name}-text`);
    const mac = keys.replace("Ctrl+Z", "Meta+Z").replace("Ctrl+Shift", "Meta+Shift");
    expect(read(mac, { ...command, mac: true })).toBe(name);
  });

  test("in the editor Esc leaves and Ctrl+Shift+Minus splits", () => {
    expect(read("Escape", edit)).toBe("leave");
    expect(read("Ctrl+M", edit)).toBe("leave");
    expect(read("Ctrl+Shift+Minus", edit)).toBe("split");
    expect(read("Ctrl+Shift+Minus", command)).toBeUndefined();
  });

  test.each([
    ["D", "delete"],
    ["I", "interrupt"],
    ["0", "restart"],
  ])("%s twice is %s; once, late or with another between it is nothing", (key, name) => {
    const reader = new KeyReader();
    const at = (time: number, pressed = key) => reader.read(press(pressed), command, time);
    expect(at(0)).toBe("part");
    expect(at(300)).toBe(name);
    expect(at(400)).toBe("part");
    expect(at(2000)).toBe("part");
    expect(at(2100, "Q")).toBeUndefined();
    expect(at(2200)).toBe("part");
  });

  test("a letter with a modifier is the browser's", () => {
    for (const keys of ["Ctrl+A", "Ctrl+C", "Meta+B", "Alt+D", "Ctrl+0"])
      expect(read(keys), keys).toBeUndefined();
  });

  test("on a Mac, Command is meant; Control+M still leaves", () => {
    const mac = { ...edit, mac: true };
    expect(read("Meta+Enter", mac)).toBe("run");
    expect(read("Meta+S", mac)).toBe("save");
    expect(read("Ctrl+M", mac)).toBe("leave");
    expect(read("Ctrl+Shift+Minus", mac)).toBe("split");
    expect(keyText("Mod+Enter", true)).toBe("⌘+Enter");
  });

  test("switched off, no single key does anything; the others do", () => {
    const off = { ...command, singleKeyShortcuts: false };
    const every = groups.flatMap(({ bindings }) => bindings.flatMap(({ keys }) => keys));
    for (const keys of every.filter(isSingle)) expect(read(keys.split(" ")[0]!, off), keys).toBeUndefined();
    expect(read("Shift+Enter", off)).toBe("run-next");
    expect(read("Enter", off)).toBe("edit");
    expect(read("ArrowDown", off)).toBe("next");
  });

  test("Shift+Tab is listed, and left to the editor and to the browser", () => {
    const listed = groups.flatMap(({ bindings }) => bindings).find(({ keys }) => keys.includes("Shift+Tab"));
    expect(listed?.means).toContain("the name at the cursor");
    expect(read("Shift+Tab")).toBeUndefined();
    expect(read("Shift+Tab", edit)).toBeUndefined();
  });

  test("no key means two things in one mode", () => {
    for (const mode of ["command", "edit"] as const) {
      const open = groups
        .flatMap(({ bindings }) => bindings)
        .filter(({ when }) => when === "any" || when === mode)
        .flatMap(({ keys }) => keys);
      expect(open.filter((keys, i) => open.indexOf(keys) !== i)).toEqual([]);
      // nor is one press the beginning of two and something by itself
      for (const keys of open.filter((one) => one.includes(" ")))
        expect(open).not.toContain(keys.split(" ")[0]);
    }
  });

  test("layouts that put a character elsewhere keep it", () => {
    const pressed = (key: string, code: string, held = {}) =>
      keyOf({ ...press(""), ...held, key, code } as Press, false);
    expect(pressed("z", "KeyY")).toBe("Z");
    const both = { ctrlKey: true, shiftKey: true };
    // American, German, and on a number pad
    for (const [key, code] of [
      ["_", "Minus"],
      ["_", "Slash"],
      ["-", "NumpadSubtract"],
    ] as const)
      expect(pressed(key, code, both)).toBe("Mod+Shift+Minus");
    // the German ß
    expect(pressed("?", "Minus", both)).toBe("Mod+Shift+?");
  });
});

describe("find and replace", () => {
  const cells = [newCell("code", "a.b = A\na.b"), newCell("markdown", "see a.b"), newCell("code", "axb")];

  test("finds text as it is written, in the order of reading", () => {
    const found = findAll(cells, { text: "a.b", matchCase: true });
    expect(found.map(({ id, from, to }) => [cells.findIndex((cell) => cell.id === id), from, to])).toEqual([
      [0, 0, 3],
      [0, 8, 11],
      [1, 4, 7],
    ]);
    expect(findAll(cells, { text: "", matchCase: true })).toEqual([]);
  });

  test("matches case or not", () => {
    expect(findAll(cells, { text: "A", matchCase: true })).toHaveLength(1);
    expect(findAll(cells, { text: "A", matchCase: false })).toHaveLength(5);
  });

  test("replaces all by the text as it is written, and names only what changes", () => {
    const changed = replaceAll(cells, { text: "a.b", matchCase: true }, "$& \\1");
    expect([...changed.keys()]).toEqual([cells[0]!.id, cells[1]!.id]);
    expect(changed.get(cells[1]!.id)).toBe("see $& \\1");
  });

  test("each place in a text with two characters at a line's end is one in an editor, and back", () => {
    const text = "a\r\n\r\nb\nc\r\n";
    const shown = text.replaceAll("\r\n", "\n");
    for (let offset = 0; offset <= shown.length; offset++) {
      const at = inText(text, offset);
      expect(text.slice(at).replaceAll("\r\n", "\n"), String(offset)).toBe(shown.slice(offset));
      expect(inEditor(text, at)).toBe(offset);
    }
  });

  test("replaces one place", () => {
    expect(replaceOne("abcabc", { id: "", from: 3, to: 6 }, "x")).toBe("abcx");
  });
});
