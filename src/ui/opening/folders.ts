// Folders that models were opened from, in browsers that have handles of folders: such a handle is kept, and a model that is not
// here any more is opened from its folder again without looking for it. The browser asks whether the folder may be read.

import { promisifyRequest, values } from "idb-keyval";
import type { ChosenFile } from "../../engine/index.ts";
import { EngineError } from "../../model/index.ts";
import { isAbort, objectStore } from "../../storage/index.ts";
import { most, tooMany } from "./files.ts";

/** a handle as browsers have it that have the picker; TypeScript does not know all of it */
export interface Folder extends Omit<FileSystemDirectoryHandle, "entries"> {
  requestPermission?(what: { mode: "read" }): Promise<PermissionState>;
  entries(): AsyncIterable<[string, FileSystemDirectoryHandle | FileSystemFileHandle]>;
}

/** the folder that a model was opened from */
export interface Remembered {
  /** the model's */
  name: string;
  folder: Folder;
}

interface Picking {
  showDirectoryPicker?: (options: { id: string; mode: "read" }) => Promise<Folder>;
}

/** Does this browser have handles of folders, and may this page ask for one? In a frame of another site it may not. */
export const canPick = (): boolean => "showDirectoryPicker" in window && window.top === window;

/** The folder that a person chooses; undefined when they choose none. */
export async function pickFolder(): Promise<Folder | undefined> {
  try {
    return await (window as Picking).showDirectoryPicker!({ id: "model", mode: "read" });
  } catch (error) {
    if (isAbort(error)) return undefined;
    throw new EngineError(
      "checkpoint",
      "The browser could not show the folders of this computer.",
      "Drop the folder here instead.",
      { cause: error },
    );
  }
}

/** The handle of a folder that was dropped, where there is one. To be called while the drop is handled. */
export async function droppedFolder({ items }: DataTransfer): Promise<Folder | undefined> {
  const [item, ...more] = [...items] as (DataTransferItem & {
    getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
  })[];
  if (more.length > 0) return undefined;
  const handle = await item?.getAsFileSystemHandle?.().catch(() => null);
  return handle?.kind === "directory" ? (handle as Folder) : undefined;
}

/**
 * The files of a folder, which the browser may ask a person for.
 * @throws EngineError "checkpoint" when the folder is not there, may not be read, or has more files than anybody means
 */
export async function filesIn(folder: Folder): Promise<ChosenFile[]> {
  try {
    if ((await folder.requestPermission?.({ mode: "read" })) === "denied") throw notRead(folder);
    const found: ChosenFile[] = [];
    const inside: { path: string; folder: Folder }[] = [{ path: folder.name, folder }];
    // the folders of a folder after its files, so that the nearest are found first
    for (const { path, folder: each } of inside)
      for await (const [name, handle] of each.entries()) {
        if (handle.kind === "directory") inside.push({ path: `${path}/${name}`, folder: handle as Folder });
        else found.push({ path: `${path}/${name}`, file: await handle.getFile() });
        if (found.length + inside.length > most) throw tooMany();
      }
    return found;
  } catch (error) {
    throw error instanceof EngineError ? error : notRead(folder, error);
  }
}

function notRead({ name }: Folder, cause?: unknown): EngineError {
  return new EngineError(
    "checkpoint",
    `The folder ${name} is not there any more, or this page may not read it.`,
    "Choose the folder with the button.",
    { cause },
  );
}

const folders = objectStore("neuron-notebook-folders", "folders");
const change = <T>(use: (objects: IDBObjectStore) => IDBRequest<T>) =>
  folders("readwrite", (objects) => promisifyRequest(use(objects)));

/** Keep a handle for the next time; where the browser keeps nothing, that is all. */
export async function remember({ name, folder }: Remembered): Promise<void> {
  await change((objects) => objects.put({ name, folder }, name)).catch(() => {});
}

export async function forget(name: string): Promise<void> {
  await change((objects) => objects.delete(name)).catch(() => {});
}

/** All that are kept. */
export const remembered = (): Promise<Remembered[]> => values<Remembered>(folders).catch(() => []);
