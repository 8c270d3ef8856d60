// What was not saved when a page was left, and is saved by the next one.

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type NotebookStore, openNotebooks } from "../../../../src/storage/index.ts";
import { Autosave } from "../../../../src/ui/notebook/library/autosave.ts";
import { keepUnsaved, saveUnsaved } from "../../../../src/ui/notebook/library/unsaved.ts";

let store: NotebookStore;
let window: EventTarget;
/** as a browser's: what is kept are its own properties */
let kept: Record<string, string>;

beforeEach(async () => {
  window = new EventTarget();
  vi.stubGlobal("addEventListener", window.addEventListener.bind(window));
  vi.stubGlobal("removeEventListener", window.removeEventListener.bind(window));
  vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible" }));
  kept = Object.create({
    setItem: (key: string, value: string) => Object.assign(kept, { [key]: value }),
    getItem: (key: string) => kept[key] ?? null,
    removeItem: (key: string) => delete kept[key],
  });
  vi.stubGlobal("localStorage", kept);
  store = { ...(await openNotebooks()), kind: "indexeddb" };
});
afterEach(() => vi.unstubAllGlobals());

const create = (text = "0") => store.create({ title: "T", source: { kind: "new" }, text, trusted: true });
const autosave = async () => {
  const record = await create();
  return { id: record.id, saver: new Autosave(store, record, { onState: () => {}, onConflict: () => {} }) };
};
/** the page is left; what it was doing goes on no more */
const leave = () => window.dispatchEvent(new Event("pagehide"));
const all = async () => {
  const entries = await store.list();
  return Promise.all(entries.map(async ({ id, title }) => [title, (await store.read(id))?.text]));
};

it("is there when the next page begins", async () => {
  const { saver } = await autosave();
  saver.change(() => ({ text: "typed", title: "Mine" }));
  leave();
  await saveUnsaved(store);
  expect(await all()).toEqual([["Mine", "typed"]]);
  expect(Object.keys(kept)).toEqual([]);
});

it("is there although an older text was on its way, which may or may not have arrived", async () => {
  for (const arrives of [true, false]) {
    store = { ...(await openNotebooks()), kind: "indexeddb" };
    const { write } = store;
    const { saver } = await autosave();
    store.write = (...args) => (arrives ? write.apply(store, args) : new Promise(() => {}));
    saver.change(() => ({ text: "older", title: "T" }));
    const writing = saver.flush();
    saver.change(() => ({ text: "newer", title: "T" }));
    leave();
    store.write = write;
    if (arrives) await writing;
    await saveUnsaved(store);
    expect(await all()).toEqual([["T", "newer"]]);
  }
});

it("is forgotten when the page comes back and saves it itself", async () => {
  const { saver } = await autosave();
  saver.change(() => ({ text: "typed", title: "T" }));
  leave();
  expect(Object.keys(kept)).toHaveLength(1);
  await saver.flush();
  expect(Object.keys(kept)).toEqual([]);
  // and nothing is left behind by a page that had nothing to save
  leave();
  expect(Object.keys(kept)).toEqual([]);
});

it("becomes a copy where another tab has written or removed the notebook since", async () => {
  const { id, saver } = await autosave();
  saver.change(() => ({ text: "mine", title: "T" }));
  leave();
  await store.write(id, "theirs", "T", 1);
  await saveUnsaved(store);
  expect((await all()).sort()).toEqual([
    ["T (from the other tab)", "mine"],
    ["T", "theirs"],
  ]);
  keepUnsaved("gone", { title: "G", text: "kept", version: 1, underWay: undefined });
  await saveUnsaved(store);
  expect((await all()).map(([, text]) => text)).toContain("kept");
});

it("stays for the next page where it cannot be saved", async () => {
  const { saver } = await autosave();
  saver.change(() => ({ text: "typed", title: "T" }));
  leave();
  await saveUnsaved({ ...store, write: () => Promise.reject(new Error("Full.")) });
  expect(await all()).toEqual([["T", "0"]]);
  // where it would be gone with the tab
  await saveUnsaved({ ...store, kind: "memory" });
  expect(await all()).toEqual([["T", "0"]]);
  await saveUnsaved(store);
  expect(await all()).toEqual([["T", "typed"]]);
});

it("is not believed when it is something else", async () => {
  await create();
  for (const value of ["", "null", "{}", "[1]", '{"title":"T","text":1,"version":1}', "{"])
    kept[`neuron-notebook-unsaved-${value.length}`] = value;
  await saveUnsaved(store);
  expect(await all()).toEqual([["T", "0"]]);
  expect(Object.keys(kept)).toEqual([]);
});
