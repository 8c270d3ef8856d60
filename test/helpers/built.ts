// What the tests need built: it lies in .cache/tests, under a hash of all it was made from, so that it is made again only
// when that has changed. Nothing may write into it.

import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { join } from "node:path";
import { root } from "./fixtures.ts";

const cache = join(root, ".cache/tests");
/** hours after its last use that a folder is removed */
const unused = 12;

/**
 * The folder of what `make` writes into an empty one.
 * @param inputs files and folders that it is made from, from the project's root
 */
export async function built(
  name: string,
  inputs: readonly string[],
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cache, `${name}-${hashOf(inputs)}`);
  mkdirSync(cache, { recursive: true });
  if (!existsSync(folder)) {
    const unfinished = mkdtempSync(join(cache, "unfinished-"));
    await make(unfinished);
    try {
      renameSync(unfinished, folder);
    } catch (error) {
      // another run was faster
      if (!existsSync(folder)) throw error;
      rmSync(unfinished, { recursive: true });
    }
  }
  const now = new Date();
  utimesSync(folder, now, now);
  for (const other of readdirSync(cache).map((each) => join(cache, each))) {
    // another run may have taken it away, or given it its name, just now
    const used = statSync(other, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (now.getTime() - used > unused * 3_600_000) rmSync(other, { recursive: true, force: true });
  }
  return folder;
}

function hashOf(inputs: readonly string[]): string {
  const hash = createHash("sha256");
  const add = (path: string) => {
    const full = join(root, path);
    if (statSync(full).isFile()) return hash.update(`${path}\n`).update(readFileSync(full));
    for (const name of readdirSync(full).sort()) if (!ignored.test(`${path}/${name}`)) add(`${path}/${name}`);
  };
  for (const input of inputs) add(input);
  return hash.digest("hex").slice(0, 16);
}

/** what is no source */
const ignored = /^public\/models$|\/(__pycache__|node_modules|\.venv)$|\.tsbuildinfo$/;
