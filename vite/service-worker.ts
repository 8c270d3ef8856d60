// The service worker: it keeps the page itself, so that the page opens without a network. Weights and ONNX Runtime's
// WebAssembly are none of its business: the engine keeps those in IndexedDB, verified, when somebody asks for them.

import type { Plugin } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import { earlierVersion, hashedFile } from "../src/ui/kit/earlier-version.ts";
import { list, listOrKept } from "./models-list.ts";

/** The list of models is asked for at the server first. Its kept copy has a name no page asks for, else it came first. */
const keptList = `${list}?kept`;

export function serviceWorker(): Plugin[] {
  return VitePWA({
    strategies: "generateSW",
    registerType: "prompt",
    // src/ui/kit/offline.ts registers it, public/manifest.webmanifest describes the site
    injectRegister: null,
    manifest: false,
    mode: "production",
    workbox: {
      inlineWorkboxRuntime: true,
      sourcemap: false,
      globPatterns: ["**/*.{html,js,css,svg,png,webmanifest,ipynb}", list],
      globIgnores: ["models/*/**/*"],
      manifestTransforms: [
        (entries) => ({
          manifest: entries.map((entry) => (entry.url === list ? { ...entry, url: keptList } : entry)),
        }),
      ],
      // an address names settings in its query; the page is the same
      ignoreURLParametersMatching: [/^/],
      navigateFallback: null,
      // a first visit is complete without a reload; a new version waits until a person asks for it
      clientsClaim: true,
      skipWaiting: false,
      cleanupOutdatedCaches: true,
      runtimeCaching: [
        { urlPattern: list, handler: listOrKept },
        // what this version does not have itself, for tabs that still show the one before
        { urlPattern: hashedFile, handler: "CacheFirst", options: { cacheName: earlierVersion } },
      ],
    },
  });
}
