// A checkpoint that is refused: what is wrong with what, and what to do about it.

export class CheckpointError extends Error {
  override readonly name = "CheckpointError";
  /** what to do next, one sentence */
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}
