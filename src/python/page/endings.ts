// How a cell ended, and what would complete a name, as they come from Python: a cell may have changed what makes them.

import type { Ending } from "../messages.ts";
import type { Completion, Completions } from "../types.ts";

const endings = ["done", "failed", "interrupted"] as const;
const completions = ["function", "class", "module", "variable", "property", "keyword"] as const;

/** What cannot be understood has failed, with no names. */
export function readEnding(value: unknown): Ending {
  const given = recordIn(value);
  return {
    kind: endings.find((kind) => kind === given.kind) ?? "failed",
    assigned: textsIn(given.assigned),
    used: textsIn(given.used),
    reimported: textsIn(given.reimported),
  };
}

/** @param at where they were asked for */
export function readCompletions(value: unknown, at: number): Completions {
  const { from, options } = recordIn(value);
  if (typeof from !== "number" || !(from >= 0 && from <= at)) return { from: at, options: [] };
  return { from, options: listIn(options).flatMap(readCompletion) };
}

function readCompletion(value: unknown): Completion[] {
  const { label, kind } = recordIn(value);
  const known = completions.find((each) => each === kind);
  return typeof label === "string" && known ? [{ label, kind: known }] : [];
}

const recordIn = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

const listIn = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const textsIn = (value: unknown): string[] => listIn(value).filter((each) => typeof each === "string");
