// Models from the Hugging Face Hub. All of this is loaded when a person asks for one, on sites that were built with the Hub.

export { type HubFiles, hubFiles } from "./files.ts";
export { find, type HubPorts } from "./find.ts";
export type { PieceStore } from "./weights-file.ts";
