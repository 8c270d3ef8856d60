// Holds what a notebook's page shows: the notebook's state, what goes on around it, and the elements that draw both. The
// other files of the page read it here, and change it by dispatch() and show() only.

import { EngineError } from "../../model/index.ts";
import { newCell, StorageError, serializeNotebook, titleOf } from "../../storage/index.ts";
import { type ExperimentContext, emptyContext } from "./book/experiment-context.ts";
import { experimentIn } from "./book/experiment-source.ts";
import type { NotebookEvent, NotebookState } from "./book/notebook-state.ts";
import { canRunAll, cellOf, openState, reduce, staleIds, viewOf } from "./book/state.ts";
import type { NotebookWorld, Saver } from "./notebook-world.ts";
import { initialStatus, type NotebookStatus } from "./run/notebook-status.ts";
import type { ExperimentFindings, RunnerPage } from "./run/runner-world.ts";
import "../kit/nn-announcer.ts";
import "../kit/nn-notice.ts";
import "./editor/nn-notebook.ts";
import "./editor/nn-toolbar.ts";
import { isolated } from "./render/isolated.ts";

export class NotebookPage implements RunnerPage {
  readonly root: ParentNode;
  readonly world: NotebookWorld;
  readonly toolbar;
  readonly list;
  readonly finder;
  readonly shortcuts;
  readonly notice;
  readonly #announcer;
  /** keeps what is open; undefined before something is */
  saver: Saver | undefined;
  /** what is open has been changed here */
  touched = false;
  #state: NotebookState = openState({ metadata: {}, cells: [newCell("code")], origin: undefined }, false);
  #status: NotebookStatus;
  #experiments: ExperimentContext = emptyContext;
  #sweeping = false;

  /** @param root holds the elements, any of which may be missing */
  constructor(root: ParentNode, world: NotebookWorld) {
    this.root = root;
    this.world = world;
    this.toolbar = root.querySelector("nn-toolbar");
    this.list = root.querySelector("nn-notebook");
    this.finder = root.querySelector("nn-find");
    this.shortcuts = root.querySelector("nn-shortcuts");
    this.notice = root.querySelector("nn-notice");
    this.#announcer = root.querySelector("nn-announcer");
    const { lasting, runsPython, singleKeyShortcuts } = world;
    this.#status = { ...initialStatus, singleKeyShortcuts: singleKeyShortcuts.get(), lasting, runsPython };
  }

  state(): NotebookState {
    return this.#state;
  }

  status(): NotebookStatus {
    return this.#status;
  }

  /** what experiment cells are shown with */
  get experiments(): ExperimentContext {
    return this.#experiments;
  }

  /** Change the notebook, keep it, and draw it. */
  dispatch(event: NotebookEvent): void {
    const before = this.#state;
    const state = reduce(before, event);
    this.#state = state;
    if (state === before) return;
    if (state.notebook !== before.notebook && event.kind !== "open") this.#save();
    if (state.running !== before.running) this.#tellBusy();
    this.draw();
  }

  /** A search for neurons is under way beside the cells, or is no more. */
  set sweeping(sweeping: boolean) {
    this.#sweeping = sweeping;
    this.#tellBusy();
  }

  #tellBusy(): void {
    this.world.onBusy?.(this.#state.running !== undefined || this.#sweeping);
  }

  /** Change what goes on around the notebook, and draw it. */
  show(change: Partial<NotebookStatus>): void {
    const asks = change.question !== undefined && this.#status.question === undefined;
    this.#status = { ...this.#status, ...change };
    this.draw();
    if (asks) void this.list?.focusQuestion();
  }

  /** Change what experiment cells are shown with; the caller has it drawn. */
  setExperiments(change: Partial<ExperimentContext>): void {
    this.#experiments = { ...this.#experiments, ...change };
  }

  experiment(id: string, { problem, tokens }: ExperimentFindings): void {
    const problems = new Map(this.#experiments.problems);
    if (problem) problems.set(id, problem);
    else problems.delete(id);
    const known = tokens ? new Map(this.#experiments.tokens).set(id, tokens) : this.#experiments.tokens;
    this.setExperiments({ problems, tokens: known });
    this.draw();
  }

  /** Have a screen reader say something. */
  say(message: string | undefined): void {
    if (this.#announcer && message) this.#announcer.message = message;
  }

  complain(message: string, hint: string): void {
    const { notice } = this;
    if (notice) Object.assign(notice, { kind: "error", heading: message, textContent: hint, hidden: false });
    this.say(`${message} ${hint}`);
  }

  /** Complain of what was thrown. */
  failed(error: unknown): void {
    const known = error instanceof EngineError || error instanceof StorageError;
    if (!known) console.error(error);
    this.complain(
      known ? error.message : String(error),
      known ? error.hint : "Reload the page; what you typed is kept.",
    );
  }

  /** Give the focus to the selected cell or its editor. */
  async focus(at?: "start" | "end"): Promise<void> {
    const element = await this.list?.element(this.#state.selected);
    if (this.#state.mode === "edit") await element?.focusEditor(at ?? "end");
    else element?.focusCell();
  }

  draw(): void {
    // nothing is open yet
    if (!this.saver) return;
    const { root, world, toolbar, list, shortcuts } = this;
    const [state, status] = [this.#state, this.#status];
    const busy = state.running !== undefined || state.queue.length > 0;
    const heading = titleOf(state.notebook);
    if (root instanceof Document) root.title = `${isolated(heading)} · Neuron Notebook`;
    if (toolbar)
      Object.assign(toolbar, { heading, status, busy, runs: canRunAll(state, world.runsPython), open: true });
    if (shortcuts)
      Object.assign(shortcuts, { singleKeyShortcuts: status.singleKeyShortcuts, mac: world.mac });
    if (!list) return;
    const stale = staleIds(state);
    const { cells } = state.notebook;
    const views = cells.map((_, i) => viewOf(state, i, stale));
    const next = cellOf(state, state.running ?? state.queue[0] ?? "");
    const starts = status.kernel.kind === "starting" && next && !experimentIn(next);
    // what is not asked for by running a cell is asked for in the selected one
    const other = status.question || status.loading ? state.selected : undefined;
    const waiting = (status.question || status.loading || starts ? next?.id : undefined) ?? other;
    Object.assign(list, { cells, views, status, waiting, context: this.#experiments });
    world.onDrawn?.();
  }

  #save(): void {
    this.touched = true;
    const { notebook } = this.#state;
    this.saver?.change(() => ({ text: serializeNotebook(notebook), title: titleOf(notebook) }));
  }
}
