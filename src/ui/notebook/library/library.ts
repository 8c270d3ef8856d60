// What a person does in the list of notebooks: delete one and have it back, give it another title, make a copy, trust it.

import { isolated } from "../render/isolated.ts";
import { isMarked } from "../render/marks.ts";
import { firstBuiltIn } from "./builtins.ts";
import type { DocumentsWorld } from "./documents-world.ts";
import type { Opener } from "./opener.ts";

export class Library {
  readonly #world: DocumentsWorld;
  readonly #opener: Opener;

  constructor(world: DocumentsWorld, opener: Opener) {
    this.#world = world;
    this.#opener = opener;
  }

  async remove(id: string): Promise<void> {
    const { store, current, say } = this.#world;
    const opener = this.#opener;
    // what is open is saved and left first, so that nothing of it is written afterwards
    if (current()?.record.id === id) {
      const next = (await store.list()).find((entry) => entry.id !== id && !isMarked(entry.id));
      const record = next && (await store.read(next.id));
      if (!(await (record ? opener.open(record) : opener.openBuiltIn(firstBuiltIn, "new")))) return;
    }
    opener.removed = await store.remove(id);
    say(`Deleted ${isolated(opener.removed.title)}. It can be undone.`);
    await opener.refresh();
  }

  /** Bring back the one that was deleted last. */
  async restore(): Promise<void> {
    const opener = this.#opener;
    if (!opener.removed) return;
    const { title } = await this.#world.store.restore(opener.removed);
    opener.removed = undefined;
    this.#world.say(`${isolated(title)} is back.`);
    await opener.refresh();
  }

  async rename(id: string, title: string): Promise<void> {
    const { store, panel, renamed } = this.#world;
    const current = this.#world.current();
    // what is open is saved by the page
    if (current?.record.id === id) renamed({ ...current.record, title });
    else await store.rename(id, title);
    await this.#opener.refresh();
    if (panel) panel.entries = panel.entries.map((entry) => (entry.id === id ? { ...entry, title } : entry));
  }

  async duplicate(id: string): Promise<void> {
    const { store, current, flush, say } = this.#world;
    const open = current()?.record.id === id;
    if (open && !(await flush())) return;
    // what is open may have become a copy by that
    const { title } = await store.duplicate(open ? current()!.record.id : id);
    say(`Made ${isolated(title)}.`);
    await this.#opener.refresh();
  }

  /** Trust the one whose origin stands beside the button. */
  async trust(): Promise<void> {
    const { store, trust, trusted, say } = this.#world;
    const asked = trust?.entry;
    if (!asked) return;
    const entry = await store.trust(asked.id);
    trusted(entry);
    say("This notebook is trusted now and may run.");
    await this.#opener.refresh();
  }
}
