import { css, html, LitElement, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { format } from "../../../model/index.ts";
import type { Cell } from "../../../storage/index.ts";
import { define } from "../../kit/define.ts";
import { base, controls } from "../../kit/styles.ts";
import { type ExperimentContext, emptyContext } from "../book/experiment-context.ts";
import { isBlank } from "../book/first-lines.ts";
import type { CellElement, CellView } from "../book/notebook-state.ts";
import type { Entry } from "../book/outline.ts";
import { send } from "../events.ts";
import { drawAll, drawFew, goNear } from "../render/near.ts";
import { goTo } from "../render/nn-markdown.ts";
import { fetchAll, Part } from "../render/part.ts";
import { idPrefix, slug } from "../render/slug.ts";
import { whenUsed } from "../render/used.ts";
import { initialStatus, type NotebookStatus } from "../run/notebook-status.ts";
import type { Complete } from "./completions.ts";
import type { Inspect } from "./documentation.ts";
import "../../kit/nn-notice.ts";
import type { NnCell } from "./nn-cell.ts";
import { wide } from "./wide.ts";
import "./nn-cell.ts";

/** how far a download is: nothing of it is seen before something runs */
const progress = new Part(() => import("../../kit/nn-loading.ts"));

const blank = new Part(() => import("./nn-blank.ts"));
const outline = new Part(() => import("./nn-outline.ts"));

/** cells that are on the page at a time; of longer notebooks a part, which goes where one goes */
const most = 1000;

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
    context: { attribute: false },
    complete: { attribute: false },
    inspect: { attribute: false },
    status: { attribute: false },
    waiting: { attribute: false },
    from: { state: true },
  };
  static override styles = [
    base,
    controls,
    css`
      :host {
        position: relative;
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 12px;
      }
      :is(nn-outline, nn-blank):not(:defined) {
        display: none;
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
  declare context: ExperimentContext;
  /** what fits at a place in a source, from Python */
  declare complete: Complete;
  /** what is known of the name at a place in a source, from Python */
  declare inspect: Inspect | undefined;
  declare status: NotebookStatus;
  /** id of the cell below which the question or the progress stands */
  declare waiting: string | undefined;
  /** the place of the first cell that is on the page */
  declare from: number;
  #most = most;
  #listening: AbortController | undefined;

  constructor() {
    super();
    this.from = 0;
    this.cells = [];
    this.views = [];
    this.context = emptyContext;
    this.complete = async (_, position) => ({ from: position, options: [] });
    this.status = initialStatus;
  }

  override connectedCallback() {
    super.connectedCallback();
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    let { from } = this;
    const print = () => {
      from = this.from;
      this.#most = Number.POSITIVE_INFINITY;
      this.from = 0;
      // at once, and also where it is at the beginning already
      this.requestUpdate();
      this.performUpdate();
      drawAll();
    };
    const printed = () => {
      this.#most = most;
      this.from = from;
      this.requestUpdate();
      drawFew();
    };
    addEventListener("beforeprint", print, { signal });
    addEventListener("afterprint", printed, { signal });
    // the margin has room for it, and somebody reads on
    const room = wide();
    const beside = () => room.matches && whenUsed(() => void fetchAll([outline]));
    beside();
    room.addEventListener("change", beside, { signal });
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.#listening?.abort();
  }

  /** The element of a cell, once it is there. */
  async element(id: string): Promise<CellElement | undefined> {
    await this.updateComplete;
    const index = this.cells.findIndex((cell) => cell.id === id);
    if (index < 0) return undefined;
    if (index < this.from || index >= this.from + this.#most) {
      this.from = this.#around(index);
      await this.updateComplete;
    }
    return this.renderRoot.querySelectorAll<NnCell>("nn-cell")[index - this.from];
  }

  /** where a part begins that has a cell in its middle */
  #around(index: number): number {
    return Math.max(0, Math.min(index - most / 2, this.cells.length - most));
  }

  protected override willUpdate() {
    this.from = this.#most < this.cells.length ? Math.min(this.from, this.cells.length - this.#most) : 0;
  }

  /** Go to a heading in a cell that is not drawn yet. */
  async #seek({ detail: { id } }: HTMLElementEventMap["nn-seek"]) {
    // of headings of one name the later ones are numbered
    const words = id.slice(idPrefix.length).replace(/-\d+$/, "");
    for (const { id: cell, kind, source } of this.cells) {
      if (kind !== "markdown" || !slug(source).includes(words)) continue;
      await ((await this.element(cell)) as NnCell | undefined)?.draw();
      if (goTo(id)) return;
    }
  }

  /** where a heading stands, or its cell while it is not drawn */
  readonly #place = ({ cell, id }: Entry): Element | undefined => {
    const index = this.cells.findIndex((each) => each.id === cell) - this.from;
    const element = this.renderRoot.querySelectorAll<NnCell>("nn-cell")[index];
    return element?.renderRoot.querySelector("nn-markdown")?.find(idPrefix + id) ?? element;
  };

  /** Go to a heading of the outline; where its cell is folded away or edited, to the cell. */
  async #go({ detail: { cell, heading } }: HTMLElementEventMap["nn-go"]) {
    const element = (await this.element(cell)) as NnCell | undefined;
    await element?.draw();
    const text = element?.renderRoot.querySelector("nn-markdown");
    if (!(text && goTo(idPrefix + heading, text))) element?.focusCell();
  }

  /** Bring the question into view and give it the focus: nothing runs before it is answered. */
  async focusQuestion(): Promise<void> {
    await this.updateComplete;
    const question = this.renderRoot.querySelector<HTMLElement>(".question");
    if (!question) return;
    void goNear(question, "nearest");
    question.querySelector<HTMLElement>("button")?.focus({ preventScroll: true });
  }

  override render() {
    const { from, cells } = this;
    const to = Math.min(cells.length, from + this.#most);
    const shown = repeat(
      from === 0 && to === cells.length ? cells : cells.slice(from, to),
      ({ id }) => id,
      (cell, i) => html`
        <nn-cell
          .cell=${cell}
          .view=${this.views[from + i]!}
          .context=${this.context}
          .complete=${this.complete}
          .inspect=${this.inspect}
          @nn-seek=${this.#seek}
        ></nn-cell>
        ${cell.id === this.waiting ? this.#wait() : nothing}
      `,
    );
    return html`<nn-outline .cells=${cells} .place=${this.#place} @nn-go=${this.#go}></nn-outline>
    ${from > 0 ? this.#more(from - 1, "before", from) : nothing}${shown}${
      to < cells.length ? this.#more(to, "after", cells.length - to) : nothing
    }${isBlank(cells) && !this.views[0]?.readOnly ? this.#blank() : nothing}`;
  }

  #blank() {
    void fetchAll([blank]);
    const [cell] = this.cells;
    return html`<nn-blank .cell=${cell!.id} .model=${this.context.models[0]?.name}></nn-blank>`;
  }

  /** @param next the place of the cell at which one reads on */
  #more(next: number, where: "before" | "after", left: number) {
    const go = async () => {
      this.from = Math.max(0, where === "after" ? next : next + 1 - most);
      const cell = await this.element(this.cells[next]!.id);
      if (!cell) return;
      cell.focusCell();
      await goNear(cell, where === "after" ? "start" : "end");
    };
    return html`<p class="quiet more">
      This notebook has ${this.cells.length} cells, ${left} of them ${where} these.
      <button type="button" @click=${go}>Show the ${Math.min(most, left)} cells ${where} these</button>
    </p>`;
  }

  #wait() {
    const { question, loading } = this.status;
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
    void progress.load().catch(() => {});
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
