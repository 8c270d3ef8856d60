// What models are, without anything that runs them: no engine, no storage, no page, no Node. The tokenizer, the graphs and
// the reader of checkpoints have doors of their own (tokenizer/, graph/, checkpoint/).

export { catalogEntry } from "./catalog.ts";
export { exp, ln, ln1p } from "./elementary.ts";
export { EngineError, type ErrorCode, errorCodes } from "./errors.ts";
export { type Activation, defaultFamily, familyOf } from "./families/index.ts";
export { decodeFloat16, encodeFloat16 } from "./float16.ts";
export * as format from "./format.ts";
export { type HookPoint, hooked, hookPointsOf, neuronPointsOf, widthOf } from "./hook-points.ts";
export { listed } from "./listed.ts";
export {
  allFiles,
  type Manifest,
  type ManifestFile,
  manifestLimits,
  parseManifest,
  type Segment,
} from "./manifest.ts";
export { editsOf, editText, mostEdits, readEdit, readEdits, takesEdits, withEdits } from "./neuron-edits.ts";
export { isOpened, openAgain, openedAddress } from "./opened.ts";
export { openedEntry } from "./opened-entry.ts";
export * as operations from "./operations.ts";
export { roundedText, roundingText, weightsText } from "./rounding.ts";
export { canStop, cutLayers, findSplit, type Split, splitsOf, stopsOf } from "./splits.ts";
export {
  decodeStored,
  type Encoding,
  encodings,
  keptLength,
  keptSpan,
  placeChunks,
} from "./stored-weights.ts";
export type * from "./sweep/index.ts";
export { tensorNames } from "./tensor-names.ts";
export { tutorial, tutorialSentence, withOwnMask } from "./tutorial.ts";
export type * from "./types.ts";
