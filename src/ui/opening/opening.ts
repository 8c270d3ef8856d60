// A model being opened from a person's files, or from the Hub: what was chosen, what it will be called, how far it is. The element
// draws it.

import {
  type ChosenFile,
  type ChosenFolder,
  checkpointFolder,
  type FindProgress,
  type HubModel,
  type HubQuestion,
  type OpenProgress,
  type Waiting,
} from "../../engine/index.ts";
import { CheckpointError } from "../../model/checkpoint/index.ts";
import { EngineError, isOpened } from "../../model/index.ts";
import { isAbort } from "../../storage/index.ts";
import type { ModelEntry } from "../experiment/models.ts";
import type { World } from "../experiment/page-world.ts";
import type { Problem } from "../experiment/spec.ts";
import { toProblem } from "../kit/problem.ts";

/** where a model comes from */
export type Chosen = { folder: ChosenFolder } | { hub: HubModel };

export type OpeningState =
  | { kind: "choosing"; problem: Problem | undefined }
  /** the Hub is asked what this is */
  | { kind: "asking"; question: HubQuestion; waiting: Waiting | undefined }
  /** `arrived`: bytes from the Hub that an earlier download has left here */
  | { kind: "chosen"; from: Chosen; name: string; problem: Problem | undefined; arrived?: number }
  | { kind: "opening"; from: Chosen; name: string; progress: OpenProgress }
  | { kind: "opened"; model: ModelEntry; keep: boolean };

/** what a model's name is made of */
const allowed = /^[\w.-]{1,100}$/;

export class Opening {
  readonly #open: NonNullable<World["open"]>;
  readonly #hub: () => World["hub"];
  readonly #models: () => readonly ModelEntry[];
  readonly #onState: (state: OpeningState) => void;
  #state: OpeningState = { kind: "choosing", problem: undefined };
  #stop: AbortController | undefined;

  /**
   * @param models those that can be chosen now
   * @param hub on sites that were built with the Hub
   */
  constructor(
    open: NonNullable<World["open"]>,
    models: () => readonly ModelEntry[],
    onState: (state: OpeningState) => void,
    hub: () => World["hub"] = () => undefined,
  ) {
    this.#open = open;
    this.#hub = hub;
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
    const mine = this.#begin();
    try {
      const folder = checkpointFolder(await files);
      if (mine.aborted) return;
      this.#set({
        kind: "chosen",
        from: { folder },
        name: this.#free(nameOf({ folder })),
        problem: undefined,
      });
    } catch (error) {
      if (!mine.aborted) this.#set({ kind: "choosing", problem: problemOf(error) });
    }
  }

  /** Ask the Hub what a model is and costs. */
  async ask(question: HubQuestion): Promise<void> {
    const hub = this.#hub();
    if (this.#state.kind !== "choosing" || !hub) return;
    const mine = this.#begin();
    const show = (waiting: Waiting | undefined) => {
      if (!mine.aborted) this.#set({ kind: "asking", question, waiting });
    };
    show(undefined);
    try {
      const onProgress = ({ waiting }: FindProgress) => show(waiting);
      const model = await hub.find(question, { signal: mine, onProgress });
      if (mine.aborted) return;
      const from = { hub: model };
      this.#set({ kind: "chosen", from, name: this.#free(nameOf(from)), problem: undefined });
      await this.#count();
    } catch (error) {
      if (!mine.aborted) this.#set({ kind: "choosing", problem: problemOf(error) });
    }
  }

  rename(name: string): void {
    if (this.#state.kind !== "chosen") return;
    this.#set({ ...this.#state, name, problem: undefined });
    void this.#count();
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

  /** The model's own name, where another was proposed because a model was opened under that one. */
  ownName(from: Chosen): string | undefined {
    const name = nameOf(from);
    return this.replaces(name) ? name : undefined;
  }

  /** Make a model of what was chosen. @param keep on this device */
  async open(keep: boolean): Promise<void> {
    const state = this.#state;
    if (state.kind !== "chosen" || this.complaint(state.name)) return;
    const { from, name } = state;
    const mine = this.#begin();
    const show = (progress: OpenProgress) => {
      if (!mine.aborted) this.#set({ kind: "opening", from, name, progress });
    };
    show({ kind: "reading", done: 0, total: 0, waiting: undefined });
    try {
      const options = { name, keep, signal: mine, onProgress: show };
      const model = await this.#open("hub" in from ? from.hub : filesOf(from.folder), options);
      if (!mine.aborted) this.#set({ kind: "opened", model, keep });
    } catch (error) {
      const problem = isAbort(error) ? undefined : problemOf(error);
      if (!mine.aborted) this.#set({ kind: "chosen", from, name, problem });
      // of one that was cancelled what has arrived is known only now
      await this.#count();
    }
  }

  /** Stop, and stand where the model can be opened again. */
  cancel(): void {
    this.#stop?.abort();
    if (this.#state.kind === "asking") this.#set({ kind: "choosing", problem: undefined });
    if (this.#state.kind !== "opening") return;
    const { from, name } = this.#state;
    this.#set({ kind: "chosen", from, name, problem: undefined });
  }

  /** What was under way is no more: one thing at a time. */
  #begin(): AbortSignal {
    this.#stop?.abort();
    this.#stop = new AbortController();
    return this.#stop.signal;
  }

  /** How much of what stands to be downloaded has arrived before? */
  async #count(): Promise<void> {
    const state = this.#state;
    const hub = this.#hub();
    if (state.kind !== "chosen" || !("hub" in state.from) || !hub) return;
    // the price of the whole stands there where the browser does not tell
    const arrived = await hub.arrived(state.from.hub, state.name).catch(() => 0);
    if (this.#state === state && arrived !== (state.arrived ?? 0)) this.#set({ ...state, arrived });
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

/** What a model is called after its folder, or as it is on the Hub. */
function nameOf(from: Chosen): string {
  const name = "hub" in from ? from.hub.name.split("/").at(-1)! : from.folder.name;
  return name.replace(/[^\w.-]+/g, "-").slice(0, 90) || "model";
}

/** A folder's files with their places in it. */
function filesOf({ name, files }: ChosenFolder): ChosenFile[] {
  return [...files].map(([file, blob]) => ({ path: name ? `${name}/${file}` : file, file: blob }));
}

/** Files are looked at here before the engine does, whose errors these are. */
function problemOf(error: unknown): Problem {
  return error instanceof CheckpointError
    ? new EngineError("checkpoint", error.message, error.hint)
    : toProblem(error);
}
