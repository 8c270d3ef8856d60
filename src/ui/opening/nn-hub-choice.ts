// Naming a model on the Hub. Only sites that were built with the Hub have this.

import { css, html, LitElement } from "lit";
import { define } from "../kit/define.ts";
import { base, controls, field } from "../kit/styles.ts";
import { hostOf, questionOf } from "./words.ts";

const fieldsInARow = css`
  .fields {
    display: grid;
    grid-template-columns: minmax(0, 2fr) minmax(0, 1fr);
    gap: 12px;
  }
  @media (max-width: 479px) {
    .fields {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;

/** what stands in the fields */
export interface Typed {
  repo: string;
  revision: string;
}

/**
 * The fields for a Hub id and a revision, and what is asked, and of whom, once the button is pressed.
 * @fires nn-hub - a model was named: `{ question, typed }`, and what stands in the fields
 * @csspart button - the button
 */
export class NnHubChoice extends LitElement {
  static override properties = { endpoint: {}, repo: {}, revision: {} };
  static override styles = [base, controls, field, fieldsInARow];

  /** the Hub's address, or a mirror's */
  declare endpoint: string;
  /** what stands in the fields: what was typed before, at first */
  declare repo: string;
  declare revision: string;

  constructor() {
    super();
    this.repo = "";
    this.revision = "";
  }

  override render() {
    const host = hostOf(this.endpoint);
    return html`
      <div class="stack">
        <div class="fields">
          <div class="field">
            <label for="repo">Or a model on the Hugging Face Hub</label>
            <input
              id="repo"
              placeholder="google-bert/bert-base-cased"
              autocomplete="off"
              autocapitalize="off"
              spellcheck="false"
              aria-describedby="asked"
              .value=${this.repo}
              @input=${(event: Event) => {
                this.repo = (event.target as HTMLInputElement).value;
              }}
              @keydown=${this.#enter}
            />
          </div>
          <div class="field">
            <label for="revision">Revision</label>
            <input
              id="revision"
              placeholder="main"
              autocomplete="off"
              autocapitalize="off"
              spellcheck="false"
              .value=${this.revision}
              @input=${(event: Event) => {
                this.revision = (event.target as HTMLInputElement).value;
              }}
              @keydown=${this.#enter}
            />
          </div>
        </div>
        <p id="asked" class="quiet">
          ${host} is then asked which files the model has and how large they are, and sees this computer’s network address as
          any site does. The weights are downloaded only after you have seen their size.
        </p>
        <div class="row">
          <button part="button" ?disabled=${this.repo.trim() === ""} @click=${this.#ask}>Ask ${host}</button>
        </div>
      </div>
    `;
  }

  /** a form would do this by itself, but a sandboxed frame may submit none */
  #enter({ key, isComposing }: KeyboardEvent): void {
    if (key === "Enter" && !isComposing) this.#ask();
  }

  #ask(): void {
    if (this.repo.trim() === "") return;
    const { repo, revision } = this;
    const detail = { question: questionOf(repo, revision, this.endpoint), typed: { repo, revision } };
    this.dispatchEvent(new CustomEvent("nn-hub", { detail }));
  }
}

define("nn-hub-choice", NnHubChoice);

declare global {
  interface HTMLElementTagNameMap {
    "nn-hub-choice": NnHubChoice;
  }
}
