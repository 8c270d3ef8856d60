import { html, LitElement, nothing } from "lit";
import type { ChosenFile } from "../../engine/index.ts";
import { define } from "../kit/define.ts";
import { base, controls } from "../kit/styles.ts";
import { inputFiles } from "./files.ts";
import { canPick, type Folder, filesIn, pickFolder, type Remembered } from "./folders.ts";
import { openingStyles } from "./opening-styles.ts";

/** what was chosen, and the handle of its folder where the browser has one; of what was dropped both are known in a moment */
export interface FolderChosen {
  files: readonly ChosenFile[] | Promise<readonly ChosenFile[]>;
  folder: Folder | undefined | Promise<Folder | undefined>;
}

/**
 * Choosing the files of a model on this computer: a folder, files, or a folder of which the browser has kept the handle.
 * @fires nn-chosen - files were chosen: {@link FolderChosen}
 * @fires nn-forget - the handle of a folder is not to be kept: the model's name
 * @csspart button - each button
 */
export class NnFolderChoice extends LitElement {
  static override properties = { over: { type: Boolean }, again: { attribute: false } };
  static override styles = [base, controls, openingStyles];

  /** something is dragged over the dialog */
  declare over: boolean;
  /** folders that can be read again */
  declare again: readonly Remembered[];

  constructor() {
    super();
    this.over = false;
    this.again = [];
  }

  override render() {
    return html`
      <div class="stack">
        <p>
          The folder of a masked language model as Hugging Face publishes it, such as bert-base-cased:
          <code>config.json</code>, the weights in <code>model.safetensors</code> (one file, or several with their index) or
          <code>pytorch_model.bin</code>, and the tokenizer’s files. It is read on this computer; nothing is uploaded.
        </p>
        <div class="drop ${this.over ? "over" : ""}">
          <p>Drop the folder or its files here</p>
          <div class="row">
            <button part="button" class="main" @click=${this.#chooseFolder}>Choose a folder…</button>
            <button part="button" @click=${() => this.#input("files").click()}>Choose files…</button>
          </div>
          <input id="folder" type="file" webkitdirectory hidden aria-label="Folder of a model" @change=${this.#changed} />
          <input id="files" type="file" multiple hidden aria-label="Files of a model" @change=${this.#changed} />
        </div>
        ${
          this.again.length > 0
            ? html`<p>Opened here before, and not kept:</p>
              <ul>${this.again.map((each) => this.#folder(each))}</ul>`
            : nothing
        }
        ${
          // sites that were built with the Hub have fields for it instead
          import.meta.env.HUB
            ? nothing
            : html`<p class="quiet">
                A model that you do not have yet: download its files from its page on the Hugging Face Hub first. This site
                fetches nothing from there; whoever deploys it can allow that, by building it with
                <code>HUB=1 npm run build</code>.
              </p>`
        }
      </div>
    `;
  }

  #folder({ name, folder }: Remembered) {
    return html`
      <li class="row">
        <button part="button" @click=${() => this.#chosen({ files: filesIn(folder), folder })}>
          Open ${name} again
        </button>
        <span class="quiet">from the folder ${folder.name}</span>
        <button
          part="button"
          class="plain"
          aria-label="Forget the folder of ${name}"
          @click=${() => this.dispatchEvent(new CustomEvent("nn-forget", { detail: name }))}
        >
          Forget
        </button>
      </li>
    `;
  }

  #input(id: string): HTMLInputElement {
    return this.renderRoot.querySelector<HTMLInputElement>(`#${id}`)!;
  }

  /** by a handle where there are any, which can be kept */
  async #chooseFolder(): Promise<void> {
    if (!canPick()) {
      this.#input("folder").click();
      return;
    }
    try {
      const folder = await pickFolder();
      if (folder) this.#chosen({ files: filesIn(folder), folder });
    } catch (error) {
      // said as what is wrong with files is
      this.#chosen({ files: Promise.reject(error), folder: undefined });
    }
  }

  #changed(event: Event): void {
    const input = event.target as HTMLInputElement;
    const files = inputFiles(input.files!);
    // the same folder can be chosen once more
    input.value = "";
    if (files.length > 0) this.#chosen({ files, folder: undefined });
  }

  #chosen(detail: FolderChosen): void {
    this.dispatchEvent(new CustomEvent("nn-chosen", { detail }));
  }
}

define("nn-folder-choice", NnFolderChoice);

declare global {
  interface HTMLElementTagNameMap {
    "nn-folder-choice": NnFolderChoice;
  }
}
