// The working folder of Python's worker: what the page puts there before a cell, and what a cell has changed in it.

import type { DataFile } from "../../storage/index.ts";

/** files that are new or have another content, and names of those that are gone */
export interface FolderChange {
  readonly put: readonly DataFile[];
  readonly remove: readonly string[];
  /** files that were left where they are, since they are too large or too many, with their sizes */
  readonly left?: readonly { readonly name: string; readonly size: number }[];
}

/** what of Emscripten's file system is used here */
interface Files {
  cwd(): string;
  mkdirTree(path: string): void;
  readdir(path: string): string[];
  lstat(path: string): { mode: number; size: number; mtime: Date | number };
  isDir(mode: number): boolean;
  isFile(mode: number): boolean;
  readFile(path: string): Uint8Array<ArrayBuffer>;
  writeFile(path: string, bytes: Uint8Array): void;
  unlink(path: string): void;
  utime(path: string, accessed: number, modified: number): void;
}

/** what a file was when it was looked at last */
interface Look {
  readonly size: number;
  readonly modified: number;
  /** it may have been changed again in the same millisecond */
  readonly fresh: boolean;
}

/** bytes of one file, and of all, that are told to the page; deeper and more than so many are not looked at */
const limits = { one: 32 * 2 ** 20, all: 64 * 2 ** 20, count: 200, depth: 8 };

export class Folder {
  readonly #files: Files;
  readonly #root: string;
  #known = new Map<string, Look>();

  constructor(files: Files) {
    this.#files = files;
    this.#root = files.cwd();
    this.#known = this.#look();
  }

  /** Make the page's changes; it does not report them back. */
  apply({ put, remove }: FolderChange): void {
    const files = this.#files;
    for (const name of remove) {
      if (!this.#known.delete(name)) continue;
      try {
        files.unlink(this.#path(name));
      } catch {
        // Python has removed it meanwhile
      }
    }
    // a little older than anything that a cell does now
    const modified = Date.now() - 1000;
    for (const { name, bytes } of put) {
      const path = this.#path(name);
      files.mkdirTree(path.slice(0, path.lastIndexOf("/")));
      files.writeFile(path, bytes);
      files.utime(path, modified, modified);
    }
    const looks = this.#look();
    for (const { name } of put) {
      const look = looks.get(name);
      if (look) this.#known.set(name, look);
    }
  }

  /** What has changed since the last time. */
  changes(): FolderChange {
    const looks = this.#look();
    const put: DataFile[] = [];
    const left: { name: string; size: number }[] = [];
    let total = 0;
    for (const [name, look] of looks) {
      total += look.size;
      const before = this.#known.get(name);
      if (before && !before.fresh && before.size === look.size && before.modified === look.modified) continue;
      if (look.size > limits.one || total > limits.all) left.push({ name, size: look.size });
      else put.push({ name, bytes: this.#files.readFile(this.#path(name)) });
    }
    const remove = [...this.#known.keys()].filter((name) => !looks.has(name));
    this.#known = looks;
    return { put, remove, left };
  }

  #path(name: string): string {
    return `${this.#root}/${name}`;
  }

  /** all files below the folder; links lead anywhere, and are left out */
  #look(): Map<string, Look> {
    const now = Date.now();
    const looks = new Map<string, Look>();
    const folders = [{ path: "", depth: 0 }];
    for (const { path, depth } of folders)
      for (const entry of this.#files.readdir(this.#path(path))) {
        if (entry === "." || entry === "..") continue;
        const name = path + entry;
        const { mode, size, mtime } = this.#files.lstat(this.#path(name));
        if (this.#files.isDir(mode)) {
          // what Python compiles for itself
          if (depth < limits.depth && entry !== "__pycache__")
            folders.push({ path: `${name}/`, depth: depth + 1 });
        } else if (this.#files.isFile(mode) && looks.size < limits.count) {
          const modified = Number(mtime);
          looks.set(name, { size, modified, fresh: modified >= now });
        }
      }
    return looks;
  }
}
