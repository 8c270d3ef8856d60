import { html, LitElement, nothing, type PropertyValues } from "lit";
import type { HubQuestion } from "../../engine/index.ts";
import { emit } from "../experiment/events.ts";
import type { ModelEntry } from "../experiment/models.ts";
import type { World } from "../experiment/page-world.ts";
import { waitingText } from "../experiment/words.ts";
import { define } from "../kit/define.ts";
import { rescueFocus } from "../kit/focus.ts";
import { progressStyles } from "../kit/progress-styles.ts";
import { base, controls, dialog, field } from "../kit/styles.ts";
import { droppedFiles } from "./files.ts";
import { droppedFolder, forget, type Remembered, remember, remembered } from "./folders.ts";
import type { FolderChosen } from "./nn-folder-choice.ts";
import type { Typed } from "./nn-hub-choice.ts";
import { Opening, type OpeningState } from "./opening.ts";
import { openingStyles } from "./opening-styles.ts";
import { aboutText, announcementOf, chosenText, foundText, hostOf, priceText, stepOf } from "./words.ts";
import "../kit/nn-notice.ts";
import "./nn-folder-choice.ts";

/**
 * The dialog in which a model is opened from files of this computer, chosen or dropped, or from the Hub where the site was built
 * with it: a name, a price, and what is being done.
 * @fires nn-opened - the model is kept and can be loaded
 * @csspart button - each button
 */
export class NnOpening extends LitElement {
  static override properties = {
    world: { attribute: false },
    models: { attribute: false },
    lasting: { type: Boolean },
    state: { state: true },
    over: { state: true },
    missing: { state: true },
    folders: { state: true },
  };
  static override styles = [base, controls, dialog, field, progressStyles, openingStyles];

  /** makes models, and knows the Hub on sites that were built with it */
  declare world: World;
  /** those that can be chosen now */
  declare models: readonly ModelEntry[];
  /** what is kept is there after this tab */
  declare lasting: boolean;
  protected declare state: OpeningState;
  /** something is dragged over the place to drop it */
  protected declare over: boolean;
  protected declare missing: number;
  /** those that models were opened from before */
  protected declare folders: readonly Remembered[];

