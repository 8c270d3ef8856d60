// Everything that can go wrong in a run, by code. The message says what happened and to what; the hint says what
// to do next. Errors cross the worker boundary as plain data, so they are rebuilt on the other side.

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
  "not-loaded",
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

/** an error as it crosses a worker boundary */
export interface PlainError {
  name: string;
  code: string | undefined;
  message: string;
  hint: string;
}

/** Flatten any thrown value for postMessage. */
export function toPlain(error: unknown): PlainError {
  if (error instanceof Error) {
    const { code, hint } = error as Partial<EngineError>;
    return {
      name: error.name,
      code: typeof code === "string" ? code : undefined,
      message: error.message,
      hint: hint ?? "",
    };
  }
  return { name: "Error", code: undefined, message: String(error), hint: "" };
}

/** Rebuild what {@link toPlain} flattened: an abort stays an abort, everything else is an EngineError. */
export function fromPlain(plain: PlainError): Error {
  if (plain.name === "AbortError") return new DOMException(plain.message, "AbortError");
  const code = errorCodes.find((known) => known === plain.code) ?? "runtime";
  return new EngineError(code, plain.message, plain.hint || "Reload the page and try again.");
}
