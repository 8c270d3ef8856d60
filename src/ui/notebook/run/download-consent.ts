// The person's agreement to downloads: asked once for each thing, with what it costs, before anything large is fetched.

import { needText } from "./notebook-status.ts";
import type { RunnerPage } from "./runner-world.ts";

/** something that a run needs and that may have to come over the network */
export interface Need {
  name: string;
  /** in a sentence */
  title: string;
  /** by itself */
  shortTitle: string;
  /** still to come */
  bytes: number;
  /** here already */
  kept: number;
  /** there is room to keep it */
  keep: boolean;
}

/** all that is still to come */
export function bytesOf(needs: readonly Need[]): number {
  return needs.reduce((sum, { bytes }) => sum + bytes, 0);
}

export class DownloadConsent {
  readonly #page: RunnerPage;
  /** what may be downloaded: Python, and models by name */
  readonly #agreed = new Set<string>();
  #answer: ((agreed: boolean) => void) | undefined;

  constructor(page: RunnerPage) {
    this.#page = page;
  }

  /** Ask whether these may be fetched, unless that has been said or nothing has to come. */
  async ask(needs: readonly Need[]): Promise<boolean> {
    const open = needs.filter(({ name, bytes }) => bytes > 0 && !this.#agreed.has(name));
    if (open.length === 0) return true;
    const bytes = bytesOf(open);
    const text = needText(
      open,
      open.every(({ keep }) => keep),
    );
    this.#page.show({ question: { text, bytes } });
    this.#page.say(text);
    // whoever asks last has the question: what was asked before it is not agreed to
    this.#answer?.(false);
    const agreed = await new Promise<boolean>((resolve) => {
      this.#answer = resolve;
    });
    if (agreed) for (const { name } of open) this.#agreed.add(name);
    else this.#page.say("Not downloaded, and not run.");
    return agreed;
  }

  /** The person's answer to the question on the page. */
  answer(agreed: boolean): void {
    this.#answer?.(agreed);
    this.#answer = undefined;
    this.#page.show({ question: undefined });
  }
}
