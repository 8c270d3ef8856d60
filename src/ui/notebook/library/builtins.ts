/// <reference types="vite/client" />
/// <reference path="../../vite.d.ts" />

// The notebooks that come with the site, in the order of a course. Their list is in the page's own script; each is a file of
// its own, which comes when it is opened.

import listed from "virtual:notebooks";
import { fetchText, type Retry } from "../../../storage/index.ts";

export interface BuiltIn {
  /** of its file, without .ipynb */
  readonly name: string;
  readonly title: string;
  /** one sentence */
  readonly summary: string;
  /** Its text, fetched once, and asked for again as every file is. @throws StorageError as fetchText does */
  text(onRetry?: (retry: Retry) => void): Promise<string>;
}

/** addresses of their files */
const files = import.meta.glob<string>("../../../../notebooks/*.ipynb", {
  query: "?url",
  import: "default",
  eager: true,
});

/** bytes of the longest; what they have put out is in them */
const longest = 2 ** 20;

const all: readonly BuiltIn[] = listed.map((each) => ({ ...each, text: fetching(each.name) }));

function fetching(name: string): BuiltIn["text"] {
  const url = files[`../../../../notebooks/${name}.ipynb`]!;
  let asked: Promise<string> | undefined;
  return (onRetry) => {
    asked ??= fetchText(url, { fetch: globalThis.fetch.bind(globalThis), longest, onRetry });
    // one that has failed is asked for anew
    asked.catch(() => {
      asked = undefined;
    });
    return asked;
  };
}

/** the one that a first visit opens */
export const firstBuiltIn = all[0]!.name;

/** All of them. */
export function builtIns(): readonly BuiltIn[] {
  return all;
}
