// Small notes of the page, about which notebook a tab shows, and which one a page began to show and did not finish. Where
// the browser lends no storage nothing is noted, and a reload opens the notebook changed last.

const lastKey = "neuron-notebook-open";
const drawingKey = "neuron-notebook-drawing-";

/** a mark that is younger, in milliseconds, may be that of another tab which has just been opened, too */
const justNow = 5000;

/** This tab shows a notebook, which a reload is to show again. */
export function remember(id: string): void {
  trying(() => sessionStorage.setItem(lastKey, id));
}

export function remembered(): string | undefined {
  return trying(() => sessionStorage.getItem(lastKey)) ?? undefined;
}

/** The page begins to show a notebook. */
export function mark(id: string): void {
  trying(() => localStorage.setItem(drawingKey + id, String(Date.now())));
}

/** The page has shown it. */
export function unmark(id: string): void {
  trying(() => localStorage.removeItem(drawingKey + id));
}

/** Has a page begun to show it, and not finished? */
export function isMarked(id: string): boolean {
  const began = trying(() => localStorage.getItem(drawingKey + id)) ?? null;
  return began !== null && !(Date.now() - Number(began) < justNow);
}

/** undefined where the browser lends no storage, which throws */
export function trying<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
