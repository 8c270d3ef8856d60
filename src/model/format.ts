// Every number a person reads goes through this file, on the page and in the terminal. Pure; table-tested.

import type { Comparison } from "./types.ts";

const minus = "\u2212";
const thin = "\u202f";

/** A number as Python's `%.3e` prints it: 3.287e-02. */
export function scientific(value: number, digits = 3): string {
  return value.toExponential(digits).replace(/e([+-])(\d)$/, "e$10$2");
}

/** A ratio as Python's `+.2%` prints it: +348.53%, -58.05%; n/a where it is not a number. */
export function signedPercent(ratio: number, digits = 2): string {
  if (!Number.isFinite(ratio)) return "n/a";
  const text = `${Math.abs(ratio * 100).toFixed(digits)}%`;
  return (ratio < 0 || Object.is(ratio, -0) ? "-" : "+") + text;
}

/** The course's table: det, original, after erase kn, delta; tab-separated, one line per word. */
export function courseTable(rows: readonly Comparison[]): string {
  const head = ["det", "original", "after erase kn", "delta"];
  const lines = rows.map((row) => [
    row.word,
    scientific(row.before),
    scientific(row.after),
    signedPercent(row.delta),
  ]);
  return [head, ...lines].map((cells) => cells.join("\t")).join("\n");
}

/** A probability for reading: "41.4 %", "3.29 %", "0.064 %", "9.9e-5 %"; three significant digits, never a false 0. */
export function probability(p: number): string {
  if (p === 0) return `0${thin}%`;
  const percent = p * 100;
  const text = percent >= 0.001 ? trim(percent.toPrecision(3)) : percent.toExponential(1);
  return `${text.replace("-", minus)}${thin}%`;
}

/** A round probability beside an axis: "0.1 %", "50 %", "1e−5 %". */
export function tick(p: number): string {
  const percent = Number((p * 100).toPrecision(2));
  const text = percent !== 0 && percent < 0.0001 ? percent.toExponential() : String(percent);
  return `${text.replace("-", minus)}${thin}%`;
}

/** A change for reading: "+21,972 %", "+348.5 %", "−58.1 %", "+0.02 %"; typographic minus. */
export function change(ratio: number): string {
  if (!Number.isFinite(ratio)) return "n/a";
  const percent = Math.abs(ratio * 100);
  const sign = ratio < 0 ? minus : "+";
  if (percent !== 0 && percent < 0.005) return `${sign}<${thin}0.01${thin}%`;
  const text = percent >= 999.95 ? count(Math.round(percent)) : percent.toFixed(percent >= 1 ? 1 : 2);
  return `${sign}${text}${thin}%`;
}

/** A factor for reading: "×4.49", "×0.420", and near 1, where it matters, "×1.005". */
export function factor(ratio: number): string {
  if (!Number.isFinite(ratio)) return "n/a";
  if (ratio !== 0 && ratio < 0.001) return `×${ratio.toExponential(1).replace("-", minus)}`;
  return `×${trim(ratio.toPrecision(Math.abs(ratio - 1) < 0.05 ? 4 : 3))}`;
}

/** Bytes for reading, decimal units as the network counts them: "433 MB", "7.1 MB". */
export function bytes(length: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let value = length;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : trim(value.toPrecision(2))}${thin}${units[unit]}`;
}

/** Milliseconds for reading: "38 ms", "1.4 s". */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.max(0, Math.round(ms))}${thin}ms` : `${(ms / 1000).toFixed(1)}${thin}s`;
}

/** An activation for reading, four significant digits: "2.713", "−0.1699", "0". */
export function activation(value: number): string {
  return value === 0 ? "0" : trim(value.toPrecision(4)).replaceAll("-", minus);
}

/** A whole number for reading: "1,152". */
export function count(value: number): string {
  return value.toLocaleString("en");
}

/** 1.00 stays 1.00, but 4e2 as toPrecision writes large numbers does not. */
function trim(text: string): string {
  return text.includes("e") ? String(Number(text)) : text;
}
