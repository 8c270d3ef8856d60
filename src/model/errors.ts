// Everything that can go wrong in a run, by code. The message says what happened and to what; the hint says what
// to do next.

export const errorCodes = [
  "no-mask",
  "several-masks",
  "too-long",
  "no-candidates",
  "candidate-pieces",
  "candidate-unknown",
  "layer-range",
  "neuron-range",
  "mask-range",
  "position-range",
  "token-range",
  "token-type",
  "batch-shape",
  "batch-mask",
  "batch-size",
  "edit-count",
  "edit-values",
  "hook-value",
  "sweep-words",
  "sweep-neurons",
  "sweep-positions",
  "sweep-metric",
  "sweep-method",
  "not-loaded",
  "checkpoint",
  "manifest-invalid",
  "manifest-missing",
  "model-changed",
  "file-missing",
  "file-corrupt",
  "network",
  "storage-full",
  "no-webgpu",
  "insecure-context",
  "no-adapter",
  "model-too-big",
  "gpu-lost",
  "out-of-memory",
  "self-test",
  "hook-point",
  "activation-size",
  "weight-name",
  "sweep-file",
  "sweep-parts",
  "prompts",
  "search",
  "run-ended",
  "no-jspi",
  "kernel-start",
  "runtime-start",
  "runtime",
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** An error a person can act on. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  /** what kind of failure it is; stable, for code */
  readonly code: ErrorCode;
  /** what to do next, one sentence */
  readonly hint: string;

  constructor(code: ErrorCode, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}
