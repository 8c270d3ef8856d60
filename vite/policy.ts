// The Content-Security-Policy of this site's pages. A page carries it itself, so it holds on hosts that cannot send
// headers, too.

import type { Plugin } from "vite";
import { type HubSetting, hubSetting } from "./hub.ts";
import { frameHash } from "./kernel.ts";

/** The policy of a site that may ask these hosts for models, or none. */
export const policyWith = (hub: HubSetting | undefined): string =>
  [
    "default-src 'none'",
    // WebAssembly is compiled from bytes that were verified before; the one inline script, by its hash, is that of the frame
    // which Python is locked into
    `script-src 'self' 'wasm-unsafe-eval' '${frameHash}'`,
    // a page in an opaque origin starts its worker through a blob: module that imports the real one
    "worker-src 'self' blob:",
    // the Hub's hosts where the build was told so, and only those
    ["connect-src 'self'", ...(hub?.hosts ?? [])].join(" "),
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");

export const policy = policyWith(hubSetting());

/** Puts the policy into every built page, before anything it governs. */
export function contentSecurityPolicy(): Plugin {
  return {
    name: "content-security-policy",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: policy },
        injectTo: "head-prepend",
      },
    ],
  };
}
