// What can go wrong between a server and the kept bytes, and with notebooks. The codes of downloads are a subset of the
// engine's, so an error keeps its code and its hint on the way to the page; storage itself never imports the engine.

export type StorageErrorCode =
  | "file-missing"
  | "file-corrupt"
  | "network"
  | "storage-full"
  | "out-of-memory"
  /** a file or a link is not a notebook that can be read here */
  | "notebook-invalid"
  /** a file is too large, or called something that cannot be, to be kept with a notebook */
  | "file-refused"
  /** a notebook is not kept any more */
  | "notebook-missing";

/** An error a person can act on. The message says what happened to which file. */
export class StorageError extends Error {
  override readonly name = "StorageError";
  /** what kind of failure it is; stable, for code */
  readonly code: StorageErrorCode;
  /** what to do next, one sentence */
  readonly hint: string;

  constructor(code: StorageErrorCode, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}

/** true for the error of an AbortSignal */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

/** true for the browser's refusal to keep more bytes */
export function isQuota(error: unknown): boolean {
  return error instanceof Error && error.name === "QuotaExceededError";
}

/** The disk, or what the browser grants this site of it, is full. */
export function storageFull(what: string, cause: unknown): StorageError {
  return new StorageError(
    "storage-full",
    `The browser refused to keep ${what}: the space it grants this site is used up.`,
    "Free disk space or remove another model, then start the download again; what was kept stays.",
    { cause },
  );
}

/** The browser did not keep something, for a reason of its own; what helps is the same as where there is no space. */
export function notKept(what: string, cause: unknown): StorageError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StorageError(
    "storage-full",
    `The browser did not keep ${what}: ${reason}`,
    "Reload the page and start the download again; what was kept stays.",
    { cause },
  );
}
