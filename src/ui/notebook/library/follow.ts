// Opens what an address asks for, and keeps the address that of what is open, so that back, forward, a reload and a
// bookmark lead to it again.

import {
  decodeNotebook,
  fetchBytes,
  type NotebookEntry,
  type NotebookParts,
  type NotebookRecord,
  type NotebookStore,
  type Retry,
  StorageError,
} from "../../../storage/index.ts";
import { type Asked, addressWritten, builtInFragment, ownFragment, urlFragment } from "./address.ts";
import type { BuiltIn } from "./builtins.ts";

export interface FollowPorts {
  readonly store: NotebookStore;
  readonly builtIns: readonly BuiltIn[];
  /** address of this page, without a notebook in it */
  page(): string;
  /** address of the page that links lead others to, without a notebook in it */
  publicPage(): string;
  /** Keep what came from outside; it is not shown yet. @throws StorageError "notebook-invalid" */
  made(parts: Omit<NotebookParts, "title">): Promise<NotebookRecord>;
  /** an untouched copy of one of the site's, made where there is none */
  builtIn(name: string): Promise<NotebookRecord>;
  /** a file of this site is waited for */
  onRetry(retry: Retry): void;
  readonly fetch?: typeof globalThis.fetch;
}

/** bytes of a file of this site */
const longest = 64 * 2 ** 20;

export class Follower {
  readonly #ports: FollowPorts;
  /** a notebook that is as its own address outside this device has it, at this version */
  #pristine: { readonly id: string; readonly version: number; readonly fragment: string } | undefined;

  /** counts what was opened, since an answer may come late */
  #opened = 0;
  /** the fragment as it was last read or written here; another one is a person's, who will be followed in a moment */
  #known: string | undefined;

  constructor(ports: FollowPorts) {
    this.#ports = ports;
  }

  /** The address is being followed as it is now. */
  read(): void {
    this.#known = location.hash;
  }

  /**
   * The notebook that is asked for; undefined when the address asks for none.
   * @throws StorageError "notebook-missing", "notebook-invalid", or as fetchBytes does
   */
  async find(asked: Asked): Promise<NotebookRecord | undefined> {
    const { store, made } = this.#ports;
    switch (asked.kind) {
      case "nothing":
      case "other":
        return undefined;
      case "built-in":
        return this.#ports.builtIn(asked.name);
      case "own": {
        const record = await store.read(asked.id);
        if (!record) throw notHere();
        return record;
      }
      case "url":
        return this.#file(asked.href);
      case "link": {
        const { hash } = location;
        const { fromLink } = await import("./share.ts");
        const text = await fromLink(hash);
        const record = await made({ text: text ?? "", source: { kind: "link" }, trusted: false });
        // a reload must not make another copy, whatever becomes of this one
        if (location.hash === hash) this.#write(ownFragment(record.id), false);
        return record;
      }
      default:
        return asked satisfies never;
    }
  }

  /** It is about to be shown. Resolves when it is known whether it is as its address has it. */
  async opened({ id, version, source, text }: NotebookRecord): Promise<void> {
    const mine = ++this.#opened;
    if (this.#pristine?.id !== id || this.#pristine.version !== version) this.#pristine = undefined;
    if (source.kind !== "built-in" || this.#pristine) return;
    const built = this.#ports.builtIns.find(({ name }) => name === source.name);
    // the site does not answer, so it is not known to be the same
    const now = await built?.text().catch(() => undefined);
    if (mine === this.#opened && now === text)
      this.#pristine = { id, version, fragment: builtInFragment(source.name) };
  }

  /** The fragment of what is open: of the file it came from while it is the same, else its own on this device. */
  fragmentOf({ id, version }: NotebookEntry): string {
    const own = this.#pristine?.id === id && this.#pristine.version === version;
    return own ? this.#pristine!.fragment : ownFragment(id);
  }

  /** Where others find the file that it came from, as it is on this site; undefined where it came from none. */
  publicAddress({ source }: NotebookEntry): string | undefined {
    const page = this.#ports.publicPage();
    if (source.kind === "url") return page + urlFragment(source.href, page);
    return source.kind === "built-in" ? page + builtInFragment(source.name) : undefined;
  }

  /** Have the address be that of what is open. @param anew as a step that "back" undoes */
  show(entry: NotebookEntry, anew: boolean): void {
    const fragment = this.fragmentOf(entry);
    // somebody has gone back meanwhile: what they want is not to be overwritten before it is read
    if (location.hash === fragment || location.hash !== (this.#known ?? location.hash)) return;
    this.#write(fragment, anew);
  }

  #write(fragment: string, anew: boolean): void {
    history[anew ? "pushState" : "replaceState"](null, "", this.#ports.page() + fragment);
    this.read();
    dispatchEvent(new Event(addressWritten));
  }

  /** A file of this site, not trusted; where it is kept as it is there now, that copy. */
  async #file(href: string): Promise<NotebookRecord> {
    const { store, made, page, onRetry, fetch = globalThis.fetch.bind(globalThis) } = this.#ports;
    const text = decodeNotebook(await fetchBytes(href, { fetch, longest, onRetry }).catch(explain));
    const kept = (await store.list()).filter(({ source }) => source.kind === "url" && source.href === href);
    let record: NotebookRecord | undefined;
    for (const { id } of kept) {
      const found = await store.read(id);
      if (found?.text === text) record ??= found;
    }
    record ??= await made({ text, source: { kind: "url", href }, trusted: false });
    const { id, version } = record;
    this.#pristine = { id, version, fragment: urlFragment(href, page()) };
    return record;
  }
}

function notHere(): StorageError {
  return new StorageError(
    "notebook-missing",
    "This device does not have the notebook of this address: it is kept only in the browser in which it was made, unless it was deleted there.",
    "Ask whoever sent the address for the notebook as a link or as a file.",
  );
}

/** hints for models' files are of no use here */
function explain(error: unknown): never {
  if (!(error instanceof StorageError) || error.code === "network") throw error;
  throw new StorageError(
    error.code,
    error.message,
    "Check the address; the file must be an .ipynb on this site.",
    { cause: error },
  );
}
