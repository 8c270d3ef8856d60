// What store.browser.test.ts calls in the page.

import {
  type NotebookChange,
  type NotebookRecord,
  type NotebookStore,
  openNotebooks,
} from "../../../src/storage/index.ts";
import { notebookContract, textOf } from "./contract.ts";

/** Run every case on a store of its own; resolves to what each has thrown, "" for nothing. */
export async function runContract(): Promise<Record<string, string>> {
  const results: Record<string, string> = {};
  for (const [i, { name, run }] of notebookContract.entries()) {
    const store = await openNotebooks({ prefix: `contract-${i}` });
    try {
      if (store.kind !== "indexeddb") throw new Error(`the store is ${store.kind}`);
      await run(store);
      results[name] = "";
    } catch (error) {
      results[name] = String(error);
    } finally {
      store.close();
    }
  }
  return results;
}

let opened: Promise<NotebookStore> | undefined;
const heard: NotebookChange[] = [];

function theStore(): Promise<NotebookStore> {
  opened ??= openNotebooks().then((store) => {
    store.subscribe((change) => heard.push(change));
    return store;
  });
  return opened;
}

export async function kind(): Promise<string> {
  return (await theStore()).kind;
}

export async function create(title: string): Promise<NotebookRecord> {
  return (await theStore()).create({ title, source: { kind: "new" }, text: textOf(title), trusted: true });
}

export async function save(id: string, source: string, version: number): Promise<string> {
  const written = await (await theStore()).write(id, textOf(source), source, version);
  return written.kind;
}

export async function remove(id: string): Promise<void> {
  await (await theStore()).remove(id);
}

/** every kept notebook: title and text of its cell */
export async function all(): Promise<Record<string, string>> {
  const store = await theStore();
  const entries = await store.list();
  const records = await Promise.all(entries.map(({ id }) => store.read(id)));
  return Object.fromEntries(
    records.map((record) => [record!.title, JSON.parse(record!.text).cells[0].source[0]]),
  );
}

/** changes by other tabs, so far */
export async function changes(): Promise<string[]> {
  await theStore();
  return heard.map((change) =>
    change.kind === "changed" ? `${change.entry.title} ${change.entry.version}` : `- ${change.id}`,
  );
}

/** Write until the space is used up; resolves to the refusal, and whether what was there is still there. */
export async function fill(): Promise<{ code: string; hint: string; text: string }> {
  const store = await theStore();
  const { id } = await create("small");
  for (let i = 0; ; i++) {
    // random: Chromium compresses what it keeps
    const text = [...crypto.getRandomValues(new Uint8Array(65_536))].join("");
    try {
      await store.write(id, textOf(text.repeat(4 ** i)), "large", i + 1);
    } catch (error) {
      const { code, hint } = error as { code: string; hint: string };
      const record = await store.read(id);
      return { code, hint, text: record ? `${record.version}` : "gone" };
    }
    if (i > 8) return { code: "none", hint: "", text: "" };
  }
}
