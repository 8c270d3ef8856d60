/// <reference types="vite/client" />

// The notebooks that come with the site, in the order of a course.

import { parseNotebook, titleOf } from "../../storage/index.ts";

export interface BuiltIn {
  /** of its file, without .ipynb */
  readonly name: string;
  readonly title: string;
  /** one sentence */
  readonly summary: string;
  readonly text: string;
}

const files = import.meta.glob<string>("../../../notebooks/*.ipynb", { query: "?raw", import: "default" });

const order = ["suppression", "hooks-and-caches", "finding-a-neuron"];

/** the one that a first visit opens */
export const firstBuiltIn = order[0]!;

/** All of them; small texts of this site, which are kept for offline use with the page. */
export async function loadBuiltIns(): Promise<BuiltIn[]> {
  const all = await Promise.all(
    Object.entries(files).map(async ([path, load]) => {
      const name = /([^/]+)\.ipynb$/.exec(path)![1]!;
      return toBuiltIn(name, await load());
    }),
  );
  const place = ({ name }: BuiltIn) => (order.indexOf(name) + order.length + 1) % (order.length + 1);
  return all.sort((a, b) => place(a) - place(b));
}

function toBuiltIn(name: string, text: string): BuiltIn {
  const notebook = parseNotebook(text);
  const { summary = "" } = (notebook.metadata.neuron_notebook ?? {}) as { summary?: string };
  return { name, title: titleOf(notebook), summary, text };
}
