// More than 300 lines, because fields, complaints, the mask and the completion of words share one state, and Lit's declarations take 60.

import { html, LitElement, nothing, type PropertyValues } from "lit";
import { type ExperimentSpec, listed, mostEdits, type Token, tutorial } from "../../model/index.ts";
import { define } from "../kit/define.ts";
import { rescueFocus } from "../kit/focus.ts";
import { lateStyles } from "../kit/late.ts";
import { base, controls, field } from "../kit/styles.ts";
import { type EditForm, editStyles, editTemplate } from "./edit-fields.ts";
import { emit } from "./events.ts";
import { brokenWords, type Example, exampleMenu, exampleSpec, practiceNote } from "./examples.ts";
import { formStyles } from "./form-styles.ts";
import { type Chip, chipsOf, moveMask } from "./mask-move.ts";
import type { Part } from "./settings.ts";
import {
  type Complaints,
  check,
  countMasks,
  editField,
  editFieldsOf,
  type FieldName,
  type Fields,
  fieldOf,
  type Limits,
  maskHint,
  ofEdit,
  type Problem,
  partOf,
  toFields,
  toSpec,
  understood,
  withEditFields,
} from "./spec.ts";
import type { WordCompletion } from "./word-completion.ts";
import "./nn-sentence.ts";

/**
 * The experiment as a form: sentence, layer, neuron, what happens to it, words to compare. Complaints stand at the
 * field they are about. Enter and Ctrl/Cmd+Enter run.
 * @fires nn-edit - a field changed
 * @fires nn-run - run this experiment; only after the fields were found in order
 * @fires nn-stop - stop the run under way
 * @csspart field - each input and select
 * @csspart run - the button that runs
 */
export class NnExperimentForm extends LitElement {
  static override properties = {
    spec: { attribute: false },
    limits: { attribute: false },
    problem: { attribute: false },
    tokens: { attribute: false },
    label: { attribute: false },
    note: { attribute: false },
    disabled: { type: Boolean },
    busy: { type: Boolean },
    hide: { attribute: false },
    guess: { attribute: false },
    words: { attribute: false },
    practice: { type: Boolean },
    fields: { state: true },
    complaints: { state: true },
  };
  static override styles = [base, controls, field, editStyles, formStyles, lateStyles];

  /** what the fields start with */
  declare spec: ExperimentSpec;
  /** how far layer and neuron go; undefined before a model is chosen */
  declare limits: Limits | undefined;
  /** what the engine found wrong with the last run */
  declare problem: Problem | undefined;
  /** the sentence as the model reads it; empty when that is not known */
  declare tokens: readonly Token[];
  /** the button's name: what pressing it does now */
  declare label: string;
  /** what to know before pressing it */
  declare note: string;
  /** there is nothing to run with */
  declare disabled: boolean;
  /** a run is under way */
  declare busy: boolean;
  /** parts that are not shown; hidden fields keep their values */
  declare hide: ReadonlySet<Part>;
  /** the word that takes the mask's place when it moves, where nobody knows what stood there; else the first to compare */
  declare guess: string | undefined;
  /** the words that the open model knows; none where that is not known */
  declare words: readonly string[];
  /** the model is one to practise with, which has read little */
  declare practice: boolean;
  declare fields: Fields;
  declare complaints: Complaints | undefined;
  /** the word that stood where the mask does now */
  #covered: string | undefined;
  /** fetched with the first words */
  #completion: WordCompletion | undefined;

  constructor() {
    super();
    this.spec = tutorial;
    this.tokens = [];
    this.label = "Run";
    this.note = "";
    this.disabled = false;
    this.busy = false;
    this.hide = new Set();
    this.words = [];
    this.practice = false;
    this.fields = toFields(tutorial);
    // Stop goes when the run ends
    rescueFocus(this, () => this.renderRoot.querySelector<HTMLElement>("button.main")?.focus());
  }

  protected override willUpdate(changed: PropertyValues<this>) {
    if (changed.has("spec")) {
      this.fields = toFields(this.spec);
      this.#covered = undefined;
    }
    if (changed.has("words") && this.words.length > 0) void this.#learn();
    // another model has other layers: complaints about the fields may no longer hold
    if (changed.has("limits") && this.complaints) this.complaints = check(this.fields, this.limits);
  }

