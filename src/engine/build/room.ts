// Is there room for a model that is about to be made, as far as the browser says?

import { keptBytes, readings } from "../../model/build/index.ts";
import type { Checkpoint } from "../../model/checkpoint/index.ts";
import { EngineError, format } from "../../model/index.ts";
import { type FileSpec, space, sumOf } from "../../storage/index.ts";
import type { HubFiles } from "../hub/index.ts";
import type { OpenOptions } from "../types.ts";
import type { BuildHost } from "./host.ts";

export class Room {
  readonly #host: BuildHost;
  readonly #options: OpenOptions;
  readonly #pieces: () => FileSpec[];

  /** @param pieces of files from the Hub that are here */
  constructor(host: BuildHost, options: OpenOptions, pieces: () => FileSpec[]) {
    this.#host = host;
    this.#options = options;
    this.#pieces = pieces;
  }

  /**
   * Is there room for the model and for all that it is made of? Only then what has arrived stays until the model is complete.
   * @throws EngineError "storage-full" where there is no room even when it goes as it is read
   */
  async forBoth(checkpoint: Checkpoint, hub: HubFiles | undefined): Promise<boolean> {
    const kept = keptBytes(checkpoint);
    const free = await this.check(hub ? hub.mostAtOnce(readings(checkpoint)) : kept);
    return free !== undefined && (await this.#wanted(kept + (hub?.bytes ?? 0))) <= free;
  }

  /**
   * @param bytes with all pieces of what comes from the Hub
   * @returns bytes that are free; undefined where nothing is kept, or the browser does not tell
   * @throws EngineError "storage-full" where the browser says that there is no room
   */
  async check(bytes: number): Promise<number | undefined> {
    const { name, keep = true } = this.#options;
    const { free } = await space();
    if (!keep || this.#host.store.kind === "memory" || free === undefined) return undefined;
    const wanted = await this.#wanted(bytes);
    if (wanted <= free) return free;
    throw new EngineError(
      "storage-full",
      `The browser lets this site keep ${format.bytes(free)} more, and ${name} needs ${format.bytes(wanted)}.`,
      "Free disk space or remove another model, or open it without keeping it.",
    );
  }

  /** Of so many bytes those that are not here, and what is missing of the runtime. */
  async #wanted(bytes: number): Promise<number> {
    const { store, runtime } = this.#host;
    const keys = await store.keys();
    const pieces = this.#pieces().filter((piece) => keys.has(piece.sha256));
    return bytes - sumOf(pieces) + sumOf(runtime.filter((file) => !keys.has(file.sha256)));
  }
}
