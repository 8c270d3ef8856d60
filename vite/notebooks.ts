// The list of the notebooks that come with the site: what is said of them before one is opened.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { parseNotebook, titleOf } from "../src/storage/index.ts";

const id = "virtual:notebooks";
const folder = join(import.meta.dirname, "../notebooks");

/** the order of a course; others come last */
const order = ["suppression", "hooks-and-caches", "finding-a-neuron"];

/** Name, title and one sentence of each. */
export function listNotebooks(): { name: string; title: string; summary: string }[] {
  const place = ({ name }: { name: string }) => (order.indexOf(name) + order.length + 1) % (order.length + 1);
  return readdirSync(folder)
    .filter((file) => file.endsWith(".ipynb"))
    .map((file) => {
      const notebook = parseNotebook(readFileSync(join(folder, file), "utf8"));
      const { summary = "" } = (notebook.metadata.neuron_notebook ?? {}) as { summary?: string };
      return { name: file.slice(0, -".ipynb".length), title: titleOf(notebook), summary };
    })
    .sort((a, b) => place(a) - place(b));
}

/** Gives the page that list. */
export function notebooks(): Plugin {
  return {
    name: "notebooks",
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    load: (source) =>
      source === `\0${id}` ? `export default ${JSON.stringify(listNotebooks())};` : undefined,
  };
}
