// Everything a page has ever shown, however briefly: a sentence that stands there for a quarter of a second while a
// download waits is read by a person, but a test that only looks now and then may miss it.

import type { Page } from "playwright-core";

interface Transcript {
  paragraphs: string[];
  /** values of the progress bar, in order */
  progress: number[];
}

/** For the page, before its own scripts: write down every paragraph and every step of the bar, in shadow roots too. */
export function startTranscript(): void {
  const transcript: Transcript = { paragraphs: [], progress: [] };
  Object.assign(globalThis, { transcript });
  const { paragraphs, progress } = transcript;
  const look = (root: ShadowRoot) => {
    for (const { textContent } of root.querySelectorAll("p, strong")) {
      const text = textContent.replace(/\s+/g, " ").trim();
      if (!paragraphs.includes(text)) paragraphs.push(text);
    }
    const bar = root.querySelector("progress");
    if (bar?.hasAttribute("value")) progress.push(bar.position);
  };
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (init) {
    const root = attachShadow.call(this, init);
    const watch = { subtree: true, childList: true, characterData: true, attributes: true };
    new MutationObserver(() => look(root)).observe(root, watch);
    return root;
  };
}

/** What stood on the page at any time since it was opened. */
export async function transcript(page: Page): Promise<Transcript> {
  return page.evaluate(() => (globalThis as unknown as { transcript: Transcript }).transcript);
}
