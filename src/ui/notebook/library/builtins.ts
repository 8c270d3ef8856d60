/// <reference types="vite/client" />
/// <reference path="../../vite.d.ts" />

// The notebooks that come with the site, in the order of a course. Their list is in the page's own script; the text of each
// comes when it is opened.

import listed from "virtual:notebooks";

export interface BuiltIn {
  /** of its file, without .ipynb */
  readonly name: string;
  readonly title: string;
  /** one sentence */
  readonly summary: string;
  /** its file; fetched once */
  text(): Promise<string>;
}

const files = import.meta.glob<string>("../../../../notebooks/*.ipynb", { query: "?raw", import: "default" });

/** the one that a first visit opens */
export const firstBuiltIn = listed[0]!.name;

/** All of them. */
export function builtIns(): BuiltIn[] {
  return listed.map(({ name, title, summary }) => {
    const load = files[`../../../../notebooks/${name}.ipynb`]!;
    return { name, title, summary, text: load };
  });
}
