// Opens the dialog with the code that puts the open notebook into a course page; a script of its own.

import { serializeNotebook } from "../../../storage/index.ts";
import type { DocumentsWorld } from "./documents-world.ts";
import { type Opener, publicPage } from "./opener.ts";
import { toLink } from "./share.ts";
import "./nn-course-page.ts";

export async function openCoursePage({ current, page }: DocumentsWorld, opener: Opener): Promise<void> {
  const open = current();
  if (!open) return;
  const { notebook, record } = open;
  const site = new URL(".", publicPage()).href;
  const address = opener.follower.publicAddress(record);
  const published = address?.slice(address.indexOf("#"));
  const dialog = page.querySelector("nn-course-page") ?? document.createElement("nn-course-page");
  page.append(dialog);
  dialog.onclosed = () => page.querySelector("nn-toolbar")?.focusFile();
  await dialog.show({
    site,
    heading: record.title,
    whole: await toLink(serializeNotebook(notebook), `${site}embed-notebook.html`),
    published,
    changed: opener.follower.fragmentOf(record) !== published,
  });
}
