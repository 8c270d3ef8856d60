// Opens a notebook on the page, and keeps what stands around it in step: the list, the address, the banner of trust. It
// also makes the notebooks that are opened for the first time.

import {
  foreignLanguage,
  type NotebookParts,
  type NotebookRecord,
  parseNotebook,
  type RemovedNotebook,
  titleOf,
} from "../../../storage/index.ts";
import { isolated } from "../render/isolated.ts";
import { mark, remember, unmark } from "../render/marks.ts";
import { nearDrawn } from "../render/near.ts";
import type { DocumentsWorld } from "./documents-world.ts";
import { Follower } from "./follow.ts";

/** which copy of a notebook of the site; a new one as well when there is none */
export type Copy =
  /** the one edited last */
  | "last"
  /** one that nobody has edited */
  | "untouched"
  | "new";

export class Opener {
  readonly #world: DocumentsWorld;
  readonly follower: Follower;
  /** the notebook deleted last, which can be had back */
  removed: RemovedNotebook | undefined;
  /** counts what was opened: what took longer to arrive is not wanted any more */
  wanted = 0;
  /** how often a person has asked for a notebook */
  asked = 0;
  /** id of the notebook whose address was there before it */
  followed: string | undefined;
  /** what is being shown, before it is seen */
  readonly #drawn = new Set<string>();

  constructor(world: DocumentsWorld) {
    this.#world = world;
    this.follower = new Follower({
      store: world.store,
      builtIns: world.builtIns,
      page: pageAddress,
      publicPage,
      made: (parts) => this.#made(parts),
      builtIn: (name) => this.#builtIn(name, "untouched"),
      onRetry: ({ message }) => world.complain(message, "Trying again."),
    });
  }

  /** Do something, and say what went wrong. */
  async attempt(work: () => unknown): Promise<void> {
    try {
      await work();
    } catch (error) {
      const { message, hint = "" } = error as Error & { hint?: string };
      this.#world.complain(message, hint);
    }
  }

  /**
   * Show the list anew, and what is open in it.
   * @param anew the address of what is open is a step that "back" undoes
   */
  async refresh(anew = false): Promise<void> {
    const { store, panel, save, trust, data } = this.#world;
    const entries = await store.list();
    const record = this.#world.current()?.record;
    // it may be a copy by now
    if (record) {
      remember(record.id);
      this.follower.show(record, anew);
    }
    if (save) save.address = record && this.follower.publicAddress(record);
    if (trust) trust.entry = entries.find(({ id }) => id === record?.id) ?? record;
    await data.refresh();
    if (!panel) return;
    Object.assign(panel, { entries, current: record?.id, removed: this.removed?.title });
  }

  /** @param asked a person has asked for it, wherever on the page: it is gone to, and said */
  async open(record: NotebookRecord, asked = false): Promise<boolean> {
    const world = this.#world;
    const { save, trust } = world;
    const shown = world.current()?.record;
    // what is open goes on as it is: it may be running, or typed in
    const there = shown?.id === record.id && shown.version === record.version;
    this.wanted++;
    if (asked) this.asked++;
    const known = this.follower.opened(record);
    const opened = there || (await this.#drawing(record.id, () => world.open(record)));
    // at once: the banner must not speak of the last one
    if (opened && trust) {
      trust.entry = record;
      trust.language = foreignLanguage(world.current()!.notebook);
    }
    if (opened && !there && save) save.link = undefined;
    if (opened && asked) {
      await world.reveal();
      world.say(`Opened ${isolated(record.title)}.`);
    }
    await known;
    await this.refresh(asked && opened && this.followed !== record.id);
    return opened;
  }

  async openBuiltIn(name: string, copy: Copy, asked = false): Promise<boolean> {
    return this.open(await this.#builtIn(name, copy), asked);
  }

  /** Open the last notebook, or without one that of the site, unless a person has asked for another meanwhile. */
  async openUnasked(last: NotebookRecord | undefined, name: string, copy: Copy): Promise<void> {
    const record = last ?? (await this.#builtIn(name, copy));
    if (this.asked === 0) await this.open(record);
  }

  /** Keep a notebook that is new here, and open it. */
  async openNew(parts: Omit<NotebookParts, "title">, asked = false): Promise<boolean> {
    return this.open(await this.#made(parts), asked);
  }

  /** The page is left: what it was about to show does not mean that it hung. */
  leave(): void {
    for (const id of this.#drawn) unmark(id);
  }

  /** Show a notebook, marked until it is seen: a page that hangs over one must not open it again by itself. */
  async #drawing(id: string, show: () => Promise<boolean>): Promise<boolean> {
    this.#drawn.add(id);
    mark(id);
    try {
      return await show();
    } finally {
      void nearDrawn().then(() => {
        // what was drawn is laid out when somebody asks where it is
        this.#world.page.getBoundingClientRect();
        this.#drawn.delete(id);
        unmark(id);
      });
    }
  }

  /** What comes from outside is a notebook that can be read, before it is kept. */
  async #made(parts: Omit<NotebookParts, "title">): Promise<NotebookRecord> {
    return this.#world.store.create({ ...parts, title: titleOf(parseNotebook(parts.text)) });
  }

  async #builtIn(name: string, copy: Copy): Promise<NotebookRecord> {
    const { store, builtIns } = this.#world;
    const built = builtIns.find((each) => each.name === name) ?? builtIns[0]!;
    const text = await built.text(({ message }) => this.#world.complain(message, "Trying again."));
    const own = (await store.list()).filter(
      ({ source }) => source.kind === "built-in" && source.name === name,
    );
    for (const { id } of copy === "new" ? [] : own) {
      const record = await store.read(id);
      if (record && (copy === "last" || record.text === text)) return record;
    }
    return this.#made({ text, source: { kind: "built-in", name }, trusted: true });
  }
}

/** the address of this page, without a notebook in it */
export function pageAddress(): string {
  return location.href.split("#")[0]!;
}

/** The address of the page that links lead others to: from a frame in a course page it is the site's own page. */
export function publicPage(): string {
  const page = pageAddress();
  return "embedded" in document.documentElement.dataset ? new URL(".", page).href : page;
}
