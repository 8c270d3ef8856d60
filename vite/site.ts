// What makes a built folder a site that can be put on a host: pages with a policy, the service worker, response headers,
// no file too large. None of it is there while developing, nor in other folders built by this configuration.

import { resolve } from "node:path";
import type { Plugin } from "vite";
import { practiceCheckpoint } from "./checkpoint.ts";
import { siteHeaders } from "./headers.ts";
import { contentSecurityPolicy } from "./policy.ts";
import { serviceWorker } from "./service-worker.ts";
import { sizeLimit } from "./size-limit.ts";

/** @param root the folder of the site's pages */
export function site(root: string): Plugin[] {
  const plugins = [
    contentSecurityPolicy(),
    practiceCheckpoint(root),
    ...serviceWorker(),
    siteHeaders(),
    sizeLimit(),
  ];
  return plugins.map((plugin) => ({
    ...plugin,
    apply: (config, { command, isPreview }) =>
      (command === "build" || isPreview === true) && resolve(config.root ?? ".") === root,
  }));
}
