// Notebooks in and out of the page: the library, files, links, trust. It joins the elements and the store, and calls the
// page when another notebook is to be shown.

import {
  foreignLanguage,
  type Notebook,
  type NotebookEntry,
  type NotebookParts,
  type NotebookRecord,
  type NotebookStore,
  newCell,
  newNotebook,
  parseNotebook,
  type RemovedNotebook,
  serializeNotebook,
  titleOf,
  toScript,
} from "../../storage/index.ts";
import { namesNotebook, readAddress, unknownAddress } from "./address.ts";
import { type BuiltIn, firstBuiltIn } from "./builtins.ts";
import type { NotebookData } from "./data.ts";
import type { FileKind } from "./document-events.ts";
import { type Renderers, toHtml } from "./export-html.ts";
import {
  differing,
  fileName,
  isNotebookFile,
  pickFile,
  pickFiles,
  readText,
  saveFile,
  takeDrops,
} from "./files.ts";
import { Follower } from "./follow.ts";
import { isMarked, mark, remember, remembered, unmark } from "./marks.ts";
import type { NnFiles } from "./nn-files.ts";
import type { NnLibrary } from "./nn-library.ts";
import type { NnSave } from "./nn-save.ts";
import type { NnTrust } from "./nn-trust.ts";
import { openInPython } from "./open-in-python.ts";
import { toLink } from "./share.ts";
import { toZip } from "./zip.ts";
import "./nn-files.ts";
import "./nn-library.ts";
import "./nn-save.ts";
import "./nn-trust.ts";

export interface DocumentsWorld {
  readonly store: NotebookStore;
  readonly builtIns: readonly BuiltIn[];
  /** where files may be dropped */
  readonly page: HTMLElement;
  readonly panel: NnLibrary | null;
  readonly save: NnSave | null;
  readonly trust: NnTrust | null;
  readonly files: NnFiles | null;
  readonly data: NotebookData;
  readonly render: Renderers;
  /** what is open, as it stands now; undefined before something is */
  current(): { notebook: Notebook; record: NotebookEntry } | undefined;
  /** Show a notebook; what was open is saved first. Resolves to whether it is shown: the page says why when it is not. */
  open(record: NotebookRecord): Promise<boolean>;
  /** Keep what is open as it stands now; false where that fails, which the page says. */
  flush(): Promise<boolean>;
  /** Go to the beginning of what is open. */
  reveal(): Promise<void>;
  /** the reader trusts the one that is open */
  trusted(entry: NotebookEntry): void;
  /** the open one is to have this title */
  renamed(entry: NotebookEntry): void;
  /** whether a change of the open one by another tab should be shown */
  changedElsewhere(entry: NotebookEntry): "reload" | "ignore";
  say(message: string): void;
  complain(message: string, hint: string): void;
}

export interface Documents {
  /** Open what the address says, else what this tab had open, else what was changed last, else the first of the site's. */
  start(): Promise<void>;
  openFile(file: File): Promise<void>;
  /** Ask for a file. Call it from a click or a key. */
  pick(): Promise<void>;
  newNotebook(): Promise<void>;
  download(kind: FileKind): void;
  copyLink(): Promise<void>;
  /** Show the list anew, and what is open in it. */
  refresh(): Promise<void>;
  /** What is open has been written: its address and its title may be others now. */
  written(): void;
  dispose(): void;
}

