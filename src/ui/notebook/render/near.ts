// Which cells are drawn: those near what is seen at once, the others when nothing else is to be done, as long as there
// are not too many. Far ones go again where the page has too much on it. A drawing takes one turn after the other, so
// that the page answers in between.

import { ledger } from "./budget.ts";
import { isUsed, whenUsed } from "./used.ts";

/** something on the page that can wait to be drawn */
export interface Lazy extends HTMLElement {
  readonly drawn: boolean;
  /** all that it is drawn with is here */
  readonly ready: boolean;
  /** it is in use, so it stays as it is */
  readonly kept: boolean;
  /** Fetch what it is drawn with. What does not come is done without. */
  prepare(): Promise<void>;
  /** Draw it; resolves when it is there. */
  draw(): Promise<void>;
  /** Put an empty box of the same height in its place; resolves when that is there. */
  clear(): Promise<void>;
}

/** how far from what is seen one is drawn: two screens, so that scrolling meets cells that are there */
const margin = "1500px 0px";
/** milliseconds until the page may do something else */
const slice = 16;

const waiting = new Set<Lazy>();
/** who waits until nothing near is left to be drawn */
const settling: (() => void)[] = [];
/** what is to be drawn, since it is near */
const near = new Set<Lazy>();
/** what is not near, drawn or not: first what is so for longest */
const far = new Set<Lazy>();
/** what is drawn for printing alone */
let printed: Lazy[] = [];
let busy = false;
/** what nobody looks at is about to be drawn */
let ahead = false;

let observer: IntersectionObserver | undefined;

function seen(entries: readonly IntersectionObserverEntry[]): void {
  for (const { target, isIntersecting } of entries) {
    const cell = target as Lazy;
    if (isIntersecting) {
      far.delete(cell);
      if (!cell.drawn) near.add(cell);
      continue;
    }
    near.delete(cell);
    far.add(cell);
    if (ledger.scarce) void clear(cell);
  }
  void drawNear();
}

/** Draw a cell once it is wanted. @param soon it is among the first, so that it probably is */
export function watch(cell: Lazy, soon: boolean): void {
  observer ??= new IntersectionObserver(seen, { rootMargin: margin });
  observer.observe(cell);
  if (cell.drawn) return;
  waiting.add(cell);
  if (soon) near.add(cell);
  void drawNear();
}

export function unwatch(cell: Lazy): void {
  observer?.unobserve(cell);
  waiting.delete(cell);
  near.delete(cell);
  far.delete(cell);
}

/** Take away what is drawn, unless it is in use; it waits to be drawn again. */
async function clear(cell: Lazy): Promise<void> {
  if (!cell.drawn || cell.kept) return;
  waiting.add(cell);
  // what goes wrong in one keeps no other from being drawn
  await cell.clear().catch(() => {});
}

/** Clear what is far, as long as the page has too much on it: what is near may need the room. */
async function makeRoom(): Promise<void> {
  for (const cell of far) {
    if (!ledger.scarce) return;
    await clear(cell);
  }
}

async function drawNear(): Promise<void> {
  if (busy) return;
  busy = true;
  let began = performance.now();
  for (let [cell] = near; cell; [cell] = near) {
    near.delete(cell);
    if (!cell.drawn && !cell.ready) {
      await cell.prepare();
      // to wait for the network is no work
      began = performance.now();
    }
    if (!cell.drawn) await makeRoom();
    await drawOne(cell);
    const took = performance.now() - began;
    if (took < slice) continue;
    // for as long as was worked, since what was drawn still has to be laid out and seen
    await new Promise((resolve) => setTimeout(resolve, took));
    began = performance.now();
  }
  busy = false;
  for (const settled of settling.splice(0)) settled();
  goAhead();
}

/** Resolves when all that is near is drawn and laid out. What cannot be seen is not waited for: a hidden page lays out nothing. */
export async function nearDrawn(): Promise<void> {
  do {
    await looked();
    while (busy) await new Promise<void>((resolve) => settling.push(resolve));
  } while (near.size > 0);
}

/** ends the last {@link goNear} */
let going: AbortController | undefined;

/** what a person does who goes on from where they were led */
export const moves = ["wheel", "touchmove", "pointerdown", "keydown"];

/**
 * Scroll to an element, and again as long as it is moved by what is drawn near it: a browser does not keep what is seen
 * in its place while that has its own height changed. Ends when a person goes on by themselves, or elsewhere.
 */
export async function goNear(element: Element, block: "start" | "end" | "nearest"): Promise<void> {
  going?.abort();
  const own = new AbortController();
  going = own;
  const { signal } = own;
  for (const move of moves)
    addEventListener(move, () => own.abort(), { capture: true, passive: true, signal });
  const top = () => element.getBoundingClientRect().top;
  for (let asked: number | undefined; !signal.aborted && element.isConnected && top() !== asked; ) {
    element.scrollIntoView({ block });
    asked = top();
    await nearDrawn();
  }
  own.abort();
}

/** Resolves when the browser has laid the page out and told what of it is near; at once where the page is hidden. */
function looked(): Promise<void> {
  return new Promise((resolve) => {
    const own = new IntersectionObserver(() => {
      // Chromium tells observers in no order, so that of the cells may not have been told yet
      seen(observer?.takeRecords() ?? []);
      done();
    });
    const hidden = () => document.hidden && done();
    const done = () => {
      own.disconnect();
      document.removeEventListener("visibilitychange", hidden);
      resolve();
    };
    own.observe(document.documentElement);
    document.addEventListener("visibilitychange", hidden);
    hidden();
  });
}

async function drawOne(cell: Lazy): Promise<void> {
  waiting.delete(cell);
  // what goes wrong in one is said where it goes wrong, and keeps no other from being drawn
  if (!cell.drawn) await cell.draw().catch(() => {});
}

/** The next one that nobody looks at. Before a person has done anything, no script is fetched for one. */
function next(): Lazy | undefined {
  for (const cell of waiting) if (isUsed() || cell.ready) return cell;
  return undefined;
}

function goAhead(): void {
  if (ahead || waiting.size === 0 || ledger.scarce) return;
  ahead = true;
  const draw = async () => {
    const cell = next();
    if (cell && !ledger.scarce) await drawOne(cell);
    ahead = false;
    if (cell) goAhead();
    else whenUsed(goAhead);
  };
  // not in every browser; on a busy machine no moment may ever count as idle
  if ("requestIdleCallback" in globalThis) requestIdleCallback(draw, { timeout: 1000 });
  else setTimeout(draw, 50);
}

/** Draw all that waits, now: for printing. What one cell may have still counts. */
export function drawAll(): void {
  ledger.unbounded = true;
  printed = [...waiting];
  for (const cell of printed) void drawOne(cell);
}

/** Draw no more than the page has room for, again. */
export function drawFew(): void {
  ledger.unbounded = false;
  // the browser tells of each anew whether it is near
  for (const cell of printed.splice(0)) {
    observer?.unobserve(cell);
    if (cell.isConnected) observer?.observe(cell);
  }
}
