// The answers of the notebook that is open, and sheets that were handed in: hears their element and keeps it in step. It is
// loaded when a notebook has answers, or somebody asks for it.

import { sha256 } from "../../../storage/index.ts";
import { copied } from "../../kit/copied.ts";
import { saveFile } from "../../kit/save-file.ts";
import type { DocumentsWorld } from "../library/documents-world.ts";
import { fileName, pickFiles } from "../library/files.ts";
import { publicPage } from "../library/opener.ts";
import { beside, confirm, experimentOf, type Finding } from "./compare.ts";
import { answersOf } from "./make.ts";
import type { CheckedSheet, NnAnswers } from "./nn-answers.ts";
import { type ReadSheet, readSheet, writeSheet } from "./sheet.ts";
import "./nn-answers.ts";

type Found = Finding | string;

export class Answers {
  readonly #world: DocumentsWorld;
  readonly #element: NnAnswers;
  #sheets: readonly ReadSheet[] = [];
  /** by sheet and place of the answer on it */
  readonly #found = new Map<ReadSheet, Map<number, Found>>();

  /** @param attempt does something, and says what went wrong */
  constructor(world: DocumentsWorld, attempt: (work: () => unknown) => Promise<void>) {
    this.#world = world;
    this.#element = document.createElement("nn-answers");
    world.page.querySelector("nn-notebook")?.after(this.#element);
    const on = <K extends keyof HTMLElementEventMap>(
      type: K,
      work: (event: HTMLElementEventMap[K]) => unknown,
    ) => this.#element.addEventListener(type, (event) => void attempt(() => work(event)));
    on("nn-answers-save", ({ detail: { name } }) => this.#save(name));
    on("nn-answers-copy", ({ detail: { name } }) => this.#copy(name));
    on("nn-answers-read", async ({ detail: { text } }) => {
      await this.#read(text);
      this.#element.emptyPasted();
    });
    on("nn-answers-choose", async () => this.take(await pickFiles()));
    on("nn-answers-compute", () => this.#compute());
    on("nn-answers-clear", () => {
      this.#sheets = [];
      this.#found.clear();
      this.draw();
    });
    this.draw();
  }

  /** Open the list, and go there. */
  reveal(): Promise<void> {
    return this.#element.reveal();
  }

  /** The notebook has changed. */
  draw(): void {
    const book = this.#world.book();
    const { cells } = book.notebook;
    const sheets = this.#sheets.map((sheet): CheckedSheet => {
      const found = this.#found.get(sheet);
      const answers = sheet.answers.map((answer, i) => ({
        answer,
        beside: beside(answer, cells),
        finding: found?.get(i),
      }));
      return { sheet, answers };
    });
    Object.assign(this.#element, { marked: answersOf(book), sheets });
  }

  /** Read files of sheets. */
  async take(files: readonly File[]): Promise<void> {
    for (const file of files) await this.#read(await file.text());
    if (files.length > 0) await this.reveal();
  }

  async #read(text: string): Promise<void> {
    const sheet = await readSheet(text, sha256);
    this.#sheets = [...this.#sheets, sheet];
    this.draw();
    this.#world.say(`Read a sheet with ${sheet.answers.length} answers.`);
  }

  #text(name: string): Promise<string> {
    const book = this.#world.book();
    const sheet = {
      name,
      notebook: this.#world.current()?.record.title ?? "",
      made: new Date().toISOString(),
      page: publicPage(),
      answers: answersOf(book),
    };
    return writeSheet(sheet, sha256);
  }

  async #save(name: string): Promise<void> {
    const title = this.#world.current()?.record.title ?? "";
    saveFile(fileName(`${title} ${name}`, " (answers).txt"), await this.#text(name), "text/plain");
    this.#world.say("Answer sheet saved.");
  }

  async #copy(name: string): Promise<void> {
    const text = await this.#text(name);
    const done = await copied(text);
    this.#element.shown = done ? undefined : text;
    this.#world.say(
      done ? "Answer sheet copied." : "The browser refused to copy; the sheet is shown instead.",
    );
  }

  /** Compute all experiments again, one after the other. The first that cannot be opened ends it. */
  async #compute(): Promise<void> {
    this.#element.busy = true;
    try {
      for (const sheet of this.#sheets)
        for (const [i, { experiment }] of sheet.answers.entries()) {
          if (!experiment) continue;
          const asked = experimentOf(experiment);
          if (asked) this.#find(sheet, i, "Computing…");
          const found = asked
            ? await this.#world.compute(asked).then(
                (result): Found => confirm(experiment, result),
                (error: Error & { hint?: string }) => `Not computed: ${error.message} ${error.hint ?? ""}`,
              )
            : "Not computed: what was computed cannot be read from the sheet.";
          this.#find(sheet, i, found);
        }
    } finally {
      this.#element.busy = false;
    }
    this.#world.say("The experiments are computed.");
  }

  #find(sheet: ReadSheet, place: number, found: Found): void {
    const all = this.#found.get(sheet) ?? new Map<number, Found>();
    this.#found.set(sheet, all.set(place, found));
    this.draw();
  }
}
