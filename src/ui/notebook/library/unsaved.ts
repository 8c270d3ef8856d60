// What was not saved yet when a page was left: it ends before IndexedDB is done, and localStorage takes a text at once. The
// next page of the site saves it. Where the browser lends no storage, or not enough, it is lost as it would be without this.

import type { NotebookStore } from "../../../storage/index.ts";
import { trying } from "../render/marks.ts";

const prefix = "neuron-notebook-unsaved-";

export interface Unsaved {
  readonly title: string;
  readonly text: string;
  /** that it was written from */
  readonly version: number;
  /** the text that was on its way then, and may have become the next version */
  readonly underWay: string | undefined;
}

/** Keep what is not saved of a notebook, at once. */
export function keepUnsaved(id: string, unsaved: Unsaved): void {
  trying(() => localStorage.setItem(prefix + id, JSON.stringify(unsaved)));
}

/** It is saved. */
export function forgetUnsaved(id: string): void {
  trying(() => localStorage.removeItem(prefix + id));
}

/** Save what pages had not saved when they were left; what cannot be saved to stay now is there the next time. */
export async function saveUnsaved(store: NotebookStore): Promise<void> {
  if (store.kind === "memory") return;
  const keys = trying(() => Object.keys(localStorage)) ?? [];
  for (const key of keys.filter((each) => each.startsWith(prefix))) {
    const id = key.slice(prefix.length);
    const unsaved = parse(trying(() => localStorage.getItem(key)) ?? "");
    // before it is saved: another page may begin at the same time
    forgetUnsaved(id);
    if (unsaved) await save(store, id, unsaved).catch(() => keepUnsaved(id, unsaved));
  }
}

async function save(store: NotebookStore, id: string, { title, text, version, underWay }: Unsaved) {
  const record = await store.read(id);
  if (record?.text === text) return;
  const arrived = record !== undefined && record.version === version + 1 && record.text === underWay;
  await store.write(id, text, title, arrived ? record.version : version, record);
}

function parse(json: string): Unsaved | undefined {
  const { title, text, version, underWay } = (trying(() => JSON.parse(json)) ?? {}) as Partial<
    Record<keyof Unsaved, unknown>
  >;
  if (typeof title !== "string" || typeof text !== "string" || typeof version !== "number") return undefined;
  return { title, text, version, underWay: typeof underWay === "string" ? underWay : undefined };
}
