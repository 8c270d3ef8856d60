// Errors as they cross a channel: structured clone would lose their class, and with it code and hint.

export interface PlainError {
  name: string;
  /** what kind of failure it is, where the error has a code of words */
  code: string | undefined;
  message: string;
  /** what to do next, or "" */
  hint: string;
}

/** Flatten any thrown value for postMessage. */
export function toPlain(error: unknown): PlainError {
  if (!(error instanceof Error)) return { name: "Error", code: undefined, message: String(error), hint: "" };
  const { name, message, code, hint = "" } = error as Error & { code?: unknown; hint?: string };
  return { name, code: typeof code === "string" ? code : undefined, message, hint };
}

/** The same for a caller that shows the message alone: what is wrong and what to do, in one text. */
export function toOneText(error: unknown): PlainError {
  const { message, hint, ...rest } = toPlain(error);
  return { ...rest, message: hint ? `${message} ${hint}` : message, hint: "" };
}
