// Which outputs have been overtaken: those of a cell whose text has changed since it ran, and those computed from a name
// that another cell has assigned anew, or would by now assign otherwise. Pure.

import type { Cell } from "../../storage/index.ts";

/** what is known of a cell's last run */
export interface Ran {
  /** the text that ran */
  readonly source: string;
  /** top-level names it assigned, and names it read without assigning them before */
  readonly assigned: readonly string[];
  readonly used: readonly string[];
  /** its place in the order of runs; the later the larger */
  readonly at: number;
}

/** Ids of the cells whose outputs are stale. */
export function findStale(cells: readonly Cell[], ran: ReadonlyMap<string, Ran>): ReadonlySet<string> {
  const stale = new Set<string>();
  const runs = cells.flatMap((cell) => {
    const record = ran.get(cell.id);
    return record && cell.kind === "code" ? [{ cell, record }] : [];
  });
  runs.sort((a, b) => a.record.at - b.record.at);
  /** name -> the runs that assigned it, in order */
  const assignments = new Map<string, { id: string; at: number }[]>();
  for (const { cell, record } of runs)
    for (const name of record.assigned) {
      const known = assignments.get(name) ?? [];
      known.push({ id: cell.id, at: record.at });
      assignments.set(name, known);
    }
  // in the order of runs, so that whatever a run has used has been judged before it
  for (const { cell, record } of runs) {
    const edited = cell.source !== record.source;
    const overtaken = record.used.some((name) => {
      const others = (assignments.get(name) ?? []).filter(({ id }) => id !== cell.id);
      const provider = others.findLast(({ at }) => at < record.at);
      return others.some(({ at }) => at > record.at) || (provider && stale.has(provider.id));
    });
    if (edited || overtaken) stale.add(cell.id);
  }
  return stale;
}
