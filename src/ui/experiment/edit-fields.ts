// The fields of one edit in the experiment's form: layer, neuron, what happens to it, and the button that takes the edit
// out. Templates without state; the form keeps what is typed.

import { css, html, nothing } from "lit";
import { type Hook, operations } from "../../model/index.ts";
import type { Part } from "./settings.ts";
import { type EditFields, editField, type FieldName, type Limits } from "./spec.ts";

export const editStyles = css`
  .numbers {
    display: flex;
    flex-wrap: wrap;
    gap: 14px 12px;
  }
  .numbers .field {
    flex: 1 1 104px;
  }
  .numbers .hook {
    flex: 2 1 200px;
  }
  /* the steps beside the field, what is said about it below both */
  .numbers .neuron {
    flex: 1.6 1 200px;
    grid-template-columns: minmax(0, 1fr) auto;
  }
  .neuron > * {
    grid-column: 1 / -1;
  }
  .neuron > input {
    grid-area: 2 / 1;
  }
  .steps {
    grid-area: 2 / 2;
    display: flex;
    gap: 4px;
  }
  .steps button {
    width: 34px;
    padding: 0;
    font-size: calc(var(--size) + 3px);
    line-height: 1;
  }
  .steps svg {
    display: block;
    margin-inline: auto;
    fill: currentColor;
    fill-rule: evenodd;
  }
  .head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 12px;
  }
  .edit + .edit .head {
    border-block-start: 1px solid var(--line);
    padding-block-start: 6px;
  }
  .complaint {
    overflow-wrap: anywhere;
  }
  .complaint:empty {
    display: none;
  }
  .hint {
    font-size: var(--small);
    color: var(--muted);
  }
`;

/** what the fields need of the form around them */
export interface EditForm {
  limits: Limits | undefined;
  hidden(...parts: Part[]): boolean;
  /** what there is to say against a field */
  said(name: FieldName): string;
  onInput(event: Event): void;
  /** Put another neuron into an edit. */
  onNeuron(edit: number, neuron: number): void;
  onRemove(edit: number): void;
}

/**
 * The fields of an edit; of several, each is a group with a name.
 * @param edit which of them, from 0
 */
export function editTemplate(form: EditForm, fields: EditFields, edit: number, count: number) {
  const { limits, hidden } = form;
  const alone = count === 1;
  const id = editField("action", edit);
  const amount = operations.takes(fields.action);
  const number = (name: "layer" | "neuron" | "amount", label: string, below?: number) =>
    numberTemplate(form, editField(name, edit), label, fields[name], below);
  return html`
    <div
      class="edit"
      role=${alone ? nothing : "group"}
      aria-labelledby=${alone ? nothing : `edit-${edit + 1}`}
      ?hidden=${hidden("layer", "neuron", "hook")}
    >
      ${
        alone
          ? nothing
          : html`<div class="head">
              <span id="edit-${edit + 1}" class="hint">Edit ${edit + 1}</span>
              <button class="plain" part="button" type="button" @click=${() => form.onRemove(edit)}>
                Remove<span class="unseen"> edit ${edit + 1}</span>
              </button>
            </div>`
      }
      <div class="numbers">
        <div class="field" ?hidden=${hidden("layer")}>${number("layer", "Layer", limits?.layers)}</div>
        <div class="field neuron" ?hidden=${hidden("neuron")}>
          ${number("neuron", "Neuron", limits?.dMlp)}
          ${steps(form, fields.neuron, edit)}
        </div>
        <div class="field hook" ?hidden=${hidden("hook")}>
          <label for=${id}>What to do with it</label>
          <select part="field" id=${id} @change=${form.onInput}>
            ${actions.map(
              ([kind, name]) =>
                html`<option value=${kind} ?selected=${kind === fields.action}>${name}</option>`,
            )}
          </select>
        </div>
        ${
          amount
            ? html`<div class="field" ?hidden=${hidden("hook")}>
                ${number("amount", amount === "factor" ? "Factor" : "Value")}
              </div>`
            : nothing
        }
      </div>
    </div>
  `;
}

/** The neurons beside this one, and any other: three buttons that stand in the line of the neuron's field. */
function steps({ limits, onNeuron }: EditForm, typed: string, edit: number) {
  const count = limits?.dMlp;
  const neuron = typed.trim() === "" ? Number.NaN : Number(typed);
  const known = Number.isInteger(neuron);
  const step = (by: number, label: string, sign: string) => {
    const to = neuron + by;
    const there = known && to >= 0 && (count === undefined || to < count);
    // at an end the button keeps the focus, so that the keyboard goes on from there
    return html`<button part="button" type="button" aria-label=${label} title=${label} aria-disabled=${there ? "false" : "true"} @click=${() => there && onNeuron(edit, to)}>${sign}</button>`;
  };
  const random = "A random neuron of this layer";
  return html`<div class="steps">
    ${step(-1, "Previous neuron", "‹")}${step(1, "Next neuron", "›")}
    <button part="button" type="button" aria-label=${random} title=${random} ?disabled=${count === undefined} @click=${() => onNeuron(edit, another(count!, neuron))}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="${dice}" /></svg>
    </button>
  </div>`;
}

/** Any neuron but this one. */
function another(count: number, neuron: number): number {
  const drawn = Math.floor(Math.random() * Math.max(1, count - 1));
  return drawn >= neuron ? Math.min(count - 1, drawn + 1) : drawn;
}

/** a die that shows five, as a frame and five squares */
const dice =
  "M1 1H15V15H1ZM2.5 2.5V13.5H13.5V2.5ZM4 4H6V6H4ZM10 4H12V6H10ZM7 7H9V9H7ZM4 10H6V12H4ZM10 10H12V12H10Z";

function numberTemplate(form: EditForm, id: FieldName, label: string, value: string, below?: number) {
  const free = id.startsWith("amount");
  return html`
    <label for=${id}>${label}</label>
    <input
      part="field"
      id=${id}
      class="number"
      type="number"
      min=${free ? nothing : 0}
      max=${below === undefined ? nothing : below - 1}
      step=${free ? "any" : 1}
      .value=${value}
      aria-invalid=${form.said(id) ? "true" : "false"}
      aria-describedby=${free ? `${id}-complaint` : `${id}-complaint ${id}-hint`}
      @input=${form.onInput}
    />
    <span id="${id}-complaint" class="complaint">${form.said(id)}</span>
    ${free ? nothing : html`<span id="${id}-hint" class="hint">${below === undefined ? "from 0" : `0 to ${below - 1}`}</span>`}
  `;
}

const actions: [Hook["kind"], string][] = [
  ["suppress", "Suppress: set to zero"],
  ["enhance", "Enhance: double it"],
  ["scale", "Scale by a factor"],
  ["set", "Set to a value"],
  ["add", "Add a value"],
];
