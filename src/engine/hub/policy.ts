// Requests to the Hub that the browser itself refuses, because the site's Content-Security-Policy does not name the host: fetch
// fails as where nobody can be reached, and only an event tells the difference.

import { EngineError } from "../../model/index.ts";
import { final } from "../../storage/index.ts";

/** a page's or a worker's global scope; Node's is none of events */
const scope: EventTarget | undefined = "addEventListener" in globalThis ? globalThis : undefined;

/** milliseconds after a failure in which the event may still come: it is a task of its own */
const AFTER = 100;

/** A fetch that says so where a policy is what refuses; in Node there is none. */
export function withinPolicy(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    let refused = false;
    const note = (event: Event) => {
      const { blockedURI, effectiveDirective } = event as SecurityPolicyViolationEvent;
      // of a request that was redirected, the address before that
      refused ||= effectiveDirective === "connect-src" && sameOrigin(blockedURI, String(input));
    };
    scope?.addEventListener("securitypolicyviolation", note);
    try {
      return await fetch(input, init);
    } catch (error) {
      if (scope && !init?.signal?.aborted) await new Promise((resolve) => setTimeout(resolve, AFTER));
      throw refused ? final(notAllowed(new URL(String(input)).host, error)) : error;
    } finally {
      scope?.removeEventListener("securitypolicyviolation", note);
    }
  };
}

const sameOrigin = (a: string, b: string): boolean =>
  URL.canParse(a) && URL.canParse(b) && new URL(a).origin === new URL(b).origin;

function notAllowed(host: string, cause: unknown): EngineError {
  return new EngineError(
    "checkpoint",
    `This site's policy does not let a page ask ${host}, or a host that it keeps its files on.`,
    "Download the model's files and choose their folder here. Whoever deploys the site allows the Hub by building it with HUB=1 npm run build, or a mirror by naming all its hosts in HUB.",
    { cause },
  );
}
