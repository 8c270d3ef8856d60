// The engine's front door for a page: its types, and a client that starts the worker when it is first needed. Nothing
// heavy is imported here; the runtime and the tokenizer live in the worker.

export { arrivedOf, resumes } from "./build/arrived.ts";
export { type ChosenFolder, checkpointFolder } from "./build/chosen.ts";
export { type Capability, detect } from "./runtime/capability.ts";
export type * from "./types.ts";
export { createEngine } from "./worker/client.ts";
