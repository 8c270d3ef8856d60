// Keeps the open notebook as one types: one write at a time, the newest content last, from the version that is kept. When
// another tab has written in between, it goes on with the copy that the store has made of this tab's.

import type { NotebookEntry, NotebookRecord, NotebookStore } from "../../../storage/index.ts";
import { forgetUnsaved, keepUnsaved } from "./unsaved.ts";

/** milliseconds after the last change, and at most after the first one that is not saved */
const calm = 400;
const longest = 2000;
/** after a failure, until the next attempt */
const again = 15_000;

export interface Content {
  readonly text: string;
  readonly title: string;
}

export type SaveState = "saved" | "waiting" | "saving" | { readonly message: string; readonly hint: string };

export interface AutosavePorts {
  onState(state: SaveState): void;
  /** this tab's notebook is kept as `copy` now; `theirs` stands in its place, undefined when that was removed */
  onConflict(copy: NotebookRecord, theirs: NotebookRecord | undefined): void;
}

export class Autosave {
  readonly #store: NotebookStore;
  readonly #ports: AutosavePorts;
  #record: NotebookEntry;
  #content: (() => Content) | undefined;
  #due = Number.POSITIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> | undefined;
  /** what is on its way */
  #underWay: Content | undefined;
  /** of the notebook that the page was left with, not all of it saved; the page may come back */
  #left: string | undefined;
  #failed = false;
  #closed = false;
  /** of a copy, as long as its own title is the one that the other has, too */
  #renamed: { from: string; to: string } | undefined;
  readonly #hidden = () => {
    if (document.visibilityState === "hidden") void this.flush();
  };
  /** IndexedDB is not done before the page has ended */
  readonly #leave = () => {
    const unsaved = this.#content ? this.#titled(this.#content()) : this.#underWay;
    if (!unsaved || this.#store.kind === "memory") return;
    const { id, version } = this.#record;
    keepUnsaved(id, { ...unsaved, version, underWay: this.#underWay?.text });
    this.#left = id;
  };

  /** @param record of the open notebook, as it was read or created */
  constructor(store: NotebookStore, record: NotebookEntry, ports: AutosavePorts) {
    this.#store = store;
    this.#record = record;
    this.#ports = ports;
    document.addEventListener("visibilitychange", this.#hidden);
    addEventListener("pagehide", this.#leave);
  }

  /** what is kept of it */
  get record(): NotebookEntry {
    return this.#record;
  }

  /** true when something is not saved yet */
  get pending(): boolean {
    return this.#content !== undefined || this.#writing !== undefined;
  }

  /** The notebook has changed; `content` is asked for when it is time to save. */
  change(content: () => Content): void {
    if (this.#closed) return;
    const first = this.#content === undefined;
    this.#content = content;
    if (first) this.#due = Date.now() + longest;
    if (!this.#writing) this.#ports.onState("waiting");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), Math.min(calm, Math.max(0, this.#due - Date.now())));
  }

  /**
   * Save what is not saved. Never rejects; a failure goes to onState, and the next change tries again, or a while later
   * this does.
   * @returns whether all of it is saved
   */
  async flush(): Promise<boolean> {
    clearTimeout(this.#timer);
    while (this.#writing || this.#content) {
      if (this.#writing) await this.#writing;
      else {
        this.#writing = this.#write(this.#content!);
        await this.#writing;
        this.#writing = undefined;
        if (this.#failed) return false;
      }
    }
    return true;
  }

  /**
   * Hear what another tab did to this notebook: "reload" when its version can be shown, since nothing of this tab's is
   * unsaved; else "ignore", and the next save makes a copy.
   */
  entry(entry: NotebookEntry): "reload" | "ignore" {
    if (entry.id !== this.#record.id) return "ignore";
    if (entry.version === this.#record.version) {
      // trusted, perhaps; its content is this one's
      this.#record = entry;
      return "ignore";
    }
    return entry.version > this.#record.version && !this.pending ? "reload" : "ignore";
  }

  /** Save, and keep nothing more from then on. Where that fails, it goes on as before. @returns whether all of it is saved */
  async close(): Promise<boolean> {
    if (!(await this.flush())) return false;
    this.#closed = true;
    document.removeEventListener("visibilitychange", this.#hidden);
    removeEventListener("pagehide", this.#leave);
    return true;
  }

  async #write(content: () => Content): Promise<void> {
    this.#content = undefined;
    // what is tried again by itself is said when it has worked
    if (!this.#failed) this.#ports.onState("saving");
    this.#failed = false;
    const { id, version } = this.#record;
    try {
      const own = content();
      this.#underWay = this.#titled(own);
      const { text, title } = this.#underWay;
      const written = await this.#store.write(id, text, title, version, this.#record);
      if (written.kind === "conflict") {
        this.#renamed = { from: own.title, to: written.copy.title };
        this.#record = written.copy;
        this.#ports.onConflict(written.copy, written.theirs);
      } else this.#record = written.record;
      if (this.#left && !this.#content) {
        forgetUnsaved(this.#left);
        this.#left = undefined;
      }
      this.#ports.onState(this.#content ? "waiting" : "saved");
    } catch (error) {
      this.#failed = true;
      this.#content ??= content;
      this.#timer = setTimeout(() => void this.flush(), again);
      const { message, hint = "" } = error as Error & { hint?: string };
      this.#ports.onState({ message, hint });
    } finally {
      this.#underWay = undefined;
    }
  }

  /** with the title that a copy was given */
  #titled({ text, title }: Content): Content {
    return { text, title: title === this.#renamed?.from ? this.#renamed.to : title };
  }
}
