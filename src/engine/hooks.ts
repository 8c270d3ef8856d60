// What a hook does to one activation. Suppression is a factor of 0; a factor of 1 writes back the very same bits.

import { EngineError } from "./errors.ts";
import type { Hook } from "./types.ts";

/** The neuron's activation after a hook, as fp32. */
export function applyHook(hook: Hook, activation: number): number {
  switch (hook.kind) {
    case "suppress":
      return 0;
    case "enhance":
      return Math.fround(activation * 2);
    case "scale":
      return Math.fround(activation * hook.factor);
    case "set":
      return Math.fround(hook.value);
    default:
      return hook satisfies never;
  }
}

/**
 * @throws EngineError "hook-value" when the number does not survive fp32
 */
export function checkHook(hook: Hook): void {
  const value = hook.kind === "scale" ? hook.factor : hook.kind === "set" ? hook.value : 0;
  if (Number.isFinite(Math.fround(value))) return;
  throw new EngineError(
    "hook-value",
    `${value} cannot be used to ${hook.kind} an activation.`,
    "Give a finite number, such as 0, 1 or -2.5.",
  );
}
