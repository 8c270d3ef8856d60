import { css, html, LitElement, nothing } from "lit";
import { format } from "../../model/index.ts";
import type { KeptModel, Space, StorageReport } from "../../storage/index.ts";
import { emit } from "../experiment/events.ts";
import type { ModelEntry } from "../experiment/models.ts";
import type { Removed } from "../experiment/state.ts";
import { promiseText, removedText } from "../experiment/words.ts";
import { define } from "./define.ts";
import { rescueFocus } from "./focus.ts";
import { base, controls, disclosure, unprinted } from "./styles.ts";

/**
 * What this browser keeps for this site: models with their sizes, each with a way to remove it, the space that is left,
 * and whether the browser has promised to keep it all.
 * @fires nn-remove - forget a kept model
 * @fires nn-persist - ask the browser to delete nothing by itself
 * @csspart button - each button
 */
export class NnStorage extends LitElement {
  static override properties = {
    report: { attribute: false },
    models: { attribute: false },
    promise: { attribute: false },
    removed: { attribute: false },
  };
  static override styles = [
    base,
    controls,
    disclosure,
    unprinted,
    css`
      :host {
        container-type: inline-size;
      }
      summary {
        color: var(--muted);
      }
      .stack {
        padding-block: 8px 4px;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        text-align: start;
      }
      caption {
        text-align: start;
      }
      th,
      td {
        padding: 6px 16px 6px 0;
        border-bottom: 1px solid var(--line);
        text-align: start;
        vertical-align: baseline;
        font-weight: 400;
      }
      tbody th {
        overflow-wrap: anywhere;
      }
      th:last-child,
      td:last-child {
        padding-inline-end: 0;
        text-align: end;
      }
      thead th {
        font-size: var(--small);
        color: var(--muted);
      }
      .small {
        font-size: var(--small);
      }
      @container (max-width: 480px) {
        th,
        td {
          padding-inline-end: 10px;
        }
      }
    `,
  ];

  /** what is kept; undefined before that is known */
  declare report: StorageReport | undefined;
  /** the site's models, for their titles */
  declare models: readonly ModelEntry[];
  /** what the browser answered when it was asked to keep it all */
  declare promise: "granted" | "refused" | undefined;
  /** the last model that was removed */
  declare removed: Removed | undefined;

  constructor() {
    super();
    this.models = [];
    rescueFocus(this, () => this.renderRoot.querySelector("summary")?.focus());
  }

  override render() {
    const { report } = this;
    const kept = report?.models.reduce((sum, model) => sum + model.kept, 0) ?? 0;
    return html`
      <details>
        <summary>Kept on this device${kept > 0 ? `: ${format.bytes(kept)}` : ""}</summary>
        <div class="stack">${report ? this.#report(report) : html`<p class="quiet">Looking…</p>`}</div>
      </details>
    `;
  }

  #report({ kind, models, space }: StorageReport) {
    return html`
      ${
        kind === "memory"
          ? html`<p>The browser lends this page no storage: models are here until this tab closes.</p>`
          : nothing
      }
      ${models.length > 0 ? this.#table(models) : html`<p>No model is kept.</p>`}
      ${this.removed ? html`<p>${removedText(this.removed)}</p>` : nothing}
      ${kind === "memory" ? nothing : this.#space(space)}
    `;
  }

  #table(models: readonly KeptModel[]) {
    return html`
      <table>
        <caption class="unseen">Models kept on this device</caption>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">Kept</th>
            <th scope="col">Verified</th>
            <th scope="col"><span class="unseen">Remove</span></th>
          </tr>
        </thead>
        <tbody>
          ${models.map((model) => this.#row(model))}
        </tbody>
      </table>
    `;
  }

  #row({ name, kept, bytes, frees, verifiedAt, unfinished }: KeptModel) {
    const title = this.models.find((model) => model.name === name)?.title ?? name;
    const label = `Remove ${title}, which frees ${format.bytes(frees)}`;
    return html`
      <tr>
        <th scope="row">${title}</th>
        <td class="number">
          ${format.bytes(kept)}
          ${unfinished ? html`<span class="quiet small">of ${format.bytes(bytes)}, unfinished</span>` : nothing}
        </td>
        <td class="number">
          ${
            unfinished
              ? html`<span class="quiet">not complete</span>`
              : html`<time datetime=${new Date(verifiedAt).toISOString()}>${date.format(verifiedAt)}</time>`
          }
        </td>
        <td>
          <button part="button" class="plain" aria-label=${label} @click=${() => emit(this, "nn-remove", { name })}>Remove</button>
          ${frees === kept ? nothing : html`<span class="quiet small number">frees ${format.bytes(frees)}</span>`}
        </td>
      </tr>
    `;
  }

  #space({ free, persisted }: Space) {
    return html`
      ${free === undefined ? nothing : html`<p>The browser lets this site keep ${format.bytes(free)} more.</p>`}
      ${persisted === undefined ? nothing : this.#promise(persisted)}
    `;
  }

  #promise(persisted: boolean) {
    if (persisted) return html`<p>${promiseText.granted}</p>`;
    if (this.promise === "refused") return html`<p>${promiseText.refused}</p>`;
    return html`
      <div class="row">
        <span>The browser may delete what is kept when this device runs out of space.</span>
        <button part="button" @click=${() => emit(this, "nn-persist", undefined)}>Ask the browser to keep it</button>
      </div>
    `;
  }
}

const date = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });

define("nn-storage", NnStorage);

declare global {
  interface HTMLElementTagNameMap {
    "nn-storage": NnStorage;
  }
}
