// The engine's front door for a page: types, errors, formatting, and a client that starts the worker when it is first
// needed. Nothing heavy is imported here; the runtime and the tokenizer live in the worker.

export { type Capability, detect } from "./capability.ts";
export { createEngine } from "./client.ts";
export { EngineError, type ErrorCode, isAbort } from "./errors.ts";
export * as format from "./format.ts";
export { type HookPoint, hooked, hookPointsOf } from "./hook-points.ts";
export { createKernel, frameDocument } from "./kernel/kernel.ts";
export type * from "./kernel/types.ts";
export { listed } from "./listed.ts";
export { type Manifest, parseManifest } from "./manifest.ts";
export { editsOf, editText, mostEdits, readEdit, readEdits, takesEdits, withEdits } from "./neuron-edits.ts";
export * as operations from "./operations.ts";
export { splitsOf } from "./splits.ts";
export { tensorNames } from "./tensor-names.ts";
export { tutorial, tutorialSentence } from "./tutorial.ts";
export type * from "./types.ts";
