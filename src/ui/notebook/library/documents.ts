// Notebooks in and out of the page: hears the list, the menus, dropped files, the address and other tabs, and has the
// opener, the library and the exports carry out what they ask for.

import {
  type Cell,
  type NotebookChange,
  newCell,
  newNotebook,
  serializeNotebook,
} from "../../../storage/index.ts";
import type { Answers } from "../answers/answers.ts";
import { isAnswer, startsSheet } from "../book/answers.ts";
import { followAddress, openFirst } from "../start.ts";
import { namesNotebook } from "./address.ts";
import { DataFileEvents } from "./data-file-events.ts";
import type { Documents, DocumentsWorld } from "./documents-world.ts";
import { isNotebookFile, pickFile, readText, takeDrops } from "./files.ts";
import { Library } from "./library.ts";
import { Opener } from "./opener.ts";
import "./nn-files.ts";
import "./nn-library.ts";
import "./nn-save.ts";
import "./nn-trust.ts";
import { isolated } from "../render/isolated.ts";
import { Part } from "../render/part.ts";
import { whenUsed } from "../render/used.ts";

/** the ways out of the page are a script of their own; asked for ahead, so that what a click may do is still allowed */
const exports = new Part(() => import("./exports.ts"));
const coursePage = new Part(() => import("./course-page.ts"));

export function connectDocuments(world: DocumentsWorld): Documents {
  const { store, builtIns, panel } = world;
  const opener = new Opener(world);
  const library = new Library(world, opener);
  const dataFiles = new DataFileEvents(world, opener);
  const listening = new AbortController();
  const { signal } = listening;
  const attempt = (work: () => unknown) => opener.attempt(work);

  const openFile = (file: File) =>
    attempt(async () => {
      const text = await readText(file);
      const source = { kind: "file" as const, name: file.name };
      if (await opener.openNew({ text, source, trusted: false }, true))
        world.say(`Opened ${isolated(file.name)}. Nothing in it has run.`);
    });

  const pick = () =>
    attempt(async () => {
      const file = await pickFile();
      if (file) await openFile(file);
    });

  const create = () =>
    attempt(async () => {
      const text = serializeNotebook({ ...newNotebook(), cells: [newCell("code")] });
      await opener.openNew({ text, source: { kind: "new" }, trusted: true }, true);
    });

  let answers: Promise<Answers> | undefined;
  const withAnswers = () => {
    answers ??= import("../answers/answers.ts").then(({ Answers }) => new Answers(world, attempt));
    // should its script not arrive, it is asked for again
    answers.catch(() => (answers = undefined));
    return answers;
  };
  let drawn: { cells: readonly Cell[]; session: number } | undefined;

  const on = <K extends keyof HTMLElementEventMap>(
    type: K,
    work: (event: HTMLElementEventMap[K]) => unknown,
  ) => world.page.addEventListener(type, (event) => void attempt(() => work(event)), { signal });
  on("nn-notebook-open", async ({ detail: { id } }) => {
    const record = await store.read(id);
    await (record ? opener.open(record, true) : opener.refresh());
  });
  on("nn-notebook-built-in", ({ detail: { name } }) => opener.openBuiltIn(name, "untouched", true));
  on("nn-notebook-new", create);
  on("nn-notebook-file", pick);
  on("nn-notebook-list", () => panel?.reveal());
  on("nn-notebook-rename", ({ detail: { id, title } }) => library.rename(id, title));
  on("nn-notebook-duplicate", ({ detail: { id } }) => library.duplicate(id));
  on("nn-notebook-remove", ({ detail: { id } }) => library.remove(id));
  on("nn-notebook-restore", () => library.restore());
  on("nn-notebook-trust", () => library.trust());
  on("nn-answers-open", async () => (await withAnswers()).reveal());
  on("nn-notebook-export", async () => (await exports.load()).exportAll(world));
  on("nn-notebook-save", async ({ detail: { kind } }) => (await exports.load()).download(world, kind));
  on("nn-notebook-link", async () => (await exports.load()).copyLink(world));
  on("nn-notebook-course", async () => (await coursePage.load()).openCoursePage(world, opener));
  on("nn-notebook-address", async () => (await exports.load()).copyAddress(world, opener));
  whenUsed(() => void exports.load().catch(() => {}));
  on("nn-file-choose", () => dataFiles.choose());
  on("nn-file-save", ({ detail: { name } }) => dataFiles.save(name));
  on("nn-file-remove", ({ detail: { name } }) => dataFiles.remove(name));
  on("nn-file-restore", () => world.data.restore());

  addEventListener(
    "hashchange",
    () =>
      void attempt(async () => {
        opener.follower.read();
        if (namesNotebook(location.hash) || location.hash === "") await followAddress(world, opener, true);
        // what could not be opened, or is a place in the notebook, leaves the address to what is open
        await opener.refresh();
      }),
    { signal },
  );
  // a page that hangs does not say good-bye
  addEventListener("pagehide", () => opener.leave(), { signal });
  const noDrops = takeDrops(world.page, (files) => {
    const others = files.filter((file) => !isNotebookFile(file));
    void attempt(async () => {
      const sheets: File[] = [];
      for (const file of others) if (await startsSheet(file)) sheets.push(file);
      if (sheets.length > 0) await (await withAnswers()).take(sheets);
      // they belong to what was open when they were dropped
      await dataFiles.add(others.filter((file) => !sheets.includes(file)));
      const notebook = files.find(isNotebookFile);
      if (notebook) await openFile(notebook);
    });
  });

  const changedInAnotherTab = async (change: NotebookChange) => {
    if (change.kind === "changed" && world.changedElsewhere(change.entry) === "reload") {
      const record = await store.read(change.entry.id);
      if (record) {
        await world.open(record);
        world.say("Another tab has changed this notebook; it is shown as it is now.");
      }
    }
    if (change.kind === "files" && change.id !== world.current()?.record.id) return;
    if (change.kind === "removed" && change.id === world.current()?.record.id)
      world.say("Another tab has deleted this notebook. What you change here is kept as a copy.");
    await opener.refresh();
  };
  const unsubscribe = store.subscribe((change) => attempt(() => changedInAnotherTab(change)));
  if (panel) Object.assign(panel, { offered: builtIns, kept: store.kind === "indexeddb" });

  return {
    start: () => openFirst(world, opener),
    openFile,
    pick,
    newNotebook: create,
    download: (kind) => attempt(async () => (await exports.load()).download(world, kind)),
    copyLink: () => attempt(async () => (await exports.load()).copyLink(world)),
    refresh: () => opener.refresh(),
    drawn: () => {
      const { notebook, session } = world.book();
      const { cells } = notebook;
      if (cells === drawn?.cells && session === drawn.session) return;
      drawn = { cells, session };
      if (!answers && !cells.some(isAnswer)) return;
      void attempt(async () => (await withAnswers()).draw());
    },
    written: () => {
      const record = world.current()?.record;
      if (!record) return;
      opener.follower.show(record, false);
      const listed = panel?.entries.find(({ id }) => id === record.id);
      if (listed && listed.title !== record.title) void attempt(() => opener.refresh());
    },
    dispose: () => {
      listening.abort();
      noDrops();
      unsubscribe();
    },
  };
}