  override render() {
    return html`
      <form novalidate ?hidden=${this.#hidden("form")} @keydown=${this.#keydown}>
        ${this.#sentence()}
        ${this.#edits()}
        <div class="field" ?hidden=${this.#hidden("candidates")}>
          ${this.#text("candidates", "Words to compare", "separated by commas or spaces", true)}
        </div>
        <div class="row" ?hidden=${this.#hidden("run")}>
          <button class="main" part="run" type="button" ?disabled=${this.disabled} @click=${this.#submit}>${this.label}</button>
          ${
            this.busy
              ? html`<span class="busy coming">
                  <span class="spinner"></span> Running…
                  <button class="plain" part="button" type="button" @click=${this.#stop}>Stop</button>
                </span>`
              : html`<span class="hint">${this.note}</span>`
          }
        </div>
      </form>
      ${this.#astray()}
    `;
  }

  /** Is nothing of these parts shown? */
  #hidden(...parts: Part[]): boolean {
    return parts.every((part) => this.hide.has(part));
  }

  #sentence() {
    const name = this.limits?.mask;
    const masks = countMasks(this.fields.sentence, name) ?? 0;
    const mask = Math.min(this.fields.mask, Math.max(0, masks - 1));
    const hidden = this.#hidden("sentence");
    const sentence = understood(this.fields.sentence, name);
    const chips = chipsOf(sentence, this.tokens, name ?? "[MASK]");
    const choose = (example: Example) =>
      this.#take(toFields(exampleSpec(example, toSpec(this.fields, this.limits), this.practice)));
    // an example takes the place of all that is asked
    const whole = !asked.some((part) => this.hide.has(part));
    return html`
      <div class="field sentence" ?hidden=${hidden}>
        ${whole ? exampleMenu(name ?? "[MASK]", choose) : nothing}
        ${this.#text("sentence", "Sentence", maskHint(this.fields.sentence, name))}
        <nn-sentence
          exportparts="token"
          .chips=${chips}
          .mask=${mask}
          ?fixed=${this.disabled}
          @nn-mask=${(event: HTMLElementEventMap["nn-mask"]) => this.#moveMask(event, chips, mask)}
        ></nn-sentence>
        ${this.practice && whole ? practiceNote(brokenWords(sentence, chips), name ?? "[MASK]", choose) : nothing}
      </div>
      ${
        masks > 1
          ? html`<div class="field" ?hidden=${hidden}>
              <label for="mask">Which ${name}</label>
              <select part="field" id="mask" aria-describedby="mask-complaint" @change=${this.#edit}>
                ${Array.from(
                  { length: masks },
                  (_, i) =>
                    html`<option value=${i} ?selected=${i === mask}>${ordinal(i)} in the sentence</option>`,
                )}
              </select>
              ${this.#complaint("mask")}
            </div>`
          : nothing
      }
    `;
  }

  #edits() {
    const edits = editFieldsOf(this.fields);
    const full = edits.length >= mostEdits;
    const form: EditForm = {
      limits: this.limits,
      hidden: (...parts) => this.#hidden(...parts),
      said: (name) => this.#said(name),
      onInput: (event) => this.#edit(event),
      onNeuron: (edit, neuron) =>
        this.#take(
          withEditFields(this.fields, edits.with(edit, { ...edits[edit]!, neuron: String(neuron) })),
        ),
      onRemove: (edit) => this.#remove(edit),
    };
    return html`
      ${edits.map((fields, i) => editTemplate(form, fields, i, edits.length))}
      <div class="row" ?hidden=${this.#hidden("layer") || this.#hidden("neuron")}>
        <button class="plain" id="add" part="button" type="button" ?disabled=${full} @click=${this.#add}>
          Add another neuron
        </button>
        ${full ? html`<span class="hint">An experiment takes ${mostEdits} at most.</span>` : nothing}
        ${this.#complaint("edits")}
      </div>
    `;
  }

  /** what is to be said against fields that are not shown; what the engine says against them, the page does */
  #astray() {
    const said = Object.entries(this.complaints ?? {}).flatMap(([name, text]) =>
      this.#hidden("form") || this.#hidden(partOf(name as FieldName)) ? text : [],
    );
    return said.length > 0 ? html`<p class="complaint astray" role="alert">${said.join(" ")}</p>` : nothing;
  }

  #text(name: "sentence" | "candidates", label: string, hint: string, completes = false) {
    const completion = completes ? this.#completion : undefined;
    const input = html`
      <input
        part="field"
        id=${name}
        class="mono"
        type="text"
        role=${completes ? "combobox" : nothing}
        aria-autocomplete=${completes ? "list" : nothing}
        aria-controls=${completes ? "known" : nothing}
        aria-expanded=${completes ? String(completion?.open ?? false) : nothing}
        aria-activedescendant=${completion?.activeId ?? nothing}
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        .value=${this.fields[name]}
        aria-invalid=${this.#said(name) ? "true" : "false"}
        aria-describedby="${name}-complaint ${name}-hint"
        @input=${this.#edit}
        @keydown=${(event: KeyboardEvent) => completion?.keydown(event)}
        @blur=${() => completion?.close()}
      />
    `;
    return html`
      <label for=${name}>${label}</label>
      ${completes ? html`<div class="completed">${input}<div id="known" role="listbox" aria-label="Words this model knows" ?hidden=${!completion?.open}>${completion?.options(() => this.#input(name)) ?? nothing}</div></div>` : input}
      ${this.#complaint(name)}
      <span id="${name}-hint" class="hint">${hint}</span>
    `;
  }

  #complaint(name: FieldName) {
    return html`<span id="${name}-complaint" class="complaint">${this.#said(name)}</span>`;
  }

  /** what there is to say against a field: what the form sees itself, else what the engine answered */
  #said(name: FieldName): string {
    const own = this.complaints?.[name];
    if (own || !this.problem) return own ?? "";
    const field = fieldOf(this.problem.code, this.fields.more.length + 1);
    const shown =
      field === "mask" && (countMasks(this.fields.sentence, this.limits?.mask) ?? 0) < 2 ? "sentence" : field;
    return shown === name ? `${this.problem.message} ${this.problem.hint}` : "";
  }

  #edit(event: Event) {
    const { id, value } = event.target as HTMLInputElement | HTMLSelectElement;
    const place = ofEdit(id);
    const edits = editFieldsOf(this.fields);
    if (id === "sentence" || id === "mask") this.#covered = undefined;
    if (id === "candidates") this.#completion?.typed(event.target as HTMLInputElement, this.words);
    this.#take(
      place
        ? withEditFields(this.fields, edits.with(place.edit, { ...edits[place.edit]!, [place.field]: value }))
        : { ...this.fields, [id]: id === "mask" ? Number(value) : value },
      event.type === "input",
    );
  }

  #moveMask(event: HTMLElementEventMap["nn-mask"], chips: readonly Chip[], asked: number) {
    event.stopPropagation();
    const { sentence, candidates } = this.fields;
    const word = chips[event.detail.chip]?.word;
    const back = this.#covered ?? this.guess ?? listed(candidates)[0];
    if (!word || back === undefined) return;
    const read = understood(sentence, this.limits?.mask);
    const moved = moveMask(read, word, this.limits?.mask ?? "[MASK]", asked, back);
    if (!moved) return;
    this.#covered = moved.covered;
    this.#take({ ...this.fields, sentence: moved.sentence, mask: moved.mask });
  }

  /** In the layer of the last one; which neuron is for the person to say. */
  async #add() {
    const edits = editFieldsOf(this.fields);
    this.#take(withEditFields(this.fields, [...edits, { ...edits.at(-1)!, neuron: "" }]));
    await this.#focus(editField("neuron", edits.length));
  }

  async #remove(edit: number) {
    const edits = editFieldsOf(this.fields).toSpliced(edit, 1);
    this.#take(withEditFields(this.fields, edits));
    await this.#focus(editField("neuron", Math.min(edit, edits.length - 1)));
  }

  async #learn() {
    // what is typed needs no completion, where its script cannot be had
    const { WordCompletion } = (await import("./word-completion.ts").catch(console.warn)) ?? {};
    if (WordCompletion)
      this.#completion ??= new WordCompletion(this, (candidates) =>
        this.#take({ ...this.fields, candidates }),
      );
  }

  #input(id: string): HTMLInputElement {
    return this.renderRoot.querySelector(`#${id}`)!;
  }

  async #focus(id: string) {
    await this.updateComplete;
    this.#input(id).focus();
  }

  /** @param typed by typing, which may go on */
  #take(fields: Fields, typed = false) {
    this.fields = fields;
    if (this.complaints) this.complaints = check(this.fields, this.limits);
    emit(this, "nn-edit", { spec: toSpec(this.fields, this.limits), typed });
  }

  /** Not by way of the form's own submission, which a sandboxed frame may be denied. */
  #submit() {
    const complaints = check(this.fields, this.limits);
    const first = Object.keys(complaints)[0];
    this.complaints = first ? complaints : undefined;
    if (first) this.renderRoot.querySelector<HTMLElement>(`#${first}`)?.focus();
    else emit(this, "nn-run", { spec: toSpec(this.fields, this.limits) });
  }

  #keydown(event: KeyboardEvent) {
    const inField = event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey;
    if (event.key !== "Enter" || !inField || event.isComposing || this.disabled) return;
    event.preventDefault();
    this.#submit();
  }

  #stop() {
    emit(this, "nn-stop", undefined);
  }
}

/** the parts that say what is asked */
const asked: readonly Part[] = ["sentence", "layer", "neuron", "hook", "candidates"];

function ordinal(i: number): string {
  return ["First", "Second", "Third"][i] ?? `${i + 1}th`;
}

define("nn-experiment-form", NnExperimentForm);

declare global {
  interface HTMLElementTagNameMap {
    "nn-experiment-form": NnExperimentForm;
  }
}
