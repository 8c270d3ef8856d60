// A model being opened from a person's files: what was chosen, what it will be called, how far it is. The element draws it.

import {
  type ChosenFile,
  type ChosenFolder,
  checkpointFolder,
  type OpenProgress,
} from "../../engine/index.ts";
import { CheckpointError } from "../../model/checkpoint/index.ts";
import { EngineError, isOpened } from "../../model/index.ts";
import { isAbort } from "../../storage/index.ts";
import type { ModelEntry } from "../experiment/models.ts";
import type { World } from "../experiment/page-world.ts";
import type { Problem } from "../experiment/spec.ts";
import { toProblem } from "../kit/problem.ts";

export type OpeningState =
  | { kind: "choosing"; problem: Problem | undefined }
  | { kind: "chosen"; folder: ChosenFolder; name: string; problem: Problem | undefined }
  | { kind: "opening"; folder: ChosenFolder; name: string; progress: OpenProgress }
  | { kind: "opened"; model: ModelEntry; keep: boolean };

/** what a model's name is made of */
const allowed = /^[\w.-]{1,100}$/;

export class Opening {
  readonly #open: NonNullable<World["open"]>;
  readonly #models: () => readonly ModelEntry[];
  readonly #onState: (state: OpeningState) => void;
  #state: OpeningState = { kind: "choosing", problem: undefined };
  #stop: AbortController | undefined;

  /** @param models those that can be chosen now */
  constructor(
    open: NonNullable<World["open"]>,
    models: () => readonly ModelEntry[],
    onState: (state: OpeningState) => void,
  ) {
    this.#open = open;
    this.#models = models;
    this.#onState = onState;
  }

  get state(): OpeningState {
    return this.#state;
  }

  /** Begin anew; what is under way is stopped. */
  reset(): void {
    this.#stop?.abort();
    this.#set({ kind: "choosing", problem: undefined });
  }

  /** Files were chosen or dropped, or will be known in a moment. */
  async choose(files: readonly ChosenFile[] | Promise<readonly ChosenFile[]>): Promise<void> {
    if (this.#state.kind === "opening") return;
    try {
      const folder = checkpointFolder(await files);
      this.#set({ kind: "chosen", folder, name: this.#free(nameOf(folder)), problem: undefined });
    } catch (error) {
      this.#set({ kind: "choosing", problem: problemOf(error) });
    }
  }

  rename(name: string): void {
    if (this.#state.kind === "chosen") this.#set({ ...this.#state, name, problem: undefined });
  }

  /** What is wrong with a name; undefined when it can be taken. */
  complaint(name: string): string | undefined {
    if (!allowed.test(name)) return "A name is made of letters, digits, dots, dashes and underscores.";
    return this.#isTaken(name) ? `This site has a model called ${name}: give yours another name.` : undefined;
  }

  /** A model that was opened under this name before is replaced. */
  replaces(name: string): boolean {
    return this.#models().some((model) => model.name === name && isOpened(model.manifest));
  }

  /** The folder's own name, where another was proposed because a model was opened under that one. */
  ownName(folder: ChosenFolder): string | undefined {
    const name = nameOf(folder);
    return this.replaces(name) ? name : undefined;
  }

  /** Make a model of what was chosen. @param keep on this device */
  async open(keep: boolean): Promise<void> {
    const state = this.#state;
    if (state.kind !== "chosen" || this.complaint(state.name)) return;
    const { folder, name } = state;
    const mine = new AbortController();
    this.#stop = mine;
    const show = (progress: OpenProgress) => {
      if (!mine.signal.aborted) this.#set({ kind: "opening", folder, name, progress });
    };
    show({ kind: "reading", done: 0, total: 0, waiting: undefined });
    try {
      const files = [...folder.files].map(([file, blob]) => ({
        path: folder.name ? `${folder.name}/${file}` : file,
        file: blob,
      }));
      const model = await this.#open(files, { name, keep, signal: mine.signal, onProgress: show });
      if (!mine.signal.aborted) this.#set({ kind: "opened", model, keep });
    } catch (error) {
      if (mine.signal.aborted) return;
      const problem = isAbort(error) ? undefined : problemOf(error);
      this.#set({ kind: "chosen", folder, name, problem });
    }
  }

  /** Stop, and stand where the model can be opened again. */
  cancel(): void {
    this.#stop?.abort();
    if (this.#state.kind !== "opening") return;
    const { folder, name } = this.#state;
    this.#set({ kind: "chosen", folder, name, problem: undefined });
  }

  #isTaken(name: string): boolean {
    return this.#models().some((model) => model.name === name && !isOpened(model.manifest));
  }

  /** A name that no model has, the site's or an opened one: two folders may be called alike. */
  #free(name: string): string {
    let free = name;
    for (let i = 2; this.#models().some((model) => model.name === free); i++) free = `${name}-${i}`;
    return free;
  }

  #set(state: OpeningState): void {
    this.#state = state;
    this.#onState(state);
  }
}

/** What a model is called after its folder. */
function nameOf(folder: ChosenFolder): string {
  return folder.name.replace(/[^\w.-]+/g, "-").slice(0, 90) || "model";
}

/** Files are looked at here before the engine does, whose errors these are. */
function problemOf(error: unknown): Problem {
  return error instanceof CheckpointError
    ? new EngineError("checkpoint", error.message, error.hint)
    : toProblem(error);
}
