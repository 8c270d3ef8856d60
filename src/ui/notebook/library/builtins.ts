/// <reference types="vite/client" />

// The notebooks that come with the site, in the order of a course.

import { parseNotebook, titleOf } from "../../../storage/index.ts";

export interface BuiltIn {
  /** of its file, without .ipynb */
  readonly name: string;
  readonly title: string;
  /** one sentence */
  readonly summary: string;
  readonly text: string;
}

// in the page's own script: small texts that need no request of their own
const files = import.meta.glob<string>("../../../../notebooks/*.ipynb", {
  query: "?raw",
  import: "default",
  eager: true,
});

const order = ["suppression", "hooks-and-caches", "finding-a-neuron"];

/** the one that a first visit opens */
export const firstBuiltIn = order[0]!;

/** All of them. */
export function builtIns(): BuiltIn[] {
  const all = Object.entries(files).map(([path, text]) => toBuiltIn(/([^/]+)\.ipynb$/.exec(path)![1]!, text));
  const place = ({ name }: BuiltIn) => (order.indexOf(name) + order.length + 1) % (order.length + 1);
  return all.sort((a, b) => place(a) - place(b));
}

function toBuiltIn(name: string, text: string): BuiltIn {
  const notebook = parseNotebook(text);
  const { summary = "" } = (notebook.metadata.neuron_notebook ?? {}) as { summary?: string };
  return { name, title: titleOf(notebook), summary, text };
}
