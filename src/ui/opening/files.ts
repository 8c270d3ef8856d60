// The files of a folder that a person has chosen or dropped, by the ways that all browsers have for it.

import type { ChosenFile } from "../../engine/index.ts";
import { EngineError } from "../../model/index.ts";

/** files that are looked through; a model's folder has a dozen, a disk has millions */
export const most = 20_000;

/** What a file input holds: of a folder with the path of each file in it. */
export function inputFiles(files: FileList): ChosenFile[] {
  return [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/**
 * What was dropped: files, folders, or both. To be called while the drop is handled: later the browser tells nothing.
 * @throws EngineError "checkpoint" when the folder has more files than anybody means, or cannot be read
 */
export async function droppedFiles({ items, files }: DataTransfer): Promise<ChosenFile[]> {
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return inputFiles(files);
  const found: ChosenFile[] = [];
  try {
    // the folders of a folder after its files, so that the nearest are found first
    for (const entry of entries) {
      if (entry.isFile) await add(found, entry as FileSystemFileEntry);
      else for (const inside of await entriesIn(entry as FileSystemDirectoryEntry)) entries.push(inside);
      if (entries.length > most) throw tooMany();
    }
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw new EngineError(
      "checkpoint",
      "The browser could not read what was dropped.",
      "Choose it with the buttons.",
      { cause },
    );
  }
  return found;
}

async function add(found: ChosenFile[], entry: FileSystemFileEntry): Promise<void> {
  const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
  found.push({ path: entry.fullPath.replace(/^\//, ""), file });
}

async function entriesIn(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  // a reader gives a hundred at a time, and at the end none
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
    if (all.length > most) throw tooMany();
  }
}

export function tooMany(): EngineError {
  return new EngineError(
    "checkpoint",
    `There are more than ${most.toLocaleString("en")} files in what was dropped.`,
    "Choose the model’s own folder.",
  );
}
