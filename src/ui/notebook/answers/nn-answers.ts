import { css, html, LitElement, nothing } from "lit";
import { define } from "../../kit/define.ts";
import { base, controls, disclosure, unprinted, written } from "../../kit/styles.ts";
import { isolated } from "../render/isolated.ts";
import { goNear } from "../render/near.ts";
import type { Beside, Finding } from "./compare.ts";
import { ask } from "./events.ts";
import type { Answer, ReadSheet } from "./sheet.ts";

/** an answer of a sheet, with what this page knows of it */
export interface CheckedAnswer {
  readonly answer: Answer;
  readonly beside: Beside | undefined;
  /** of an experiment that was computed again; text while that is under way or could not be done */
  readonly finding: Finding | string | undefined;
}

export interface CheckedSheet {
  readonly sheet: ReadSheet;
  readonly answers: readonly CheckedAnswer[];
}

/**
 * The answers of the open notebook, to be handed in as a sheet; and sheets that were handed in, each answer beside the cell of
 * the same name in the notebook that is open.
 * @fires nn-answers-save, nn-answers-copy, nn-answers-read, nn-answers-choose, nn-answers-compute, nn-answers-clear
 */
export class NnAnswers extends LitElement {
  static override properties = {
    marked: { attribute: false },
    sheets: { attribute: false },
    busy: { type: Boolean },
    shown: { attribute: false },
  };
  static override styles = [
    base,
    controls,
    disclosure,
    unprinted,
    written,
    css`
      .box {
        padding-block: 4px 8px;
      }
      ul,
      ol {
        margin: 0;
        padding-inline-start: 20px;
      }
      .field {
        display: grid;
        gap: 4px;
        max-width: 320px;
      }
      textarea {
        width: 100%;
        min-height: 84px;
        padding: 8px;
        border: 1px solid var(--field-line);
        border-radius: 4px;
        background: var(--field);
        color: inherit;
        font: var(--tiny) / 1.5 var(--mono-family);
      }
      .small {
        font-size: var(--small);
      }
      article {
        padding: 8px 12px;
        border: 1px solid var(--line);
        border-radius: 6px;
      }
      .answer {
        padding-block: 8px;
        border-block-start: 1px solid var(--line);
      }
      h2,
      h3 {
        margin: 0;
        font: 600 var(--size) / 1.4 var(--sans-family);
        overflow-wrap: anywhere;
      }
      .pair {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 240px), 1fr));
        gap: 8px 12px;
      }
      .pair > div {
        min-width: 0;
      }
      pre {
        max-height: 240px;
        margin: 2px 0 0;
        padding: 6px 8px;
      }
      .same {
        color: var(--up);
      }
      .differs {
        color: var(--down);
      }
    `,
  ];

  /** answers of the notebook that is open */
  declare marked: readonly Answer[];
  declare sheets: readonly CheckedSheet[];
  /** experiments are being computed */
  declare busy: boolean;
  /** a sheet that the browser would not copy, to be copied by hand */
  declare shown: string | undefined;

  constructor() {
    super();
    this.marked = [];
    this.sheets = [];
    this.busy = false;
  }

  override render() {
    const { length } = this.marked;
    return html`
      <details>
        <summary>Answers: ${length === 0 ? "none" : length} marked in this notebook</summary>
        <div class="stack box">${this.#handIn()} ${this.#check()}</div>
      </details>
    `;
  }

  /** Open it, and go there. */
  async reveal(): Promise<void> {
    await this.updateComplete;
    const details = this.renderRoot.querySelector("details")!;
    details.open = true;
    details.querySelector("summary")!.focus();
    void goNear(details, "start");
  }

  /** What was pasted has been read, and need not stand there any more. */
  emptyPasted(): void {
    this.#pasted.value = "";
  }

