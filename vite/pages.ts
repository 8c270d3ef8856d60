// What the site is built from: its pages, those for frames, and the elements for other sites' pages as embed.js, whose
// address must stay the same from version to version.

import { join, resolve } from "node:path";
import type { Plugin } from "vite";

const element = "src/ui/embed.ts";

/** @param root the folder of the site's pages; other folders built by this configuration have pages of their own */
export function pages(root: string): Plugin {
  return {
    name: "pages",
    config: (config) => {
      if (resolve(config.root ?? ".") !== root) return;
      const input = {
        index: join(root, "index.html"),
        experiment: join(root, "experiment.html"),
        frame: join(root, "embed.html"),
        notebook: join(root, "embed-notebook.html"),
        embed: join(root, element),
      };
      const entryFileNames = ({ name }: { name: string }) =>
        name === "embed" ? "embed.js" : "assets/[name]-[hash].js";
      return { build: { rolldownOptions: { input, output: { entryFileNames } } } };
    },
    configureServer({ middlewares }) {
      middlewares.use((request, _, next) => {
        if (request.url?.split("?")[0] === "/embed.js") request.url = `/${element}`;
        next();
      });
    },
  };
}
