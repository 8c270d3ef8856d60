// Sweeps: the effect of an operation on each of many neurons.

export type * from "./types.ts";
