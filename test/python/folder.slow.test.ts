// Files between the page and Python's working folder, in Pyodide in Node: what is given is opened by name, what a cell
// writes or removes is told, once.

import { loadPyodide } from "pyodide";
import { beforeAll, describe, expect, it } from "vitest";
import { Folder } from "../../src/python/worker/folder.ts";

let python: Awaited<ReturnType<typeof loadPyodide>>;
let folder: Folder;
beforeAll(async () => {
  python = await loadPyodide();
  folder = new Folder(python.FS);
});

const file = (name: string, text: string) => ({ name, bytes: new TextEncoder().encode(text) });
/** what has changed, as text */
const changes = () => {
  const { put, remove, left } = folder.changes();
  return { put: put.map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)]), remove, left };
};
const nothing = { put: [], remove: [], left: [] };

describe("Python's working folder", () => {
  it("has the files that are given, which are no news", () => {
    folder.apply({
      put: [file("data.csv", "word,count\nthis,2\n"), file("in/er/a.json", '{"a": [1]}')],
      remove: [],
    });
    expect(python.runPython("import csv; [row['word'] for row in csv.DictReader(open('data.csv'))][0]")).toBe(
      "this",
    );
    expect(python.runPython("import json; json.load(open('in/er/a.json'))['a'][0]")).toBe(1);
    expect(changes()).toEqual(nothing);
  });

  it("tells what is written, changed and removed, once", () => {
    python.runPython(`
import os
os.makedirs("out", exist_ok=True)
open("out/result.txt", "w").write("é")
open("data.csv", "a").write("that,3\\n")
os.remove("in/er/a.json")
`);
    expect(changes()).toEqual({
      put: [
        ["data.csv", "word,count\nthis,2\nthat,3\n"],
        ["out/result.txt", "é"],
      ],
      remove: ["in/er/a.json"],
      left: [],
    });
    // what may have been written in the millisecond of the look is looked at once more, and then it is known
    folder.changes();
    python.runPython("import time; time.sleep(0.01)");
    folder.changes();
    expect(changes()).toEqual(nothing);
  });

  it("tells a rewrite of the same length at once", () => {
    for (const text of ["aaaa", "bbbb", "cccc", "dddd"]) {
      python.runPython(`open("same.txt", "w").write("${text}"); None`);
      expect(changes().put).toContainEqual(["same.txt", text]);
    }
  });

  it("forgets what the page removes, and is not told of it", () => {
    folder.apply({ put: [], remove: ["data.csv", "never/there"] });
    expect(python.runPython("import os; os.path.exists('data.csv')")).toBe(false);
    expect(changes().remove).toEqual([]);
  });

  it("leaves where they are: files that are too large, links, and what Python compiles", () => {
    python.runPython(`
import os
open("large.bin", "wb").truncate(33 * 2 ** 20)
os.symlink("/usr", "link")
os.makedirs("__pycache__", exist_ok=True)
open("__pycache__/x.pyc", "w").write("x")
`);
    expect(changes()).toEqual({ put: [], remove: [], left: [{ name: "large.bin", size: 33 * 2 ** 20 }] });
    python.runPython("import os; os.remove('large.bin')");
    expect(changes().left).toEqual([]);
  });
});
