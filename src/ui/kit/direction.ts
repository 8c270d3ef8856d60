// Which way a number went, as class and as mark.

export type Direction = "up" | "down" | "same";

export const directionOf = (before: number, after: number): Direction =>
  after > before ? "up" : after < before ? "down" : "same";

export const arrows: Record<Direction, string> = { up: "▲", down: "▼", same: "" };
