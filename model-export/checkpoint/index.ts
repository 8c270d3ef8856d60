// The public surface of the checkpoint reader.

export { type Checkpoint, openCheckpoint } from "./checkpoint.ts";
export type { BertConfig } from "./config.ts";
export { fetchFromHub, type HubOptions } from "./hub.ts";
export { requiredShapes } from "./names.ts";
export { ProgressBar } from "./progress.ts";
