// Data files that a person adds beside the open notebook, saves and removes. How they are kept is data.ts's.

import { saveFile } from "../../kit/save-file.ts";
import { isolated } from "../render/isolated.ts";
import type { DocumentsWorld } from "./documents-world.ts";
import { pickFiles } from "./files.ts";
import type { Opener } from "./opener.ts";

export class DataFileEvents {
  readonly #world: DocumentsWorld;
  readonly #opener: Opener;

  constructor(world: DocumentsWorld, opener: Opener) {
    this.#world = world;
    this.#opener = opener;
  }

  async add(files: readonly File[]): Promise<void> {
    if (files.length === 0) return;
    const { data, say } = this.#world;
    this.#world.files?.reveal();
    const added: string[] = [];
    // one that is refused keeps no other out
    for (const file of files)
      await this.#opener.attempt(async () => {
        await data.add(file);
        added.push(file.name);
      });
    if (added.length === 0) return;
    say(`Added ${added.map(isolated).join(", ")}. Python opens ${added.length > 1 ? "them" : "it"} by name.`);
  }

  /** Ask for files. Call it from a click or a key. */
  async choose(): Promise<void> {
    await this.add(await pickFiles());
  }

  async save(name: string): Promise<void> {
    const bytes = await this.#world.data.read(name);
    if (bytes) saveFile(name.slice(name.lastIndexOf("/") + 1), new Blob([bytes]), "");
  }

  async remove(name: string): Promise<void> {
    await this.#world.data.remove(name);
    this.#world.say(`Removed ${isolated(name)}. It can be undone.`);
  }
}
