// What a teacher pastes into a course page to have a notebook there, as text. Pure.

import { type Embedded, elementCode, frameCode } from "../../kit/course-code.ts";
import { readAddress, urlFragment } from "./address.ts";

export interface NotebookCode {
  readonly frame: string;
  readonly element: string;
  readonly link: string;
}

/** CSS pixels of a frame to which no script gives the height of its notebook; the notebook scrolls in it */
const height = 900;

/**
 * The code for a notebook.
 * @param site address of the folder that the site's pages lie in
 * @param fragment says which notebook, as in the address of the notebook's page
 */
export function notebookCode(site: string, title: string, fragment: string): NotebookCode {
  const page = site + fragment;
  const embedded: Embedded = { site, title: `Notebook: ${title}`, page };
  const [, name, value = ""] = /^#([^=]*)=(.*)$/s.exec(fragment)!;
  const which =
    name === "notebook" ? (["notebook", value] as const) : (["url", decodeURIComponent(value)] as const);
  return {
    frame: frameCode(embedded, `${site}embed-notebook.html${fragment}`, height),
    element: elementCode(embedded, "neuron-notebook", [which, ["title", embedded.title]]),
    link: page,
  };
}

/**
 * The fragment for a file of the site.
 * @param path seen from the site's folder
 * @throws StorageError "notebook-invalid" when that is no address on the site
 */
export function fileFragment(site: string, path: string): string {
  const asked = readAddress(`#notebook-url=${encodeURIComponent(path)}`, site, []);
  return urlFragment((asked as Extract<typeof asked, { kind: "url" }>).href, site);
}
