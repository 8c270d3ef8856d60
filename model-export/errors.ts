// A refusal: what is wrong with what, and what to do about it.

export class ExportError extends Error {
  override readonly name = "ExportError";
  /** what to do next, one sentence */
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}
