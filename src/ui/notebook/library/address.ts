// What an address says about notebooks, behind its #: `notebook=` names one of the site's or one kept on this device, or
// holds a whole one (share.ts); `notebook-url=` names a file of this site. Pure: who opens it is follow.ts.

import { StorageError } from "../../../storage/index.ts";

export type Asked =
  /** the address names none */
  | { readonly kind: "nothing" }
  /** something that is not about notebooks, as a place in one */
  | { readonly kind: "other" }
  | { readonly kind: "built-in"; readonly name: string }
  | { readonly kind: "own"; readonly id: string }
  | { readonly kind: "url"; readonly href: string }
  /** a whole notebook is in the address */
  | { readonly kind: "link" };

const name = "#notebook=";
const url = "#notebook-url=";

/** characters of an address of a file that are looked at */
const longestUrl = 2000;
/** a link that holds a whole notebook has more characters than a name */
const longestName = 64;

/** Is a fragment about notebooks? */
export function namesNotebook(fragment: string): boolean {
  return fragment.startsWith(name) || fragment.startsWith(url);
}

/**
 * What a fragment asks for.
 * @param page address of the notebook's page
 * @param builtIns names of the site's own notebooks
 * @throws StorageError "notebook-invalid" when it can be no notebook
 */
export function readAddress(fragment: string, page: string, builtIns: readonly string[]): Asked {
  if (fragment === "" || fragment === "#") return { kind: "nothing" };
  if (fragment.startsWith(url)) return { kind: "url", href: fileAddress(fragment.slice(url.length), page) };
  if (!fragment.startsWith(name)) return { kind: "other" };
  const asked = fragment.slice(name.length);
  if (builtIns.includes(asked)) return { kind: "built-in", name: asked };
  const id = ownIn(fragment);
  if (id !== undefined) return { kind: "own", id };
  if (asked.length > longestName) return { kind: "link" };
  throw wrong(
    `This site has no notebook called “${asked}”; it has ${builtIns.join(", ")}.`,
    "Check the address; a link that holds a notebook is longer, and perhaps a part of this one was cut off.",
  );
}

/** What a fragment says that names no notebook of any kind. */
export function unknownAddress(fragment: string): StorageError {
  return wrong(
    `This address names no notebook: “${shortened(fragment)}”.`,
    "Addresses of notebooks end in #notebook= with a name, or in #notebook-url= with the address of a file on this site.",
  );
}

function fileAddress(value: string, page: string): string {
  let found: URL;
  try {
    if (value.length > longestUrl) throw new Error("too long");
    found = new URL(decodeURIComponent(value), page);
  } catch {
    throw wrong(
      `“${shortened(value)}” is not the address of a file.`,
      "Write #notebook-url= with the address of an .ipynb file on this site behind it.",
    );
  }
  const { origin, protocol } = new URL(page);
  if (found.origin !== origin || found.protocol !== protocol)
    throw wrong(
      `Notebooks are opened from this site only, and ${shortened(found.href)} is not on it.`,
      "Download the file and drop it on this page.",
    );
  found.hash = "";
  return found.href;
}

/** The fragment that opens one of the site's notebooks as it came. */
export function builtInFragment(built: string): string {
  return `${name}${built}`;
}

/** The fragment that opens a notebook kept on this device. */
export function ownFragment(id: string): string {
  return `${name}${id}`;
}

/** The notebook kept on this device that a fragment names. */
export function ownIn(fragment: string): string | undefined {
  const id = fragment.startsWith(name) ? fragment.slice(name.length) : "";
  return /^[0-9a-f]{32}$/.test(id) ? id : undefined;
}

/** fired at the window when the page has changed its own address, of which a browser tells nobody */
export const addressWritten = "neuron-notebook:address";

/** The fragment that opens a file of this site; short for what lies beside the page. */
export function urlFragment(href: string, page: string): string {
  const folder = new URL(".", page).href;
  const path = href.startsWith(folder) && href !== folder ? href.slice(folder.length) : href;
  // as it is written in the file's own address, unless that would be read as another
  return url + (leadsTo(href, path, page) ? path : encodeURIComponent(path));
}

function leadsTo(href: string, value: string, page: string): boolean {
  try {
    return fileAddress(value, page) === href;
  } catch {
    return false;
  }
}

function wrong(message: string, hint: string): StorageError {
  return new StorageError("notebook-invalid", message, hint);
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
