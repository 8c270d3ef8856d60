// Whether a person has done anything on the page. What only its use takes, as an editor, is fetched then, and not for who
// only looks.

const signs = ["pointerdown", "keydown", "wheel", "touchstart"];

let used = false;
const waiting = new Set<() => void>();

function hear(): void {
  used = true;
  for (const sign of signs) removeEventListener(sign, hear, { capture: true });
  for (const work of waiting) work();
  waiting.clear();
}

/** Has a person done anything yet? */
export function isUsed(): boolean {
  // also before this script came
  return used || globalThis.navigator?.userActivation?.hasBeenActive === true;
}

/** Do something once a person has done anything; at once where they have. */
export function whenUsed(work: () => void): void {
  if (isUsed()) {
    work();
    return;
  }
  if (waiting.size === 0)
    for (const sign of signs) addEventListener(sign, hear, { capture: true, passive: true });
  waiting.add(work);
}
