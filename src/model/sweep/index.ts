// Sweeps: the effect of an operation on each of many neurons.

export { type Agreement, agreement, spearman } from "./compare.ts";
export { csvHead, csvLine, csvOf, jsonOf, readCsv, type SweepFile } from "./csv.ts";
export {
  differenceOf,
  inOrder,
  type Merged,
  mergeParts,
  missingBlocks,
  missingText,
  type NeuronBlock,
  type SweepDifference,
  type SweepPart,
} from "./merge.ts";
export { describeMethod, type MethodDescription, sweepMethods } from "./methods.ts";
export { checkGradient, metricGradient } from "./metric-gradient.ts";
export {
  asksFor,
  groupsText,
  mapWords,
  metricKinds,
  metricText,
  readGroups,
  readMetric,
  takesMetric,
  wordsOf,
} from "./metric-text.ts";
export { operationText, readOperation, takesOperation } from "./operation-text.ts";
export { expandPrompts, expandTemplate, type Slots } from "./prompts.ts";
export { rangesText, readRanges, readShard, type Shard, shardOf, takesRanges } from "./ranges.ts";
export { type Distribution, distribution, ranked } from "./ranking.ts";
export { type CellKind, columnNames, columns, rowsOf, type SweepColumn, type SweepRow } from "./rows.ts";
export {
  type FoundNeuron,
  type NeuronScore,
  type ScoreTable,
  type SearchOptions,
  type SearchResult,
  scoresOf,
  searchNeurons,
} from "./search.ts";
export type * from "./types.ts";
