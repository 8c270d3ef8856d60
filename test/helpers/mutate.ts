// Damaged inputs from a seed: what strangers, broken disks and half-done edits make of a file. A parser that is given
// them must answer, or refuse with an error of ours, at once and without taking much memory.

import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";

/** numbers from 0 to 1 that are the same in every run (mulberry32) */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Roll = () => number;
const below = (roll: Roll, end: number) => Math.floor(roll() * end);
export const pick = <T>(roll: Roll, from: readonly T[]): T => from[below(roll, from.length)]!;

/** what is put where something else belongs */
const oddValues: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 1e308, -1e308, 2 ** 31, 2 ** 53, 1e-320],
  ...["", " ", "0", "\u0000", "\ud800", "\u202e", "__proto__", "constructor", "../../etc", "<script>"],
  ...["x".repeat(100_000), "😀".repeat(1_000), [], {}, [[]], [null], { "": 0 }, Array(1_000).fill(0)],
];

/** what is put into a text */
const oddTexts: readonly string[] = [
  ...["\u0000", "\ud800", "\udc00", "\ufeff", "\ufffd", "\u202e", "\u2028", "😀", '"', "\\", "'", "<", "&"],
  ...["{", "}", "[", "]", ",", ":", "%", "%ff", "\\u0000", "1e999", "-", "NaN", '"__proto__":0,', "\r\n"],
  ...["[".repeat(20_000), '{"a":'.repeat(20_000), "9".repeat(1_000), "x".repeat(100_000)],
];

/** A copy of parsed JSON in which one to three places are replaced, deleted, renamed, doubled or taken from elsewhere. */
export function mutateJson(value: unknown, roll: Roll): unknown {
  const root = { value: copyOf(value) };
  for (let changes = 1 + below(roll, 3); changes > 0; changes--) {
    const places = placesIn(root);
    const { holder, key } = pick(roll, places);
    const other = pick(roll, places);
    const now = Reflect.get(holder, key);
    const put = (it: unknown) => Reflect.set(holder, key, it);
    const change = below(roll, 6);
    if (change === 0 && Array.isArray(holder)) holder.splice(Number(key), 1);
    else if (change === 0 && holder !== root) Reflect.deleteProperty(holder, key);
    else if (change === 1) put(copyOf(Reflect.get(other.holder, other.key)));
    else if (change === 2 && Array.isArray(now)) put([...now, ...now]);
    else if (change === 2 && typeof now === "number") put(now + pick(roll, [1, -1, 0.5, 1e9, -1e9]));
    else if (change === 2 && typeof now === "string") put(mutateText(now, roll));
    else if (change === 3 && typeof now === "object" && now !== null && !Array.isArray(now)) {
      const names = Object.keys(now);
      const [old, name] = [pick(roll, names), pick(roll, ["__proto__", "constructor", "", ...names])];
      // fromEntries makes "__proto__" a key like any other, as JSON.parse does
      put(Object.fromEntries(Object.entries(now).map(([k, v]) => [k === old ? name : k, v])));
    } else put(copyOf(pick(roll, oddValues)));
  }
  return root.value;
}

const copyOf = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

interface Place {
  holder: object;
  key: string;
}

/** Every place in parsed JSON, what holds it before what it holds. */
function placesIn(holder: object, into: Place[] = []): Place[] {
  for (const key of Object.keys(holder)) {
    into.push({ holder, key });
    const inner: unknown = Reflect.get(holder, key);
    if (typeof inner === "object" && inner !== null) placesIn(inner, into);
  }
  return into;
}

/** A copy of a text with one to three spans cut out, doubled, moved, overwritten, or odd characters put in. */
export function mutateText(text: string, roll: Roll): string {
  let out = text;
  for (let changes = 1 + below(roll, 3); changes > 0; changes--) {
    const from = below(roll, out.length + 1);
    const to = Math.min(out.length, from + below(roll, pick(roll, [2, 10, out.length + 1])));
    const [head, span, tail] = [out.slice(0, from), out.slice(from, to), out.slice(to)];
    const at = below(roll, head.length + 1);
    out = pick(roll, [
      () => head + tail,
      () => head,
      () => head + span + span + tail,
      () => head.slice(0, at) + span + head.slice(at) + tail,
      () => head + pick(roll, oddTexts) + tail,
      () => head + pick(roll, oddTexts) + span + tail,
    ])();
  }
  return out;
}

/** A copy of bytes with one to three bits flipped, bytes overwritten, spans cut out or doubled, or the end cut off. */
export function mutateBytes(bytes: Uint8Array, roll: Roll): Uint8Array<ArrayBuffer> {
  let out = Uint8Array.from(bytes);
  for (let changes = 1 + below(roll, 3); changes > 0; changes--) {
    const from = below(roll, out.length + 1);
    const to = Math.min(out.length, from + below(roll, pick(roll, [2, 10, out.length + 1])));
    const parts = (...spans: Uint8Array[]) => Uint8Array.from(Buffer.concat(spans));
    const [head, span, tail] = [out.subarray(0, from), out.subarray(from, to), out.subarray(to)];
    switch (below(roll, 5)) {
      case 0:
        out = parts(head, tail);
        break;
      case 1:
        out = parts(head, span, span, tail);
        break;
      case 2:
        out = parts(head);
        break;
      case 3:
        out.fill(pick(roll, [0, 0x22, 0x7f, 0x80, 0xff]), from, to);
        break;
      default:
        if (from < out.length) out[from] = out[from]! ^ (1 << below(roll, 8));
    }
  }
  return out;
}

/** So many damaged versions of a JSON text, the same for the same seed: half of them are JSON still. */
export function* mutatedJson(text: string, seed: number, count: number): Generator<string> {
  const roll = dice(seed);
  const value: unknown = JSON.parse(text);
  for (let i = 0; i < count; i++)
    yield i % 2 === 0 ? JSON.stringify(mutateJson(value, roll)) : mutateText(text, roll);
}

/** bytes that handling one input may take beyond twice its own: what the garbage collector leaves lying meanwhile */
export const memoryAllowance = 96 * 2 ** 20;

/** milliseconds of processor time that handling one input may take; the clock would measure what else the machine does */
export const timeAllowance = 2_000;

/**
 * Bytes of resident memory at their highest since {@link forgetPeak}. Where the system cannot forget, they are the highest
 * of the process's life, and growth below that goes unseen.
 */
function peakMemory(): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))![1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

/** Let the peak begin anew at what is resident now; Linux only. */
function forgetPeak(): void {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // no Linux
  }
}

/**
 * Handle one input and expect it to stay within {@link timeAllowance}, and the process's peak of resident memory to grow
 * by at most twice the input and {@link memoryAllowance}.
 * @param input for the message, should it not
 * @returns what was thrown; undefined when nothing was
 */
export async function thrownWithinBounds(
  input: string | Uint8Array,
  handle: () => unknown,
): Promise<unknown> {
  const shown = () =>
    (typeof input === "string" ? JSON.stringify(input) : [...input].join(" ")).slice(0, 2_000);
  forgetPeak();
  const peak = peakMemory();
  const start = process.cpuUsage();
  let thrown: unknown;
  try {
    await handle();
  } catch (error) {
    thrown = error;
  }
  const { user, system } = process.cpuUsage(start);
  const taken = (user + system) / 1000;
  const grown = peakMemory() - peak;
  if (taken > timeAllowance) expect.fail(`${Math.round(taken)} ms for ${shown()}`);
  if (grown > 2 * input.length + memoryAllowance) expect.fail(`${grown} bytes for ${shown()}`);
  return thrown;
}
