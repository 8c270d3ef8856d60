// Making a model of a checkpoint's files. All of this is loaded when one is opened: nothing else of the engine imports
// more than its types.

export { open } from "./build-model.ts";
export type { BuildHost } from "./host.ts";
