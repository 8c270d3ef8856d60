// A notebook as a page of its own without anything round it, for frames: embed-notebook.html. Its address names the notebook
// as the site's own page does, in the fragment or, where a course system cuts that off, in the query; `theme` stands in the
// query. What a reader has made of it is kept by the browser for the site around, and is there again when the page is loaded
// anew.

import { openNotebooks } from "../../storage/index.ts";
import { tellHeight } from "../kit/frames.ts";
import { addressWritten, builtInFragment, namesNotebook, ownFragment, ownIn } from "./library/address.ts";
import { firstBuiltIn } from "./library/builtins.ts";

const page = location.href.split(/[?#]/)[0]!;
const query = new URLSearchParams(location.search);
let asked = fragmentOf(location.hash);

const theme = query.get("theme");
if (theme === "light" || theme === "dark") document.documentElement.style.colorScheme = theme;

const mine = kept(() => localStorage.getItem(keyOf(asked))) ?? undefined;
const fragment = mine !== undefined && (await isThere(mine)) ? ownFragment(mine) : asked;
history.replaceState(null, "", `${page}${theme === null ? "" : `?theme=${theme}`}${fragment}`);
for (const type of [addressWritten, "hashchange"]) addEventListener(type, remember);
try {
  await import("./main.ts");
  // not before the notebook is there: until then the page around shows its text and link
  if (window.parent !== window) tellHeight();
} catch (error) {
  console.error(error);
  document.querySelector("nn-notebook")!.textContent =
    "The notebook’s script could not be loaded. Check the connection, and reload this page.";
}

/** The address is that of the reader's own copy once something in it has changed. */
function remember({ type }: Event): void {
  const own = ownIn(location.hash);
  if (own !== undefined) kept(() => localStorage.setItem(keyOf(asked), own));
  // a link of the page around leads to another notebook in this frame
  else if (type === "hashchange" && namesNotebook(location.hash)) asked = location.hash;
}

function keyOf(fragment: string): string {
  return `neuron-notebook-embedded ${page}${fragment}`;
}

/** The notebook that is asked for; without one, the site's first. */
function fragmentOf(hash: string): string {
  if (namesNotebook(hash)) return hash;
  for (const name of ["notebook", "notebook-url"]) {
    const value = query.get(name);
    if (value !== null) return `#${name}=${value}`;
  }
  return builtInFragment(firstBuiltIn);
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
