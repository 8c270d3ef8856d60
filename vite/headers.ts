// The response headers this site wants. The build writes them as `_headers`, which Cloudflare Pages and Netlify read,
// and `vite preview` sends the same ones from that file. Where a host joins what several rules say about one header,
// rules must not overlap: the first holds everything that is the same for all files, the others only Cache-Control.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Plugin } from "vite";
import { policy } from "./policy.ts";

export interface Rule {
  /** a path from the site's root; `*` stands for anything */
  path: string;
  headers: readonly (readonly [name: string, value: string])[];
}

const everywhere: Rule["headers"] = [
  // others may embed the page, so frame-ancestors is open; it has no effect in a page's own meta element
  ["Content-Security-Policy", `${policy}; frame-ancestors *`],
  ["X-Content-Type-Options", "nosniff"],
  ["Referrer-Policy", "no-referrer"],
  ["Permissions-Policy", "camera=(), geolocation=(), microphone=()"],
  // <neuron-experiment> on other sites reads scripts, models and weights from here
  ["Access-Control-Allow-Origin", "*"],
  ["Cross-Origin-Resource-Policy", "cross-origin"],
  // a page that sends this itself can frame only pages that do
  ["Cross-Origin-Embedder-Policy", "require-corp"],
];

/** the hash in the name changes with the content */
const forever = "public, max-age=31536000, immutable";
/** asked again each time, answered 304 when nothing changed */
const fresh = "no-cache";

/** The rules for a built site whose folder holds these entries; folders end in "/". */
export function rulesFor(entries: readonly string[]): Rule[] {
  const cached = entries.flatMap((entry): Rule[] => {
    const path = entry.endsWith("/") ? `/${entry}*` : `/${entry}`;
    const headers = [["Cache-Control", entry === "assets/" ? forever : fresh]] as const;
    // hosts also serve a page under its name without the ending, and index.html as "/"
    const bare = entry.endsWith(".html") ? [`/${entry.slice(0, -5).replace(/^index$/, "")}`] : [];
    return [path, ...bare].map((each) => ({ path: each, headers }));
  });
  return [{ path: "/*", headers: everywhere }, ...cached];
}

/** The text of a `_headers` file. */
export function writeRules(rules: readonly Rule[]): string {
  const blocks = rules.map(({ path, headers }) =>
    [path, ...headers.map(([name, value]) => `  ${name}: ${value}`)].join("\n"),
  );
  return `${blocks.join("\n\n")}\n`;
}

/** What a `_headers` file says. */
export function readRules(text: string): Rule[] {
  return text
    .trim()
    .split(/\n{2,}/)
    .map((block) => {
      const [path = "", ...lines] = block.split("\n");
      const headers = lines.map((line) => {
        const [, name, value] = /^\s+([^:]+):\s*(.*)$/.exec(line)!;
        return [name!, value!] as const;
      });
      return { path, headers };
    });
}

/** The headers of an answer: what every matching rule says, joined where several name one header. */
export function headersOf(rules: readonly Rule[], path: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const rule of rules) {
    const [start = "", end] = rule.path.split("*", 2);
    const matches = end === undefined ? path === start : path.startsWith(start) && path.endsWith(end);
    if (!matches) continue;
    for (const [name, value] of rule.headers)
      found[name] = name in found ? `${found[name]}, ${value}` : value;
  }
  return found;
}

/** Writes `_headers` beside the built site, and lets the preview send what it says. */
export function siteHeaders(): Plugin {
  let folder = "";
  return {
    name: "site-headers",
    configResolved({ root, build }) {
      folder = resolve(root, build.outDir);
    },
    closeBundle: {
      // when everything lies there, the service worker too
      sequential: true,
      order: "post",
      handler(error) {
        if (error) return;
        const entries = readdirSync(folder, { withFileTypes: true }).filter(
          ({ name }) => name !== "_headers",
        );
        const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
        writeFileSync(join(folder, "_headers"), writeRules(rulesFor(names)));
      },
    },
    configurePreviewServer({ middlewares }) {
      const file = join(folder, "_headers");
      const rules = existsSync(file) ? readRules(readFileSync(file, "utf8")) : [];
      middlewares.use((request, response, next) => {
        const { pathname } = new URL(request.url ?? "/", "http://localhost");
        for (const [name, value] of Object.entries(headersOf(rules, pathname)))
          response.setHeader(name, value);
        next();
      });
    },
  };
}
