// How much room a model takes while it is made of pieces that go as soon as all in them was read.

import type { Reading } from "../../model/build/index.ts";

/**
 * The most bytes that the pieces and what is made of them take together, at any time.
 * @param readings what is read, in order
 * @param sizes of the files
 * @param piece bytes of a piece
 */
export function mostAtOnce(
  readings: readonly Reading[],
  sizes: ReadonlyMap<string, number>,
  piece: number,
): number {
  const unread = new Map(
    [...sizes].map(([file, size]) => [
      file,
      Array.from({ length: Math.ceil(size / piece) }, (_, i) => Math.min(piece, size - i * piece)),
    ]),
  );
  const lengths = structuredClone(unread);
  let here = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  let most = here;
  for (const { file, begin, end, kept } of readings) {
    const left = unread.get(file)!;
    for (let at = begin; at < end; ) {
      const index = Math.floor(at / piece);
      const stop = Math.min(end, (index + 1) * piece);
      here += (kept * (stop - at)) / (end - begin);
      most = Math.max(most, here);
      left[index]! -= stop - at;
      if (left[index] === 0) here -= lengths.get(file)![index]!;
      at = stop;
    }
  }
  return Math.ceil(most);
}
