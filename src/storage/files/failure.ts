// The ways in which a request for a file fails: what a person reads, and what can be tried next.

import { StorageError } from "./errors.ts";
import { type Patience, retryAfter } from "./retry.ts";
import type { FileSpec } from "./types.ts";

/** what was asked for, as a sentence names it */
type Named = Pick<FileSpec, "file">;

/** "rest": keep what has arrived; "anew": it was wrong, begin once more; "nothing": asking again would not help */
type Next = "rest" | "anew" | "nothing";

/** why an attempt failed */
export class Failure extends Error {
  /** what a person reads when this was the last attempt */
  readonly error: Error;
  readonly next: Next;
  /** milliseconds the server wants to be left alone */
  readonly after: number;

  constructor(error: Error, next: Next, after = 0) {
    super(error.message, { cause: error });
    this.error = error;
    this.next = next;
    this.after = after;
  }
}

/** a status that another attempt may not have */
export const isPassing = (status: number): boolean => status >= 500 || status === 408 || status === 429;

/** a web page, which no file is */
export const isPage = ({ headers }: Response): boolean =>
  /^text\/html\b/i.test(headers.get("content-type") ?? "");

/** why a response cannot be the file */
export function problemOf(response: Response, { file }: Named, { longest }: Patience): Failure | undefined {
  const { status } = response;
  if (isPassing(status)) {
    const after = retryAfter(response.headers.get("retry-after"));
    const tooLong = after > longest;
    const wish = tooLong ? ` and asks to be left alone for ${Math.ceil(after / 1000)} s` : "";
    const hint = `Wait ${tooLong ? "that long" : "a moment"} and try again; files that have arrived are kept.`;
    const error = new StorageError(
      "network",
      `The server failed to send ${file} (status ${status})${wish}.`,
      hint,
    );
    return new Failure(error, tooLong ? "nothing" : "rest", after);
  }
  if (!response.ok) {
    const error = new StorageError(
      "file-missing",
      `The server does not give out ${file} (status ${status}).`,
      "Check that the model's whole folder was uploaded, then reload the page.",
    );
    return new Failure(error, "nothing");
  }
  if (isPage(response)) {
    const error = new StorageError(
      "file-corrupt",
      `The server answered with a web page instead of ${file}.`,
      "Check that the model's whole folder was uploaded, and that no log-in page stands in the way.",
    );
    return new Failure(error, "nothing");
  }
  return undefined;
}

/** The bytes are not the manifest's. */
export function damaged({ file }: FileSpec): StorageError {
  return new StorageError(
    "file-corrupt",
    `${file} arrived damaged: its SHA-256 is not the one in the manifest.`,
    "Try again; if it happens again, the file on the server is not the exported one and has to be uploaded anew.",
  );
}

/** The bytes are more or fewer than the manifest's; `got` says so, with "of" or "than" behind it. */
export function wrongLength({ file, byteLength }: FileSpec, got: string): StorageError {
  return new StorageError(
    "file-corrupt",
    `${file} has the wrong length: the server sent ${got} ${byteLength} bytes.`,
    "Try again; if it happens again, the file on the server is not the exported one and has to be uploaded anew.",
  );
}

/** The request got no answer. */
export function unreachable({ file }: Named, cause: unknown): StorageError {
  return new StorageError(
    "network",
    `The server could not be reached for ${file}.`,
    "Check the connection and try again; files that have arrived are kept.",
    { cause },
  );
}

/** The answer broke off. */
export function connectionLost({ file }: Named, cause: unknown): StorageError {
  return new StorageError(
    "network",
    `The connection broke while ${file} was on its way.`,
    "Check the connection and try again; files that have arrived are kept.",
    { cause },
  );
}

/** Nothing has come for so many milliseconds; `begun` when something had come before. */
export function silent({ file }: Named, begun: boolean, ms: number): StorageError {
  return new StorageError(
    "network",
    `The server sent nothing${begun ? " more" : ""} of ${file} for ${ms / 1000} s.`,
    "Check the connection and try again; files that have arrived are kept.",
  );
}
