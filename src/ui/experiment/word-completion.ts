// Completes the word that is being typed into a list of words, by those that a model knows: a listbox below the field, as the
// ARIA practices describe a combobox whose list completes it (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/).

import { html, type ReactiveController, type ReactiveControllerHost } from "lit";

/** how many words are offered at once */
const most = 8;

/** the separators of a list of words */
const between = /[\s,]/;

/** Where the word begins that ends at a place. */
function wordStart(list: string, end: number): number {
  let start = end;
  while (start > 0 && !between.test(list[start - 1]!)) start--;
  return start;
}

/**
 * The known words that the one being typed may become; none where none is being typed. Those in the list are left out.
 * @param words what the model knows, in the order in which they are offered
 * @param caret where in the list a person types
 */
export function completions(words: readonly string[], list: string, caret: number): string[] {
  const typed = list.slice(wordStart(list, caret), caret);
  // in the middle of a word nothing is completed
  if (typed === "" || (caret < list.length && !between.test(list[caret]!))) return [];
  const there = new Set(list.split(/[\s,]+/));
  const small = typed.toLowerCase();
  const begin = words.filter((word) => word.startsWith(typed) && !there.has(word));
  const alike = words.filter(
    (word) => !word.startsWith(typed) && word.toLowerCase().startsWith(small) && !there.has(word),
  );
  return [...begin, ...alike].slice(0, most);
}

/** The list with a word in place of the one being typed, and where to type on. */
export function complete(list: string, caret: number, word: string): { list: string; caret: number } {
  const start = list.slice(0, wordStart(list, caret)) + word;
  const rest = list.slice(caret);
  const separator = rest.trim() === "" ? ", " : "";
  return { list: start + separator + (separator ? "" : rest), caret: start.length + separator.length };
}

export class WordCompletion implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #offered: string[] = [];
  #active = -1;

  /** @param onTake called with the list that a person has completed */
  constructor(
    host: ReactiveControllerHost,
    private readonly onTake: (list: string) => void,
  ) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {}

  get open(): boolean {
    return this.#offered.length > 0;
  }

  /** the option that Enter takes */
  get activeId(): string | undefined {
    return this.#active < 0 ? undefined : `known-${this.#active}`;
  }

  /** Somebody types. @param words what the model knows */
  typed({ value, selectionStart }: HTMLInputElement, words: readonly string[]): void {
    this.#show(completions(words, value, selectionStart ?? value.length));
  }

  close(): void {
    if (this.open) this.#show([]);
  }

  /** Keys that are about the list of words; any other, and Enter where no word is chosen, is left to the form. */
  keydown(event: KeyboardEvent): void {
    if (!this.open || event.isComposing) return;
    const { key } = event;
    const count = this.#offered.length;
    if (key === "ArrowDown") this.#active = (this.#active + 1) % count;
    else if (key === "ArrowUp") this.#active = (this.#active <= 0 ? count : this.#active) - 1;
    else if (key === "Escape") this.#show([]);
    else if (key === "Enter" && this.#active >= 0 && !event.ctrlKey && !event.metaKey)
      this.#take(event.target as HTMLInputElement, this.#active);
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.#host.requestUpdate();
  }

  /** What the listbox holds. @param input finds the field that the words belong to */
  options(input: () => HTMLInputElement) {
    return this.#offered.map(
      (word, i) =>
        html`<div
          id="known-${i}"
          role="option"
          aria-selected=${i === this.#active ? "true" : "false"}
          @pointerdown=${(event: Event) => event.preventDefault()}
          @click=${() => this.#take(input(), i)}
        >${word}</div>`,
    );
  }

  #show(offered: string[]): void {
    this.#offered = offered;
    this.#active = -1;
    this.#host.requestUpdate();
  }

  #take(input: HTMLInputElement, index: number): void {
    const { list, caret } = complete(
      input.value,
      input.selectionStart ?? input.value.length,
      this.#offered[index]!,
    );
    this.#show([]);
    input.value = list;
    input.setSelectionRange(caret, caret);
    this.onTake(list);
  }
}
