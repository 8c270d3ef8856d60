// Another server than the site's own: what it refuses means something else there, which is for the caller to say.

import { Failure, isPage, isPassing } from "./failure.ts";

/**
 * A fetch whose final refusals are those of another server; what another attempt may mend, and a range that the file does not
 * have, comes through as it is.
 * @param refuse the error for a status; 200 where a web page came
 */
export function refusing(
  fetch: typeof globalThis.fetch,
  refuse: (status: number) => Error,
): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const { ok, status } = response;
    if (isPassing(status) || status === 416 || (ok && !isPage(response))) return response;
    await response.body?.cancel().catch(() => {});
    throw final(refuse(status));
  };
}

/** An error as a fetch throws it that is not to be repeated: the request fails with it at once. */
export const final = (error: Error): Error => new Failure(error, "nothing");