  readonly #opening = new Opening(
    (...asked) => this.world.open!(...asked),
    () => this.models,
    (state) => this.#show(state),
    () => this.world.hub,
  );

  /** what was asked for last stands in the fields again, to be mended */
  #typed: Typed = { repo: "", revision: "" };
  /** the folder that was chosen, in browsers that have handles of folders */
  #folder: FolderChosen["folder"];

  constructor() {
    super();
    this.models = [];
    this.lasting = true;
    this.over = false;
    this.missing = 0;
    this.folders = [];
    this.state = this.#opening.state;
    rescueFocus(this, () => this.renderRoot.querySelector<HTMLElement>("h2")?.focus());
  }

  /** Open the dialog. */
  show(): void {
    // the build leaves this out where it is not asked for
    if (import.meta.env.HUB) import("./nn-hub-choice.ts").catch((cause) => console.warn(cause));
    this.renderRoot.querySelector("dialog")?.showModal();
    void this.#listFolders();
    this.world.toFetch().then(
      (bytes) => {
        this.missing = bytes;
      },
      () => {},
    );
  }

  override render() {
    const { state } = this;
    return html`
      <dialog aria-labelledby="title" @cancel=${this.#hold} @keydown=${this.#escape} @close=${() => this.#opening.reset()} @dragover=${this.#dragOver} @dragleave=${this.#dragLeave} @drop=${this.#drop}>
        <div class="head">
          <h2 id="title" tabindex="-1">Open a model</h2>
          ${state.kind === "opening" ? nothing : html`<button part="button" class="plain" @click=${this.#close}>Close</button>`}
        </div>
        <div class="stack">${this.#body(state)}</div>
        <p class="unseen" role="status">${announcementOf(state)}</p>
      </dialog>
    `;
  }

  #body(state: OpeningState) {
    switch (state.kind) {
      case "choosing":
        return html`${this.#choice()}${this.#hubChoice()}${this.#problem(state.problem)}`;
      case "asking":
        return this.#asking(state);
      case "chosen":
        return this.#chosen(state);
      case "opening":
        return this.#progress(state);
      case "opened":
        return html`<p>${state.model.name} is here.</p>`;
      default:
        return state satisfies never;
    }
  }

  #choice() {
    const gone = ({ name }: Remembered) => !this.models.some((model) => model.name === name);
    return html`
      <nn-folder-choice
        exportparts="button"
        .over=${this.over}
        .again=${this.folders.filter(gone)}
        @nn-chosen=${({ detail }: CustomEvent<FolderChosen>) => this.#choose(detail)}
        @nn-forget=${({ detail }: CustomEvent<string>) => this.#listFolders(forget(detail))}
      ></nn-folder-choice>
    `;
  }

  #hubChoice() {
    return this.world.hub
      ? html`<nn-hub-choice
          exportparts="button"
          .endpoint=${this.world.hub.endpoint}
          .repo=${this.#typed.repo}
          .revision=${this.#typed.revision}
          @nn-hub=${this.#ask}
        ></nn-hub-choice>`
      : nothing;
  }

  #ask({ detail }: CustomEvent<{ question: HubQuestion; typed: Typed }>): void {
    this.#typed = detail.typed;
    this.#folder = undefined;
    void this.#opening.ask(detail.question);
  }

  #asking({ question, waiting }: Extract<OpeningState, { kind: "asking" }>) {
    return html`
      <p><strong>${question.repo}</strong></p>
      <p id="what">${waiting ? waitingText(waiting) : `Asking ${hostOf(this.world.hub!.endpoint)} what it is`}</p>
      <progress aria-labelledby="what"></progress>
      <div class="row"><button part="button" @click=${() => this.#opening.cancel()}>Cancel</button></div>
    `;
  }

  #chosen({ from, name, problem, arrived = 0 }: Extract<OpeningState, { kind: "chosen" }>) {
    const complaint = this.#opening.complaint(name);
    const full = problem?.code === "storage-full";
    return html`
      <p>
        ${
          "hub" in from
            ? html`<strong>${from.hub.name}</strong> <span class="quiet">${foundText(from.hub)}</span>`
            : html`<strong>${from.folder.name || "Files"}</strong> <span class="quiet">${chosenText(from.folder)}</span>`
        }
      </p>
      <div class="stack">
        <div class="field">
          <label for="name">Name</label>
          <input
            id="name"
            .value=${name}
            autocomplete="off"
            spellcheck="false"
            aria-describedby="about"
            aria-invalid=${complaint ? "true" : "false"}
            @input=${this.#rename}
            @keydown=${this.#enter}
          />
          <p id="about" class=${complaint ? "complaint" : "quiet"}>${complaint ?? aboutText(name, this.#opening.replaces(name), this.#opening.ownName(from))}</p>
        </div>
        <p>${priceText(from, this.lasting, this.missing, arrived)}</p>
        ${this.#problem(problem)}
        <div class="row">
          ${
            full
              ? html`<button part="button" class="main" @click=${() => this.#opening.open(false)}>Open without keeping it</button>
                <button part="button" @click=${() => this.#opening.open(true)}>Try again</button>`
              : html`<button
                  part="button"
                  class="main"
                  ?disabled=${complaint !== undefined}
                  @click=${() => this.#opening.open(true)}
                >${problem ? "Try again" : "hub" in from ? "Download and open" : "Open"}</button>`
          }
          <button part="button" @click=${() => this.#opening.reset()}>Choose another</button>
        </div>
      </div>
    `;
  }

  #progress({ name, progress }: Extract<OpeningState, { kind: "opening" }>) {
    const { text, share } = stepOf(progress);
    return html`
      <p><strong>${name}</strong></p>
      <p id="what" class="number">${text}</p>
      ${
        share === undefined
          ? html`<progress aria-labelledby="what"></progress>`
          : html`<progress aria-labelledby="what" .max=${1} .value=${share}></progress>`
      }
      <div class="row"><button part="button" @click=${() => this.#opening.cancel()}>Cancel</button></div>
    `;
  }

  #problem(problem: { message: string; hint: string } | undefined) {
    return problem
      ? html`<nn-notice kind="error" .heading=${problem.message}>${problem.hint}</nn-notice>`
      : nothing;
  }

  protected override updated(changed: PropertyValues) {
    const before = changed.get("state") as OpeningState | undefined;
    if (before?.kind !== "chosen" && before?.kind !== "opening" && this.state.kind === "chosen")
      this.renderRoot.querySelector<HTMLElement>("#name")?.focus();
  }

  #show(state: OpeningState): void {
    this.state = state;
    if (state.kind !== "opened") return;
    void this.#remember(state.model.name);
    emit(this, "nn-opened", { model: state.model, keep: state.keep });
    this.#close();
  }

  async #remember(name: string): Promise<void> {
    const folder = await this.#folder;
    if (folder) await remember({ name, folder });
  }

  #close(): void {
    this.renderRoot.querySelector("dialog")?.close();
  }

  /** what is under way ends with Cancel alone, which says so */
  #hold(event: Event): void {
    if (this.state.kind === "opening") event.preventDefault();
  }

  /** of a second Escape a browser does not ask whether the dialog may close */
  #escape(event: KeyboardEvent): void {
    if (event.key === "Escape") this.#hold(event);
  }

  #choose({ files, folder }: FolderChosen): void {
    this.#folder = folder;
    void this.#opening.choose(files);
  }

  async #listFolders(after?: Promise<void>): Promise<void> {
    await after;
    this.folders = await remembered();
  }

  #rename(event: Event): void {
    this.#opening.rename((event.target as HTMLInputElement).value.trim());
  }

  /** a form would do this by itself, but a sandboxed frame may submit none */
  #enter({ key, isComposing }: KeyboardEvent): void {
    if (key === "Enter" && !isComposing) void this.#opening.open(true);
  }

  #dragOver(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.over = true;
  }

  #dragLeave({ relatedTarget }: DragEvent): void {
    this.over = this.over && this.renderRoot.contains(relatedTarget as Node | null);
  }

  #drop(event: DragEvent): void {
    this.over = false;
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.#choose({ files: droppedFiles(event.dataTransfer), folder: droppedFolder(event.dataTransfer) });
  }
}

define("nn-opening", NnOpening);

declare global {
  interface HTMLElementTagNameMap {
    "nn-opening": NnOpening;
  }
}
