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
        <div class="field" ?hidden=${hidden("neuron")}>${number("neuron", "Neuron", limits?.dMlp)}</div>
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
      aria-describedby="${id}-complaint ${id}-hint"
      @input=${form.onInput}
    />
    <span id="${id}-complaint" class="complaint">${form.said(id)}</span>
    <span id="${id}-hint" class="hint">${below === undefined ? nothing : `0 to ${below - 1}`}</span>
  `;
}

const actions: [Hook["kind"], string][] = [
  ["suppress", "Suppress: set to zero"],
  ["enhance", "Enhance: double it"],
  ["scale", "Scale by a factor"],
  ["set", "Set to a value"],
  ["add", "Add a value"],
];
