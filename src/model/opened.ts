// Models that a person opened from files of their own. Nothing serves them, so their manifest's address names no server: it
// is what tells their records from those of a site's models.

import { EngineError } from "./errors.ts";

const scheme = "opened:";

/** The address of an opened model's manifest. @param name the model's: letters, digits, dots, dashes, underscores */
export function openedAddress(name: string): string {
  return `${scheme}///${name}/manifest.json`;
}

/** Is this the address of a model that was opened, or of one of its files? */
export function isOpened(address: string): boolean {
  return address.startsWith(scheme);
}

/** It has to be opened from its files once more. @param why a sentence */
export function openAgain(why: string, cause?: unknown): EngineError {
  return new EngineError("not-loaded", why, "Open it again under “Open a model…”.", { cause });
}
