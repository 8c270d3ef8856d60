// The one table of what can be done to an activation: what it does, what number it takes, and how links, notebooks and Python
// write it. Whoever reads or writes an operation asks this table.

import { EngineError } from "./errors.ts";
import type { Hook } from "./types.ts";

type Kind = Hook["kind"];

interface Row {
  /** name of the number it takes; undefined: none */
  takes?: "factor" | "value";
  /** what becomes of an activation, before it is rounded to fp32 */
  apply(activation: number, amount: number): number;
  /** Python's assignment to the element */
  python(amount: number): string;
}

const table: Record<Kind, Row> = {
  suppress: { apply: () => 0, python: () => "= 0.0" },
  enhance: { apply: (activation) => activation * 2, python: () => "*= 2.0" },
  // a factor of 1 writes back the very same bits
  scale: {
    takes: "factor",
    apply: (activation, factor) => activation * factor,
    python: (factor) => `*= ${factor}`,
  },
  set: { takes: "value", apply: (_, value) => value, python: (value) => `= ${value}` },
  add: { takes: "value", apply: (activation, value) => activation + value, python: (value) => `+= ${value}` },
};

export const hookKinds = Object.keys(table) as Kind[];

/** The name of the number that a kind of hook takes; undefined when it takes none. */
export const takes = (kind: Kind): "factor" | "value" | undefined => table[kind].takes;

/** The number of a hook; undefined when it takes none. */
export function amountOf(hook: Hook): number | undefined {
  if (hook.kind === "scale") return hook.factor;
  return "value" in hook ? hook.value : undefined;
}

/** The hook of a kind; a number that it does not take is left out. */
export function toHook(kind: Kind, amount: number): Hook {
  const name = takes(kind);
  return (name ? { kind, [name]: amount } : { kind }) as unknown as Hook;
}

/** The activation after a hook, as fp32. */
export function applyHook(hook: Hook, activation: number): number {
  return Math.fround(table[hook.kind].apply(activation, amountOf(hook) ?? 0));
}

/** @throws EngineError "hook-value" when the number does not survive fp32 */
export function checkHook(hook: Hook): void {
  const amount = amountOf(hook) ?? 0;
  if (Number.isFinite(Math.fround(amount))) return;
  throw new EngineError(
    "hook-value",
    `${amount} cannot be used to ${hook.kind} an activation.`,
    "Give a finite number, such as 0, 1 or -2.5.",
  );
}

/** "suppress", "scale:0.5": as links, attributes and the terminal have it. */
export function hookText(hook: Hook): string {
  const amount = amountOf(hook);
  return amount === undefined ? hook.kind : `${hook.kind}:${amount}`;
}

/** What {@link hookText} wrote, in letters of any case; undefined for other text. */
export function readHookText(text: string): Hook | undefined {
  const [, name = "", digits] = /^([a-z]+)(?::([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?))?$/i.exec(text) ?? [];
  return readHook({ kind: name.toLowerCase(), amount: digits });
}

/** A hook as JSON keeps it, `{"kind": "scale", "factor": 0.5}`; undefined for anything else. */
export function readHookRecord(kept: Record<string, unknown>): Hook | undefined {
  const kind = hookKinds.find((known) => known === kept.kind);
  const name = kind && takes(kind);
  return readHook({ kind, amount: name && Number.isFinite(kept[name]) ? String(kept[name]) : undefined });
}

function readHook({ kind, amount }: { kind: unknown; amount: string | undefined }): Hook | undefined {
  const known = hookKinds.find((each) => each === kind);
  if (!known || (takes(known) === undefined) !== (amount === undefined)) return undefined;
  // + 0 turns -0 into 0
  const value = amount === undefined ? 0 : Number(amount) + 0;
  return Number.isFinite(value) ? toHook(known, value) : undefined;
}

/** Python's assignment, "*= 0.5", to whatever stands to its left. */
export const pythonOf = (hook: Hook): string => table[hook.kind].python(amountOf(hook) ?? 0);

/** The hook of a kind whose assignment in Python is this text; undefined for other text. */
export function readPython(kind: Kind, text: string): Hook | undefined {
  const digits = text.split(" ").at(-1)!;
  const hook = toHook(kind, Number(digits));
  return Number.isFinite(amountOf(hook) ?? 0) && pythonOf(hook) === text ? hook : undefined;
}