  get #pasted(): HTMLTextAreaElement {
    return this.renderRoot.querySelector<HTMLTextAreaElement>("#sheet")!;
  }

  #handIn() {
    const { marked } = this;
    if (marked.length === 0)
      return html`<h2>Hand in</h2>
        <p class="quiet">No cell is marked as an answer. The menu of a cell (⋯) has “Mark as answer”.</p>`;
    const not = marked.filter(({ kind, run }) => kind !== "text" && !run.startsWith("run in this session"));
    const name = () => this.renderRoot.querySelector<HTMLInputElement>("#name")!.value;
    return html`
      <h2>Hand in</h2>
      <p class="quiet small">
        The ${marked.length === 1 ? "answer goes" : `${marked.length} answers go`} into a small text, with what the cells have put
        out and the experiments’ numbers. Nothing is sent: give the text to your teacher.
        ${not.length === 0 ? nothing : html`<strong>${notRunText(not.length, marked.length)}, and the sheet says so.</strong>`}
      </p>
      <div class="field">
        <label for="name">Your name, as it is to stand on the sheet</label>
        <input id="name" type="text" maxlength="100" autocomplete="name" />
      </div>
      <div class="row">
        <button class="main" type="button" @click=${() => ask(this, "nn-answers-save", { name: name() })}>Save answer sheet</button>
        <button type="button" @click=${() => ask(this, "nn-answers-copy", { name: name() })}>Copy answer sheet</button>
      </div>
      ${this.shown === undefined ? nothing : html`<label class="small">The browser refused to copy; copy it from here:<textarea readonly .value=${this.shown}></textarea></label>`}
    `;
  }

  #check() {
    const { sheets } = this;
    const read = () => ask(this, "nn-answers-read", { text: this.#pasted.value });
    const computable = sheets.some(({ answers }) => answers.some(({ answer }) => answer.experiment));
    return html`
      <h2>Check sheets</h2>
      <p class="quiet small">
        Open your own notebook with the solutions first: each answer stands beside the cell of the same name in it. The checksum
        shows that a sheet came through whole. It is not a signature: a sheet is made on the student’s device, and who can
        program can write any sheet. Experiments are computed again here; what else is on it, ask about.
      </p>
      <label class="small">Paste a sheet, or drop files of sheets onto the page <textarea id="sheet" spellcheck="false"></textarea></label>
      <div class="row">
        <button type="button" @click=${read}>Read the sheet</button>
        <button type="button" @click=${() => ask(this, "nn-answers-choose", undefined)}>Choose files…</button>
        ${computable ? html`<button type="button" class="main" ?disabled=${this.busy} @click=${() => ask(this, "nn-answers-compute", undefined)}>Compute the experiments again</button>` : nothing}
        ${sheets.length > 0 ? html`<button type="button" @click=${() => ask(this, "nn-answers-clear", undefined)}>Put the sheets away</button>` : nothing}
      </div>
      ${sheets.map((each) => this.#sheet(each))}
    `;
  }

  #sheet({ sheet, answers }: CheckedSheet) {
    const made = Date.parse(sheet.made);
    return html`<article aria-label="Sheet of ${isolated(sheet.name) || "nobody"}">
      <h3>${isolated(sheet.name) || "No name"}</h3>
      <p class="quiet small">
        ${isolated(sheet.notebook)}, ${Number.isNaN(made) ? "at an unknown time" : time.format(made)}.
        ${
          sheet.intact
            ? html`<span class="same">✓ The checksum fits: it came through whole.</span>`
            : html`<span class="differs">✗ The checksum does not fit: it was changed after it was made, on its way or by hand.</span>`
        }
      </p>
      ${answers.length === 0 ? html`<p>There is no answer on it.</p>` : nothing}
      ${answers.map((each, i) => this.#answer(each, i))}
    </article>`;
  }

  #answer({ answer, beside, finding }: CheckedAnswer, index: number) {
    const pre = (label: string, text: string) =>
      text === ""
        ? nothing
        : html`<pre tabindex="0" role="region" aria-label="${label} of answer ${index + 1}">${text}</pre>`;
    return html`<div class="answer stack">
      <p class="small">
        <strong>Answer ${index + 1}</strong> <span class="quiet">(cell ${isolated(answer.cell)}${answer.run ? `; ${isolated(answer.run)}` : ""})</span>
        ${besideText(beside)}
      </p>
      <div class="pair small">
        <div>Handed in ${pre("Source", answer.source)} ${pre("Output", answer.output)}</div>
        ${beside ? html`<div>In this notebook ${pre("Own source", beside.source)} ${pre("Own output", beside.output)}</div>` : nothing}
      </div>
      ${
        answer.experiment
          ? html`<p class="small quiet">${isolated(answer.experiment.note)}</p>
              <p class="small" role="status">${findingText(finding)}</p>`
          : nothing
      }
    </div>`;
  }
}

/** @param not how many of all answers were not run in this session; at least one */
function notRunText(not: number, all: number): string {
  if (all === 1) return "It was not run in this session";
  if (not === all) return "None of them was run in this session";
  return `${not} of them ${not === 1 ? "was" : "were"} not run in this session`;
}

function besideText(beside: Beside | undefined) {
  if (!beside) return html`<span class="quiet">This notebook has no cell of that name.</span>`;
  if (beside.output !== "")
    return beside.sameOutput
      ? html`<span class="same">✓ The same output as here.</span>`
      : html`<span class="differs">✗ Another output than here.</span>`;
  return beside.sameSource
    ? html`<span class="same">✓ The same text as here.</span>`
    : html`<span class="differs">✗ Another text than here.</span>`;
}

function findingText(finding: Finding | string | undefined) {
  if (finding === undefined) return "Its numbers have not been computed again yet.";
  if (typeof finding === "string") return finding;
  return html`<span class=${finding.kind}>${finding.kind === "same" ? "✓" : "✗"} ${finding.text}</span>`;
}

const time = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

define("nn-answers", NnAnswers);

declare global {
  interface HTMLElementTagNameMap {
    "nn-answers": NnAnswers;
  }
}
