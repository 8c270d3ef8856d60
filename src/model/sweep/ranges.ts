// Lists of whole numbers as text: "0-3,9". The terminal, links and the CSV write layers, neurons and positions so. Pure.

import { separated } from "../listed.ts";

/** numbers in a list at most: more than any model has neurons, and what a slip of the finger does not fill a memory with */
const most = 2 ** 20;

/** what a text of numbers is, as a sentence goes on after "takes" */
export const takesRanges = "whole numbers and ranges of them, such as 0-3,9";

/** "0-3,9": runs of neighbours in the order given, each as first and last. */
export function rangesText(numbers: readonly number[]): string {
  const runs: [first: number, last: number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run && number === run[1] + 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join();
}

/** What {@link rangesText} wrote, in the order written and with repetitions; undefined for other text, for none, and for too many. */
export function readRanges(text: string): number[] | undefined {
  const numbers: number[] = [];
  for (const part of separated(text)) {
    const [, from, to = from] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part) ?? [];
    const [first, last] = [Number(from), Number(to)];
    if (from === undefined || last < first || numbers.length + last - first >= most) return undefined;
    for (let number = first; number <= last; number++) numbers.push(number);
  }
  return numbers.length > 0 ? numbers : undefined;
}

/** one part of work that is cut into `of` parts; the first is 1 */
export interface Shard {
  part: number;
  of: number;
}

/** "3/16"; undefined for other text, and for a part that is not there. */
export function readShard(text: string): Shard | undefined {
  const [, part, of] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? [];
  const shard = { part: Number(part), of: Number(of) };
  return shard.part >= 1 && shard.part <= shard.of ? shard : undefined;
}

/** A part's own of some items: neighbours, and parts that differ by one at most. All parts in order make up all items. */
export function shardOf<Item>(items: readonly Item[], { part, of }: Shard): Item[] {
  const cut = (parts: number) => Math.floor((items.length * parts) / of);
  return items.slice(cut(part - 1), cut(part));
}
