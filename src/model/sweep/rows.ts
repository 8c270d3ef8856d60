// A sweep as rows of plain values, one per neuron, each of which says all that it is about: what the page, Python and the
// terminal list and write. The columns and their order are the same in the CSV, the JSON and in Python. Pure.

import { exp, ln, ln1p } from "../elementary.ts";
import { mapWords, metricText } from "./metric-text.ts";
import { operationText } from "./operation-text.ts";
import { rangesText } from "./ranges.ts";
import type { Metric, SweepMethod, SweepRecord, SweepResult } from "./types.ts";

/** one neuron of a sweep; names as the CSV and Python have them */
export interface SweepRow {
  model: string;
  repo: string;
  /** commit of the checkpoint, or a hash of its weights */
  revision: string;
  encoding: string;
  device: string;
  runtime: string;
  sentence: string;
  /** index of the token at which the metric is measured */
  position: number;
  /** tokens at which the operation acts: "4", "0-7" */
  positions: string;
  layer: number;
  neuron: number;
  /** untouched, at the first of the positions */
  activation: number;
  /** "suppress", "scale:0.5"; "replace:0.25" with the neuron's own value */
  operation: string;
  /** "probability:these" */
  metric: string;
  /** the metric without the operation, with it, and the difference */
  before: number;
  after: number;
  effect: number;
  /** (after - before) / before of the word's probability: the university tutorial's */
  delta_tutorial: number | undefined;
  /** (after - before) / min(before, after) of it: that of Niu et al. 2024, figure 1 */
  delta_paper: number | undefined;
  /** change of the contrast's log-odds, or of the word's, ln(p / (1 - p)) */
  log_odds: number | undefined;
  /** Kullback-Leibler divergence from the untouched prediction to the changed one, in nats */
  kl: number | undefined;
  rank_before: number | undefined;
  rank_after: number | undefined;
  method: SweepMethod;
  /** points on the path of integrated gradients; undefined for other methods */
  steps: number | undefined;
  /** false: effect, after, and what follows from them are estimates */
  exact: boolean;
}

export type SweepColumn = keyof SweepRow;

/** what a column's cells hold */
export type CellKind = "text" | "whole" | "number" | "number?" | "whole?" | "truth";

/** every column, in order */
export const columns: Readonly<Record<SweepColumn, CellKind>> = {
  model: "text",
  repo: "text",
  revision: "text",
  encoding: "text",
  device: "text",
  runtime: "text",
  sentence: "text",
  position: "whole",
  positions: "text",
  layer: "whole",
  neuron: "whole",
  activation: "number",
  operation: "text",
  metric: "text",
  before: "number",
  after: "number",
  effect: "number",
  delta_tutorial: "number?",
  delta_paper: "number?",
  log_odds: "number?",
  kl: "number?",
  rank_before: "whole?",
  rank_after: "whole?",
  method: "text",
  steps: "whole?",
  exact: "truth",
};

export const columnNames = Object.keys(columns) as SweepColumn[];

/** A sweep's rows, in the order of its records. */
export function rowsOf({ sweep, records, provenance }: Omit<SweepResult, "total">): SweepRow[] {
  const { model, repo, revision, encoding, device, runtime } = provenance;
  const { sentence, position } = sweep;
  const positions = rangesText(sweep.positions);
  const metric = metricText(mapWords(sweep.metric, ({ text }) => text));
  return records.map((record) => ({
    model,
    repo,
    revision,
    encoding,
    device,
    runtime,
    sentence,
    position,
    positions,
    layer: record.layer,
    neuron: record.neuron,
    activation: record.activation,
    operation: operationText(sweep.operation, record.neuron),
    metric,
    before: record.before,
    after: record.after,
    effect: record.effect,
    ...deltas(sweep.metric, record),
    kl: record.kl ?? (sweep.metric.kind === "kl" ? record.after : undefined),
    rank_before: record.rankBefore ?? (sweep.metric.kind === "rank" ? record.before : undefined),
    rank_after: record.rankAfter ?? (sweep.metric.kind === "rank" ? record.after : undefined),
    method: record.method,
    steps: record.method.startsWith("ig-") ? sweep.steps : undefined,
    exact: record.exact,
  }));
}

/** What follows from before and after; undefined where the metric is not a word's probability, or a denominator is not above 0. */
function deltas(
  { kind }: Metric<unknown>,
  { before, after, effect }: SweepRecord,
): Pick<SweepRow, "delta_tutorial" | "delta_paper" | "log_odds"> {
  if (kind === "log-odds") return { ...none, log_odds: effect };
  if (kind !== "probability" && kind !== "log-probability") return none;
  const [p, q] = kind === "probability" ? [before, after] : [exp(before), exp(after)];
  const smaller = Math.min(p, q);
  return {
    delta_tutorial: p > 0 ? (q - p) / p : undefined,
    delta_paper: smaller > 0 ? (q - p) / smaller : undefined,
    // of an estimate, q may lie outside of what a probability can be
    log_odds: smaller > 0 && Math.max(p, q) < 1 ? logit(q) - logit(p) : undefined,
  };
}

const none = { delta_tutorial: undefined, delta_paper: undefined, log_odds: undefined };

const logit = (p: number): number => ln(p) - ln1p(-p);
