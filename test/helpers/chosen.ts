// A folder of this computer as a browser hands over one that a person has chosen: files that are read where they lie.

import { openAsBlob, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { ChosenFile } from "../../src/engine/index.ts";

/** @param name what the folder is called; default: as it is */
export function chosenFolder(folder: string, name = basename(folder)): Promise<ChosenFile[]> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return Promise.all(
    files.map(async ({ parentPath, name: file }) => {
      const path = join(parentPath, file);
      return { path: `${name}${path.slice(folder.length)}`, file: await openAsBlob(path) };
    }),
  );
}
