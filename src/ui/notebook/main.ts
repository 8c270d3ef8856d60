// The notebook's page: what is open, what keeps it, and what keeps the page for use without a network.

import { openNotebooks } from "../../storage/index.ts";
import { startOffline } from "../offline.ts";
import { namesSettings } from "../parameters.ts";

import { builtIns } from "./builtins.ts";
import { connectDocuments } from "./documents.ts";
import { pythonToHtml } from "./highlight.ts";
import { markdownToHtml } from "./markdown.ts";
import { startNotebook } from "./notebook.ts";
import { sanitizeToHtml } from "./sanitize.ts";
import { namesNotebook } from "./share.ts";
import { createNotebookWorld } from "./world.ts";

// a link to an experiment from the time when that was the site's first page
if (namesSettings(location.hash) && !namesNotebook(location.hash))
  location.replace(`experiment.html${location.search}${location.hash}`);

const store = await openNotebooks();
const offline = startOffline(document.querySelector("nn-site-status")!);
const page = startNotebook(document, {
  ...createNotebookWorld(document.baseURI, store),
  onBusy: (busy) => {
    offline.busy = busy;
  },
  onKept: () => documents.refresh(),
});

const documents = connectDocuments({
  store,
  builtIns: builtIns(),
  page: document.body,
  panel: document.querySelector("nn-library"),
  save: document.querySelector("nn-save"),
  trust: document.querySelector("nn-trust"),
  render: {
    // markdown may hold any HTML
    markdown: (source, attachments) => sanitizeToHtml(markdownToHtml(source, attachments)),
    code: pythonToHtml,
    html: sanitizeToHtml,
  },
  ...page,
});
await documents.start();
