// What every NotebookStore does, as plain cases without a test runner: Node runs them on the one in memory, and a real
// Chromium on IndexedDB. A case gets an empty store and throws when the store fails it.

import { fileLimits, type NotebookStore } from "../../../src/storage/index.ts";

export interface NotebookCase {
  name: string;
  run(store: NotebookStore): Promise<void>;
}

/** a notebook's text with one cell */
export const textOf = (source: string) =>
  JSON.stringify({
    cells: [{ cell_type: "markdown", id: "a", metadata: {}, source: [source] }],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  });

const make = (store: NotebookStore, title: string) =>
  store.create({ title, source: { kind: "new" }, text: textOf(title), trusted: true });

const fileOf = (name: string, text: string) => ({ name, bytes: new TextEncoder().encode(text) });

const contentOf = async (store: NotebookStore, id: string, name: string) => {
  const bytes = await store.readFile(id, name);
  return bytes && new TextDecoder().decode(bytes);
};

const titles = async (store: NotebookStore) => (await store.list()).map(({ title }) => title).sort();

/** the code of what a promise rejects with */
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error) => (error as { code?: string }).code ?? String(error),
  );

export const notebookContract: NotebookCase[] = [
  {
    name: "knows nothing at first",
    async run(store) {
      equal(await store.list(), []);
      equal(await store.read("a"), undefined);
    },
  },
  {
    name: "gives back what was created, and lists it without its text",
    async run(store) {
      const record = await store.create({
        title: "One",
        source: { kind: "file", name: "one.ipynb" },
        text: textOf("é\ud83d\ude00"),
        trusted: false,
      });
      equal(record.version, 1);
      equal(await store.read(record.id), record);
      const { text: _, ...entry } = record;
      equal(await store.list(), [entry]);
    },
  },
  {
    name: "keeps several, the last changed first",
    async run(store) {
      const one = await make(store, "One");
      await make(store, "Two");
      await later();
      await store.write(one.id, textOf("1"), "One", 1);
      equal(
        (await store.list()).map(({ title }) => title),
        ["One", "Two"],
      );
    },
  },
  {
    name: "writes from the version that is there, and counts",
    async run(store) {
      const { id } = await make(store, "One");
      const first = await store.write(id, textOf("1"), "Uno", 1);
      equal(first.kind, "written");
      const second = await store.write(id, textOf("2"), "Uno", 2);
      equal(second.kind === "written" && second.record.version, 3);
      equal((await store.read(id))?.text, textOf("2"));
      equal(await titles(store), ["Uno"]);
    },
  },
  {
    name: "keeps both when somebody else has written since",
    async run(store) {
      const { id } = await make(store, "One");
      await store.write(id, textOf("theirs"), "One", 1);
      const mine = await store.write(id, textOf("mine"), "One", 1);
      if (mine.kind !== "conflict") throw new Error("no conflict");
      equal(mine.theirs?.text, textOf("theirs"));
      equal((await store.read(id))?.text, textOf("theirs"));
      equal((await store.read(mine.copy.id))?.text, textOf("mine"));
      equal(await titles(store), ["One", "One (from the other tab)"]);
      equal(mine.copy.trusted, true);
      // from then on the copy is written
      equal((await store.write(mine.copy.id, textOf("more"), "x", mine.copy.version)).kind, "written");
    },
  },
  {
    name: "loses nothing of ten writers at the same time",
    async run(store) {
      const { id } = await make(store, "One");
      const texts = Array.from({ length: 10 }, (_, i) => textOf(`writer ${i}`));
      const written = await Promise.all(texts.map((text) => store.write(id, text, "One", 1)));
      equal(written.filter(({ kind }) => kind === "written").length, 1);
      const kept = await Promise.all(
        (await store.list()).map(async (entry) => (await store.read(entry.id))?.text),
      );
      equal(kept.sort(), texts);
    },
  },
  {
    name: "makes no copy of what two tabs did alike",
    async run(store) {
      const { id } = await make(store, "One");
      await store.write(id, textOf("same"), "One", 1);
      equal((await store.write(id, textOf("same"), "One", 1)).kind, "written");
      equal(await titles(store), ["One"]);
    },
  },
  {
    name: "keeps as a copy what is written to a removed notebook, with what the writer knows of it",
    async run(store) {
      const { id } = await make(store, "One");
      await store.remove(id);
      const known = { source: { kind: "link" }, trusted: true } as const;
      const written = await store.write(id, textOf("on"), "One", 1, known);
      if (written.kind !== "conflict") throw new Error("no conflict");
      equal(written.theirs, undefined);
      equal([written.copy.source, written.copy.trusted, written.copy.title], [{ kind: "link" }, true, "One"]);
      equal((await store.write(id, textOf("off"), "One", 1)).kind === "conflict", true);
      equal((await store.list()).map(({ trusted }) => trusted).sort(), [false, true]);
    },
  },
  {
    name: "renames: the entry, and the text's own title",
    async run(store) {
      const { id } = await make(store, "One");
      const record = await store.rename(id, "Zwei");
      equal([record.title, record.version], ["Zwei", 2]);
      equal(JSON.parse(record.text).metadata.title, "Zwei");
      equal((await store.read(id))?.text, record.text);
    },
  },
  {
    name: "trusts without counting a write",
    async run(store) {
      const { id } = await store.create({
        title: "L",
        source: { kind: "link" },
        text: textOf("l"),
        trusted: false,
      });
      equal((await store.trust(id)).trusted, true);
      equal(
        (await store.list()).map(({ trusted, version }) => [trusted, version]),
        [[true, 1]],
      );
    },
  },
  {
    name: "duplicates, also that it is not trusted",
    async run(store) {
      const { id } = await store.create({
        title: "L",
        source: { kind: "link" },
        text: textOf("l"),
        trusted: false,
      });
      const copy = await store.duplicate(id);
      equal([copy.title, copy.trusted, copy.version, copy.source], ["L (copy)", false, 1, { kind: "link" }]);
      equal(await titles(store), ["L", "L (copy)"]);
    },
  },
  {
    name: "removes and restores",
    async run(store) {
      const record = await make(store, "One");
      const removed = await store.remove(record.id);
      equal(removed, { ...record, files: [] });
      equal(await store.list(), []);
      equal(await store.restore(removed), record);
      equal(await store.read(record.id), record);
    },
  },
  {
    name: "restores beside what has taken the place",
    async run(store) {
      const record = await make(store, "One");
      const back = await store.restore({ ...record, files: [] });
      equal(back.id === record.id, false);
      equal(await titles(store), ["One", "One (restored)"]);
    },
  },
  {
    name: "keeps files with a notebook, by their names, and replaces one of the same name",
    async run(store) {
      const { id } = await make(store, "One");
      const other = await make(store, "Two");
      await store.addFile(id, fileOf("data.csv", "a,b"));
      await store.addFile(id, fileOf("out/b.txt", "first"));
      const [, before] = await store.files(id);
      await store.addFile(id, fileOf("out/b.txt", "second"));
      const entries = await store.files(id);
      equal(
        entries.map(({ name, size }) => [name, size]),
        [
          ["data.csv", 3],
          ["out/b.txt", 6],
        ],
      );
      equal(entries[1]!.stamp === before!.stamp, false);
      equal(await contentOf(store, id, "out/b.txt"), "second");
      equal(await store.files(other.id), []);
      await store.removeFile(id, "data.csv");
      equal(await contentOf(store, id, "data.csv"), undefined);
      equal((await store.files(id)).length, 1);
    },
  },
  {
    name: "takes files along: removed and restored, duplicated, and into the copy of another tab's",
    async run(store) {
      const { id, version } = await make(store, "One");
      await store.addFile(id, fileOf("data.csv", "a,b"));
      const copy = await store.duplicate(id);
      equal(await contentOf(store, copy.id, "data.csv"), "a,b");
      const written = await store.write(id, textOf("x"), "X", version + 5);
      if (written.kind !== "conflict") throw new Error("no conflict");
      equal(await contentOf(store, written.copy.id, "data.csv"), "a,b");
      const removed = await store.remove(id);
      equal(await store.files(id), []);
      await store.restore(removed);
      equal(await contentOf(store, id, "data.csv"), "a,b");
    },
  },
  {
    name: "refuses files that are too large, too many, or called something that no file can be",
    async run(store) {
      const { id } = await make(store, "One");
      const add = (name: string, size = 1) =>
        refusal(store.addFile(id, { name, bytes: new Uint8Array(size) }));
      for (const name of ["", "..", "a/../b", "/a", "a//b", "a\u0000b", "a\\b", "x".repeat(201)])
        equal(await add(name), "file-refused");
      equal(await add("large", fileLimits.one + 1), "file-refused");
      equal(await add("a", fileLimits.one), "done");
      equal(await add("b", fileLimits.one), "done");
      equal(await add("c"), "file-refused");
      // in place of one that is there it has room
      equal(await add("b"), "done");
      equal(await add("c"), "done");
    },
  },
  {
    name: "says that a notebook is gone",
    async run(store) {
      for (const work of [store.rename("x", "y"), store.trust("x"), store.duplicate("x"), store.remove("x")])
        equal(await refusal(work), "notebook-missing");
      equal(await store.list(), []);
    },
  },
  {
    name: "keeps a notebook of five million characters",
    async run(store) {
      const text = textOf("x".repeat(5e6));
      const { id } = await store.create({ title: "L", source: { kind: "new" }, text, trusted: true });
      equal((await store.read(id))?.text.length, text.length);
    },
  },
];

/** so that two changes have different times */
function later(): Promise<void> {
  const from = Date.now();
  return new Promise((resolve) => {
    const wait = () => (Date.now() > from ? resolve() : void setTimeout(wait, 1));
    wait();
  });
}

/** deep equality of plain data, whatever the order of keys */
function equal(actual: unknown, expected: unknown): void {
  const text = (value: unknown): string =>
    JSON.stringify(value, (_, each) =>
      typeof each === "object" && each !== null && !Array.isArray(each)
        ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
        : each,
    ) ?? "undefined";
  if (text(actual) !== text(expected)) throw new Error(`expected ${text(expected)}, got ${text(actual)}`);
}
