// A checkpoint as it is published: what it is, what it holds, and its tokenizer.

export { type Checkpoint, openCheckpoint } from "./checkpoint.ts";
export type { BertConfig } from "./config.ts";
export { type Encoding, encode } from "./encode.ts";
export { CheckpointError } from "./errors.ts";
export type { ByteSource, CheckpointFiles } from "./source.ts";
export { requiredShapes } from "./tensor-names.ts";
export { parseIndex, weightFile } from "./weights.ts";