export function connectDocuments(world: DocumentsWorld): Documents {
  const { store, builtIns, panel, save, trust } = world;
  let removed: RemovedNotebook | undefined;
  /** what is being shown, before it is seen */
  let drawn: string | undefined;
  /** counts what was opened: what took longer to arrive is not wanted any more */
  let wanted = 0;
  /** the address was there before what it asks for */
  let followed: string | undefined;
  /** the address of this page, without a notebook in it */
  const address = () => location.href.split("#")[0]!;

  /** Do something, and say what went wrong. */
  const attempt = async (work: () => unknown) => {
    try {
      await work();
    } catch (error) {
      const { message, hint = "" } = error as Error & { hint?: string };
      world.complain(message, hint);
    }
  };

  /** @param anew the address of what is open is a step that "back" undoes */
  const refresh = async (anew = false) => {
    const entries = await store.list();
    const record = world.current()?.record;
    // it may be a copy by now
    if (record) {
      remember(record.id);
      follower.show(record, anew);
    }
    if (save) save.address = record && follower.publicAddress(record);
    if (trust) trust.entry = entries.find(({ id }) => id === record?.id) ?? record;
    await world.data.refresh();
    if (!panel) return;
    Object.assign(panel, { entries, current: record?.id, removed: removed?.title });
  };

  /** @param asked a person has asked for it, wherever on the page: it is gone to, and said */
  const open = async (record: NotebookRecord, asked = false): Promise<boolean> => {
    const shown = world.current()?.record;
    // what is open goes on as it is: it may be running, or typed in
    const there = shown?.id === record.id && shown.version === record.version;
    wanted++;
    follower.opened(record);
    const opened = there || (await drawing(record.id, () => world.open(record)));
    // at once: the banner must not speak of the last one
    if (opened && trust) {
      trust.entry = record;
      trust.language = foreignLanguage(world.current()!.notebook);
    }
    if (opened && !there && save) save.link = undefined;
    if (opened && asked) {
      await world.reveal();
      world.say(`Opened ${record.title}.`);
    }
    await refresh(asked && opened && followed !== record.id);
    return opened;
  };

  /** Show a notebook, marked until it is seen: a page that hangs over one must not open it again by itself. */
  const drawing = async (id: string, show: () => Promise<boolean>): Promise<boolean> => {
    drawn = id;
    mark(id);
    try {
      return await show();
    } finally {
      // elements draw themselves before anything else happens, and are laid out when somebody asks where they are
      setTimeout(() => {
        world.page.getBoundingClientRect();
        unmark(id);
      });
    }
  };

  /** what comes from outside is a notebook that can be read, before it is kept */
  const made = (parts: Omit<NotebookParts, "title">) =>
    store.create({ ...parts, title: titleOf(parseNotebook(parts.text)) });
  const keep = async (parts: Omit<NotebookParts, "title">, asked = false) => open(await made(parts), asked);

  /** @param copy the one edited last, one that nobody has edited, or a new one; new as well when there is none */
  const builtIn = async (name: string, copy: "last" | "untouched" | "new") => {
    const { text } = builtIns.find((each) => each.name === name) ?? builtIns[0]!;
    const own = (await store.list()).filter(
      ({ source }) => source.kind === "built-in" && source.name === name,
    );
    for (const { id } of copy === "new" ? [] : own) {
      const record = await store.read(id);
      if (record && (copy === "last" || record.text === text)) return record;
    }
    return made({ text, source: { kind: "built-in", name }, trusted: true });
  };
  const openBuiltIn = async (name: string, copy: "last" | "untouched" | "new", asked = false) =>
    open(await builtIn(name, copy), asked);

  const follower = new Follower({
    store,
    builtIns,
    page: address,
    made,
    builtIn: (name) => builtIn(name, "untouched"),
    onRetry: ({ message }) => world.complain(message, "Trying again."),
  });

  const openFile = (file: File) =>
    attempt(async () => {
      const text = await readText(file);
      if (await keep({ text, source: { kind: "file", name: file.name }, trusted: false }, true))
        world.say(`Opened ${file.name}. Nothing in it has run.`);
    });

  const pick = () =>
    attempt(async () => {
      const file = await pickFile();
      if (file) await openFile(file);
    });

  const create = () =>
    attempt(async () => {
      const text = serializeNotebook({ ...newNotebook(), cells: [newCell("code")] });
      await keep({ text, source: { kind: "new" }, trusted: true }, true);
    });

  const download = (kind: FileKind) => {
    const current = world.current();
    if (!current) return;
    const { notebook, record } = current;
    const language = foreignLanguage(notebook);
    if (language !== undefined && (kind === "py" || kind === "python"))
      return world.complain(
        `This notebook is written in ${language}, so there is no Python of it to save.`,
        "Save it as .ipynb, and open that where its language runs.",
      );
    const name = (ending: string) => fileName(record.title, ending);
    switch (kind) {
      case "ipynb":
        return saveFile(name(".ipynb"), serializeNotebook(notebook), ipynb);
      case "py":
        return saveFile(name(".py"), toScript(notebook), "text/x-python");
      case "html":
        return saveFile(name(".html"), toHtml(notebook, world.render, address()), "text/html");
      case "python": {
        const site = new URL(".", address()).href;
        return saveFile(name(" (Python).ipynb"), serializeNotebook(openInPython(notebook, site)), ipynb);
      }
      default:
        return kind satisfies never;
    }
  };

  const copyLink = () =>
    attempt(async () => {
      const current = world.current();
      if (!current || !save) return;
      const link = await toLink(serializeNotebook(current.notebook), address());
      save.link = link;
      if (link.kind === "too-long")
        return world.say("The notebook is too long for a link; send the file instead.");
      save.link = { ...link, copied: await copied(link.href) };
      world.say(
        save.link.copied ? "Link copied." : "The browser refused to copy; the link is shown instead.",
      );
    });

  const copyAddress = async () => {
    const record = world.current()?.record;
    const href = record && follower.publicAddress(record);
    if (!href || !save) return;
    save.link = { kind: "link", href, withoutOutputs: false, copied: await copied(href) };
    world.say(
      save.link.copied ? "Address copied." : "The browser refused to copy; the address is shown instead.",
    );
  };

  /**
   * Open what the address asks for. @param asked by a person, while the page was open
   * @returns whether it asks for anything; what it asks for in vain is said, above the tutorial
   */
  const follow = async (asked: boolean): Promise<boolean> => {
    const { hash } = location;
    const mine = ++wanted;
    try {
      const names = builtIns.map(({ name }) => name);
      const wish = readAddress(hash, address(), names);
      // a place in a notebook, in a tab that shows one; else nothing that can be opened
      if (wish.kind === "other" && (asked || remembered())) return false;
      if (wish.kind === "other") throw unknownAddress(hash);
      const record = await follower.find(wish);
      // something else has been opened while this was on its way
      if (!record || mine !== wanted) return record !== undefined;
      if (!asked && isMarked(record.id)) return await passOver(record.title);
      followed = record.id;
      await open(record, asked);
      return true;
    } catch (error) {
      const { message, hint = "" } = error as Error & { hint?: string };
      if (mine !== wanted) return true;
      await openBuiltIn(firstBuiltIn, "untouched");
      world.complain(message, hint);
      return true;
    } finally {
      followed = undefined;
    }
  };

  /** A page that hung over a notebook opens another, and says so. */
  const passOver = async (title: string): Promise<boolean> => {
    await openBuiltIn(firstBuiltIn, "untouched");
    world.complain(
      `“${title}” was not opened, since the page did not finish showing it the last time.`,
      "In the list of notebooks it can be opened once more, or deleted.",
    );
    return true;
  };

  const start = async () => {
    await attempt(() => follow(false));
    if (world.current()) return;
    await attempt(async () => {
      const last = remembered() ?? (await store.list())[0]?.id;
      const record = last === undefined ? undefined : await store.read(last);
      if (!record) await openBuiltIn(firstBuiltIn, "last");
      else if (isMarked(record.id)) await passOver(record.title);
      else await open(record);
    });
    // what is wrong with the last one is said; the page is there all the same
    if (!world.current()) await attempt(() => openBuiltIn(firstBuiltIn, "untouched"));
  };

  const remove = async (id: string) => {
    // what is open is saved and left first, so that nothing of it is written afterwards
    if (world.current()?.record.id === id) {
      const next = (await store.list()).find((entry) => entry.id !== id && !isMarked(entry.id));
      const record = next && (await store.read(next.id));
      if (!(await (record ? open(record) : openBuiltIn(firstBuiltIn, "new")))) return;
    }
    removed = await store.remove(id);
    world.say(`Deleted ${removed.title}. It can be undone.`);
    await refresh();
  };

  const rename = async (id: string, title: string) => {
    const current = world.current();
    // what is open is saved by the page
    if (current?.record.id === id) world.renamed({ ...current.record, title });
    else await store.rename(id, title);
    await refresh();
    if (panel) panel.entries = panel.entries.map((entry) => (entry.id === id ? { ...entry, title } : entry));
  };

  const exportAll = async () => {
    const entries = await store.list();
    const names = differing(
      entries.map(({ title }) => title),
      ".ipynb",
    );
    const files = new Map<string, string>();
    for (const [i, { id }] of entries.entries()) {
      const open = world.current();
      const text = open?.record.id === id ? serializeNotebook(open.notebook) : (await store.read(id))?.text;
      if (text !== undefined) files.set(names[i]!, text);
    }
    saveFile("notebooks.zip", toZip(files), "application/zip");
  };

  const trustIt = async () => {
    // the one whose origin stands beside the button
    const asked = trust?.entry;
    if (!asked) return;
    const entry = await store.trust(asked.id);
    world.trusted(entry);
    world.say("This notebook is trusted now and may run.");
    await refresh();
  };

  const listening = new AbortController();
  const { signal } = listening;
  const on = <K extends keyof HTMLElementEventMap>(
    type: K,
    work: (event: HTMLElementEventMap[K]) => unknown,
  ) => world.page.addEventListener(type, (event) => void attempt(() => work(event)), { signal });
  on("nn-notebook-open", async ({ detail: { id } }) => {
    const record = await store.read(id);
    await (record ? open(record, true) : refresh());
  });
  on("nn-notebook-built-in", ({ detail: { name } }) => openBuiltIn(name, "untouched", true));
  on("nn-notebook-new", create);
  on("nn-notebook-file", pick);
  on("nn-notebook-list", () => panel?.reveal());
  on("nn-notebook-rename", ({ detail: { id, title } }) => rename(id, title));
  on("nn-notebook-duplicate", async ({ detail: { id } }) => {
    const open = world.current()?.record.id === id;
    if (open && !(await world.flush())) return;
    // what is open may have become a copy by that
    const { title } = await store.duplicate(open ? world.current()!.record.id : id);
    world.say(`Made ${title}.`);
    await refresh();
  });
  on("nn-notebook-remove", ({ detail: { id } }) => remove(id));
  on("nn-notebook-restore", async () => {
    if (!removed) return;
    const { title } = await store.restore(removed);
    removed = undefined;
    world.say(`${title} is back.`);
    await refresh();
  });
  on("nn-notebook-export", exportAll);
  on("nn-notebook-save", ({ detail: { kind } }) => download(kind));
  on("nn-notebook-link", copyLink);
  on("nn-notebook-trust", trustIt);
  on("nn-notebook-address", copyAddress);
  addEventListener(
    "hashchange",
    () =>
      void attempt(async () => {
        if (namesNotebook(location.hash) || location.hash === "") await follow(true);
        // what could not be opened, or is a place in the notebook, leaves the address to what is open
        await refresh();
      }),
    { signal },
  );
  // a page that hangs does not say good-bye
  addEventListener("pagehide", () => drawn && unmark(drawn), { signal });
  const addFiles = async (files: readonly File[]) => {
    if (files.length === 0) return;
    world.files?.reveal();
    const added: string[] = [];
    // one that is refused keeps no other out
    for (const file of files)
      await attempt(async () => {
        await world.data.add(file);
        added.push(file.name);
      });
    if (added.length === 0) return;
    world.say(`Added ${added.join(", ")}. Python opens ${added.length > 1 ? "them" : "it"} by name.`);
  };
  on("nn-file-choose", async () => addFiles(await pickFiles()));
  on("nn-file-save", async ({ detail: { name } }) => {
    const bytes = await world.data.read(name);
    if (bytes) saveFile(name.slice(name.lastIndexOf("/") + 1), new Blob([bytes]), "");
  });
  on("nn-file-remove", async ({ detail: { name } }) => {
    await world.data.remove(name);
    world.say(`Removed ${name}. It can be undone.`);
  });
  on("nn-file-restore", () => world.data.restore());
  const noDrops = takeDrops(world.page, (files) => {
    const data = files.filter((file) => !isNotebookFile(file));
    // they belong to what was open when they were dropped
    void attempt(async () => {
      await addFiles(data);
      const notebook = files.find(isNotebookFile);
      if (notebook) await openFile(notebook);
    });
  });
  const unsubscribe = store.subscribe((change) =>
    attempt(async () => {
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
      await refresh();
    }),
  );
  if (panel) Object.assign(panel, { offered: builtIns, kept: store.kind === "indexeddb" });

  return {
    start,
    openFile,
    pick,
    newNotebook: create,
    download,
    copyLink,
    refresh: () => refresh(),
    written: () => {
      const record = world.current()?.record;
      if (!record) return;
      follower.show(record, false);
      const listed = panel?.entries.find(({ id }) => id === record.id);
      if (listed && listed.title !== record.title) void attempt(refresh);
    },
    dispose: () => {
      listening.abort();
      noDrops();
      unsubscribe();
    },
  };
}

const ipynb = "application/x-ipynb+json";

/** whether the browser let a text be copied */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
