// The notebook's page: what is open, what keeps it, and what keeps the page for use without a network.

import { openNotebooks, parseNotebook } from "../../storage/index.ts";
import { startOffline } from "../kit/offline.ts";
import { namesNotebook } from "./library/address.ts";
import { builtIns } from "./library/builtins.ts";
import { NotebookData } from "./library/data.ts";
import { connectDocuments } from "./library/documents.ts";
import { startNotebook } from "./notebook.ts";
import { adopt } from "./render/prerendered.ts";
import { createNotebookWorld } from "./world.ts";

// a link to an experiment from the time when that was the site's first page
if (location.hash.length > 1 && !namesNotebook(location.hash)) {
  const { namesSettings } = await import("../experiment/settings-text.ts");
  if (namesSettings(location.hash)) location.replace(`experiment.html${location.search}${location.hash}`);
}

const offered = builtIns();
const store = await openNotebooks();
const line = document.querySelector("nn-site-status");
// a frame in another page keeps no page for use without a network
const offline = line ? startOffline(line) : undefined;
const [files, save] = [document.querySelector("nn-files"), document.querySelector("nn-save")];
const data = new NotebookData({
  store,
  id: () => page.current()?.record.id,
  onChange: (entries) => {
    if (files) Object.assign(files, { entries, removed: data.removed });
    if (save) save.files = entries.length;
  },
  complain: (message, hint) => page.complain(message, hint),
});
const page = startNotebook(document, {
  ...createNotebookWorld(document.baseURI, store),
  data,
  onBusy: (busy) => {
    if (offline) offline.busy = busy;
  },
  onKept: () => documents.refresh(),
  onSaved: () => documents.written(),
  onDrawn: () => documents.drawn(),
});

const documents = connectDocuments({
  store,
  builtIns: offered,
  page: document.body,
  panel: document.querySelector("nn-library"),
  save,
  trust: document.querySelector("nn-trust"),
  files,
  data,
  ...page,
});
// the tutorial, which could be read until now, is what its cells show
const drawn = [...document.querySelectorAll("nn-notebook > :is(div, pre)")];
if (drawn.length > 0) {
  try {
    const { cells } = parseNotebook(await offered[0]!.text());
    adopt(
      drawn,
      cells.map(({ source }) => source),
    );
  } catch (error) {
    // cells are then drawn as any others; who opens the tutorial is told that it did not arrive
    console.warn(error);
  }
}
document.querySelector("nn-notebook")?.replaceChildren();
// what was pressed before would have been heard by nobody
for (const part of document.querySelectorAll<HTMLElement>("[inert]")) part.inert = false;
await documents.start();
