// A notebook as a page of its own without anything round it, for frames: embed-notebook.html. Its address names the notebook
// as the site's own page does, in the fragment or, where a course system cuts that off, in the query. What a reader has made
// of it is kept by the browser for the site around, and is there again when the page is loaded anew.

import { openNotebooks } from "../../storage/index.ts";
import { tellHeight } from "../kit/frames.ts";
import { addressWritten, namesNotebook, ownFragment, ownIn } from "./library/address.ts";

const page = location.href.split(/[?#]/)[0]!;
const asked = fragmentOf(location);
const key = `neuron-notebook-embedded ${page}${asked}`;

const mine = kept(() => localStorage.getItem(key)) ?? undefined;
const fragment = mine !== undefined && (await isThere(mine)) ? ownFragment(mine) : asked;
history.replaceState(null, "", `${page}${fragment}`);
if (window.parent !== window) tellHeight();
for (const type of [addressWritten, "hashchange"]) addEventListener(type, remember);
await import("./main.ts");

/** The address is that of the reader's own copy once something in it has changed. */
function remember(): void {
  const own = ownIn(location.hash);
  if (own !== undefined) kept(() => localStorage.setItem(key, own));
}

function fragmentOf({ hash, search }: Location): string {
  if (namesNotebook(hash)) return hash;
  const query = new URLSearchParams(search);
  for (const name of ["notebook", "notebook-url"]) {
    const value = query.get(name);
    if (value !== null) return `#${name}=${value}`;
  }
  return "";
}

async function isThere(id: string): Promise<boolean> {
  const store = await openNotebooks();
  try {
    return (await store.read(id)) !== undefined;
  } finally {
    store.close();
  }
}

/** undefined where the browser lends this frame no storage, which throws */
function kept<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
