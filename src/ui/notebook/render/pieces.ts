// Code as pieces in one colour each, whoever has coloured it. Pure.

/** a piece of a line; classes is empty where it has no colour */
export interface Piece {
  readonly text: string;
  readonly classes: string;
}

/**
 * At which column a line goes on below itself where it does not fit: further in than it begins, and less than the next
 * block would be. What is far in counts as less, or nothing would fit beside it.
 */
export function hangOf(line: string): number {
  const [blank] = /^[ \t]*/.exec(line)!;
  return Math.min(blank.replaceAll("\t", "    ").length, 16) + 2;
}

/** Text in no colour. */
export function toPieces(text: string, classes = ""): Piece[] {
  return text
    .split("\n")
    .flatMap((line, i): Piece[] => [
      ...(i > 0 ? [{ text: "\n", classes: "" }] : []),
      ...(line === "" ? [] : [{ text: line, classes }]),
    ]);
}
