// A cell that runs or waits, and how it ends.

import type { Ending } from "../messages.ts";
import type { Emission, FolderChange, Outcome, UnrunCell } from "../types.ts";

export interface Job {
  source: string;
  cell: string;
  /** 0: it gets the next number when it begins */
  count: number;
  onOutput: (output: Emission) => void;
  /** undefined until it is known */
  folder: FolderChange | undefined;
  unrun: readonly UnrunCell[];
  /** when it was given to the worker; 0 while it waits */
  began: number;
  resolve: (outcome: Outcome) => void;
}

/** Tell whoever had it run how it ended. */
export function settle(
  { began, count, resolve }: Job,
  kind: Outcome["kind"],
  names: Omit<Ending, "kind"> = { assigned: [], used: [], reimported: [] },
  folder?: FolderChange,
): void {
  resolve({ kind, count, milliseconds: began > 0 ? performance.now() - began : 0, ...names, folder });
}
