import { css, html, LitElement, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { format } from "../../engine/index.ts";
import type { Cell } from "../../storage/index.ts";
import { define } from "../define.ts";
import { base, controls } from "../styles.ts";
import type { Complete } from "./completions.ts";
import { type Desk, firstDesk } from "./desk.ts";
import { send } from "./events.ts";
import { type ExperimentWorld, emptyWorld } from "./nn-experiment-cell.ts";
import type { CellElement, CellView } from "./state.ts";
import "../nn-loading.ts";
import "../nn-notice.ts";
import "./nn-cell.ts";

/**
 * The cells in their order. Below the cell that runs, or waits first, stands what it waits for: the question what may be
 * downloaded, how far that is, or that Python is starting.
 * @fires nn-agree - download it
 * @fires nn-decline - do not
 * @fires nn-interrupt - stop the download
 */
export class NnNotebook extends LitElement {
  static override properties = {
    cells: { attribute: false },
    views: { attribute: false },
    world: { attribute: false },
    complete: { attribute: false },
    desk: { attribute: false },
    waiting: { attribute: false },
  };
  static override styles = [
    base,
    controls,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 12px;
      }
      .wait {
        display: grid;
        gap: 8px;
        scroll-margin-block: 96px 24px;
      }
      .wait .title {
        font-weight: 600;
      }
    `,
  ];

  declare cells: readonly Cell[];
  /** one for each cell, at the same place */
  declare views: readonly CellView[];
  /** what experiment cells are shown with */
  declare world: ExperimentWorld;
  /** what fits at a place in a source, from Python */
  declare complete: Complete;
  declare desk: Desk;
  /** id of the cell below which the question or the progress stands */
  declare waiting: string | undefined;

  constructor() {
    super();
    this.cells = [];
    this.views = [];
    this.world = emptyWorld;
    this.complete = async (_, position) => ({ from: position, options: [] });
    this.desk = firstDesk;
  }

  /** The element of a cell, once it is drawn. */
  async element(id: string): Promise<CellElement | undefined> {
    await this.updateComplete;
    const index = this.cells.findIndex((cell) => cell.id === id);
    return this.renderRoot.querySelectorAll<CellElement>("nn-cell")[index];
  }

  /** Bring the question into view and give it the focus: nothing runs before it is answered. */
  async focusQuestion(): Promise<void> {
    await this.updateComplete;
    const question = this.renderRoot.querySelector<HTMLElement>(".question");
    question?.scrollIntoView({ block: "nearest" });
    question?.querySelector<HTMLElement>("button")?.focus({ preventScroll: true });
  }

  override render() {
    return repeat(
      this.cells,
      ({ id }) => id,
      (cell, i) => html`
        <nn-cell .cell=${cell} .view=${this.views[i]!} .world=${this.world} .complete=${this.complete}></nn-cell>
        ${cell.id === this.waiting ? this.#wait() : nothing}
      `,
    );
  }

  #wait() {
    const { question, loading } = this.desk;
    if (question) {
      return html`
        <nn-notice class="wait question" .heading=${"Something has to be downloaded first."}>
          ${question.text}
          <div slot="action" class="row">
            <button class="main" @click=${() => send(this, "nn-agree", undefined)}>
              Download ${format.bytes(question.bytes)} and go on
            </button>
            <button @click=${() => send(this, "nn-decline", undefined)}>Cancel</button>
          </div>
        </nn-notice>
      `;
    }
    if (!loading) return html`<p class="wait quiet">Python is starting…</p>`;
    return html`
      <div class="wait" @nn-cancel=${() => send(this, "nn-interrupt", undefined)}>
        <span class="title">${loading.title}</span>
        <nn-loading .phase=${loading.phase} .kept=${loading.phase.keep}></nn-loading>
      </div>
    `;
  }
}

define("nn-notebook", NnNotebook);

declare global {
  interface HTMLElementTagNameMap {
    "nn-notebook": NnNotebook;
  }
}
