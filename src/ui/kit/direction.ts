// Which way a number went, as class and as mark.

export type Direction = "up" | "down" | "same";

export const directionOf = (before: number, after: number): Direction =>
  after > before ? "up" : after < before ? "down" : "same";

export const arrows: Record<Direction, string> = { up: "▲", down: "▼", same: "" };

/** a change of a probability, relative to it, below which the table and the sentence say that it hardly changes */
export const hardly = 0.01;
