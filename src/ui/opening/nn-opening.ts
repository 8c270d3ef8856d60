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
import { droppedFiles, inputFiles } from "./files.ts";
import type { Typed } from "./nn-hub-choice.ts";
import { Opening, type OpeningState } from "./opening.ts";
import { openingStyles } from "./opening-styles.ts";
import { aboutText, announcementOf, chosenText, foundText, hostOf, priceText, stepOf } from "./words.ts";
import "../kit/nn-notice.ts";

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

  readonly #opening = new Opening(
    (...asked) => this.world.open!(...asked),
    () => this.models,
    (state) => this.#show(state),
    () => this.world.hub,
  );

  /** what was asked for last stands in the fields again, to be mended */
  #typed: Typed = { repo: "", revision: "" };

  constructor() {
    super();
    this.models = [];
    this.lasting = true;
    this.over = false;
    this.missing = 0;
    this.state = this.#opening.state;
    rescueFocus(this, () => this.renderRoot.querySelector<HTMLElement>("h2")?.focus());
  }

  /** Open the dialog. */
  show(): void {
    // the build leaves this out where it is not asked for
    if (import.meta.env.HUB) import("./nn-hub-choice.ts").catch((cause) => console.warn(cause));
    this.renderRoot.querySelector("dialog")?.showModal();
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
      <dialog aria-labelledby="title" @cancel=${this.#hold} @keydown=${this.#escape} @close=${() => this.#opening.reset()} @dragover=${this.#dragOver} @drop=${this.#drop}>
        <div class="head">
          <h2 id="title" tabindex="-1">Open a model</h2>
          ${this.#busy ? nothing : html`<button part="button" class="plain" @click=${this.#close}>Close</button>`}
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
    return html`
      <p>
        The folder of a masked language model as Hugging Face publishes it, such as bert-base-cased:
        <code>config.json</code>, the weights in <code>model.safetensors</code> (one file, or several with their index) or
        <code>pytorch_model.bin</code>, and the tokenizer’s files. It is read on this computer; nothing is uploaded.
      </p>
      <div class="drop ${this.over ? "over" : ""}" @dragenter=${this.#dragOver} @dragleave=${this.#dragLeave}>
        <p>Drop the folder or its files here</p>
        <div class="row">
          <button part="button" class="main" @click=${() => this.#input("folder")?.click()}>Choose a folder…</button>
          <button part="button" @click=${() => this.#input("files")?.click()}>Choose files…</button>
        </div>
        <input id="folder" type="file" webkitdirectory hidden aria-label="Folder of a model" @change=${this.#changed} />
        <input id="files" type="file" multiple hidden aria-label="Files of a model" @change=${this.#changed} />
      </div>
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
      : html`<p class="quiet">
          A model that you do not have yet: download its files from its page on the Hugging Face Hub first. This site fetches
          nothing from there; whoever deploys it can allow that, by building it with <code>HUB=1 npm run build</code>.
        </p>`;
  }

  #ask({ detail }: CustomEvent<{ question: HubQuestion; typed: Typed }>): void {
    this.#typed = detail.typed;
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

  #chosen({ from, name, problem }: Extract<OpeningState, { kind: "chosen" }>) {
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
        <p>${priceText(from, this.lasting, this.missing)}</p>
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
    emit(this, "nn-opened", { model: state.model, keep: state.keep });
    this.#close();
  }

  #close(): void {
    this.renderRoot.querySelector("dialog")?.close();
  }

  get #busy(): boolean {
    return this.state.kind === "opening";
  }

  /** what is under way ends with Cancel alone, which says so */
  #hold(event: Event): void {
    if (this.#busy) event.preventDefault();
  }

  /** of a second Escape a browser does not ask whether the dialog may close */
  #escape(event: KeyboardEvent): void {
    if (event.key === "Escape") this.#hold(event);
  }

  #input(id: string) {
    return this.renderRoot.querySelector<HTMLInputElement>(`#${id}`);
  }

  #changed(event: Event): void {
    const input = event.target as HTMLInputElement;
    const files = inputFiles(input.files!);
    // the same folder can be chosen once more
    input.value = "";
    if (files.length > 0) void this.#opening.choose(files);
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

  #dragLeave(): void {
    this.over = false;
  }

  #drop(event: DragEvent): void {
    this.over = false;
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    void this.#opening.choose(droppedFiles(event.dataTransfer));
  }
}

define("nn-opening", NnOpening);

declare global {
  interface HTMLElementTagNameMap {
    "nn-opening": NnOpening;
  }
}
