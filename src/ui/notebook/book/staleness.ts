// Which outputs have been overtaken: those of a cell whose text has changed since it ran, and those computed from a name
// that a cell above has assigned anew, or that the cell it came from would by now assign otherwise. A name that is used
// again further down overtakes nothing: run from top to bottom, a cell reads what the last cell above it assigned. Pure.

import type { Outcome } from "../../../python/index.ts";
import type { Cell } from "../../../storage/index.ts";

/** what is known of a cell's last run */
export interface RunRecord extends Pick<Outcome, "assigned" | "used" | "reimported"> {
  /** the text that ran */
  readonly source: string;
  /** which cells had assigned what it used, with the text they had then */
  readonly from: readonly { readonly name: string; readonly id: string; readonly source: string }[];
  /** its place in the order of runs; the later the larger */
  readonly at: number;
  /** which Python it was, of those that this page has had since the notebook was opened */
  readonly session: number;
}

/** a cell that has run, at its place in the notebook */
interface Run {
  readonly cell: Cell;
  readonly place: number;
  readonly record: RunRecord;
}

/** the runs that assigned a name, in the order of the notebook */
type Assigners = ReadonlyMap<string, readonly Run[]>;

/** A run of which nothing is known yet but its text. */
export function begun(source: string, at: number, session: number): RunRecord {
  return { source, assigned: [], used: [], reimported: [], from: [], at, session };
}

/** What is known of a cell's run now that it has ended. */
export function ended(
  cells: readonly Cell[],
  lastRuns: ReadonlyMap<string, RunRecord>,
  id: string,
  record: RunRecord,
  { assigned, used, reimported }: Pick<Outcome, "assigned" | "used" | "reimported">,
): RunRecord {
  const assigners = assignersOf(runsOf(cells, lastRuns).filter(({ cell }) => cell.id !== id));
  const providers = (names: readonly string[]) =>
    names.flatMap((name) => {
      const run = latest(assigners.get(name));
      return run ? [{ name, run }] : [];
    });
  // functions of other cells read some names only now
  const late = providers(used).flatMap(({ run }) =>
    run.record.used.filter((name) => !assigned.includes(name) && !above(assigners, name, run.place)),
  );
  const all = [...new Set([...used, ...late])];
  const from = providers(all).map(({ name, run: { cell } }) => ({ name, id: cell.id, source: cell.source }));
  return { ...record, assigned, used: all, reimported, from };
}

/** Ids of the cells whose outputs are stale. */
export function findStale(
  cells: readonly Cell[],
  lastRuns: ReadonlyMap<string, RunRecord>,
): ReadonlySet<string> {
  const runs = runsOf(cells, lastRuns);
  const assigners = assignersOf(runs);
  const edited = runs.filter(({ cell, record }) => cell.source !== record.source);
  const stale = new Set(edited.map(({ cell }) => cell.id));
  const isNewer = (now: RunRecord | undefined, { at }: RunRecord, name: string) =>
    now !== undefined && now.at > at && !now.reimported.includes(name);
  const hasChanged = (record: RunRecord) =>
    record.from.some(({ name, id, source }) => {
      const now = lastRuns.get(id);
      return stale.has(id) || (now?.source !== source && isNewer(now, record, name));
    });
  const isOvertaken = ({ record, place }: Run) =>
    record.used.some((name) => isNewer(above(assigners, name, place)?.record, record, name));
  // in the order of runs, so that whatever a run has used has been judged before it
  for (const run of runs.toSorted((a, b) => a.record.at - b.record.at))
    if (hasChanged(run.record) || isOvertaken(run)) stale.add(run.cell.id);
  return stale;
}

function runsOf(cells: readonly Cell[], lastRuns: ReadonlyMap<string, RunRecord>): Run[] {
  return cells.flatMap((cell, place) => {
    const record = lastRuns.get(cell.id);
    return record && cell.kind === "code" ? [{ cell, place, record }] : [];
  });
}

function assignersOf(runs: readonly Run[]): Assigners {
  const assigners = new Map<string, Run[]>();
  for (const run of runs)
    for (const name of run.record.assigned) {
      const known = assigners.get(name);
      if (known) known.push(run);
      else assigners.set(name, [run]);
    }
  return assigners;
}

/** The nearest cell above a place that assigns a name: who gives it when the notebook runs from top to bottom. */
function above(assigners: Assigners, name: string, place: number): Run | undefined {
  return assigners.get(name)?.findLast((run) => run.place < place);
}

function latest(runs: readonly Run[] = []): Run | undefined {
  return runs.toSorted((a, b) => a.record.at - b.record.at).at(-1);
}
