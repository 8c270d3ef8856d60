// The ways of a notebook out of the page: as a file of several kinds, as a link, as an address, or all of them at once.

import { foreignLanguage, serializeNotebook, toScript } from "../../../storage/index.ts";
import { copied } from "../../kit/copied.ts";
import { saveFile } from "../../kit/save-file.ts";
import { toHtml } from "../render/export-html.ts";
import { isolated } from "../render/isolated.ts";
import { createRenderers } from "../render/renderers.ts";
import type { FileKind } from "./document-events.ts";
import type { DocumentsWorld } from "./documents-world.ts";
import { differing, fileName } from "./files.ts";
import { openInPython } from "./open-in-python.ts";
import { type Opener, publicPage } from "./opener.ts";
import { toLink } from "./share.ts";
import { toZip } from "./zip.ts";

const ipynb = "application/x-ipynb+json";

/** Save what is open as a file. */
export async function download(world: DocumentsWorld, kind: FileKind): Promise<void> {
  const current = world.current();
  if (!current) return;
  const { notebook, record } = current;
  const language = foreignLanguage(notebook);
  if (language !== undefined && (kind === "py" || kind === "python")) {
    world.complain(
      `This notebook is written in ${isolated(language)}, so there is no Python of it to save.`,
      "Save it as .ipynb, and open that where its language runs.",
    );
    return;
  }
  const name = (ending: string) => fileName(record.title, ending);
  switch (kind) {
    case "ipynb":
      saveFile(name(".ipynb"), serializeNotebook(notebook), ipynb);
      return;
    case "py":
      saveFile(name(".py"), toScript(notebook), "text/x-python");
      return;
    case "html":
      saveFile(name(".html"), toHtml(notebook, await createRenderers(), publicPage()), "text/html");
      return;
    case "python": {
      const site = new URL(".", publicPage()).href;
      saveFile(name(" (Python).ipynb"), serializeNotebook(openInPython(notebook, site)), ipynb);
      return;
    }
    default:
      kind satisfies never;
  }
}

/** Save all notebooks in one file. */
export async function exportAll({ store, current }: DocumentsWorld): Promise<void> {
  const entries = await store.list();
  const names = differing(
    entries.map(({ title }) => title),
    ".ipynb",
  );
  const files = new Map<string, string>();
  for (const [i, { id }] of entries.entries()) {
    const open = current();
    const text = open?.record.id === id ? serializeNotebook(open.notebook) : (await store.read(id))?.text;
    if (text !== undefined) files.set(names[i]!, text);
  }
  saveFile("notebooks.zip", toZip(files), "application/zip");
}

/** Copy a link that holds the notebook that is open. */
export async function copyLink(world: DocumentsWorld): Promise<void> {
  const { save, say } = world;
  const current = world.current();
  if (!current || !save) return;
  const link = await toLink(serializeNotebook(current.notebook), publicPage());
  save.link = link;
  if (link.kind === "too-long") return say("The notebook is too long for a link; send the file instead.");
  save.link = { ...link, copied: await copied(link.href) };
  say(save.link.copied ? "Link copied." : "The browser refused to copy; the link is shown instead.");
}

/** Copy the address of the file on this site that the open notebook came from. */
export async function copyAddress({ save, current, say }: DocumentsWorld, opener: Opener): Promise<void> {
  const record = current()?.record;
  const href = record && opener.follower.publicAddress(record);
  if (!href || !save) return;
  save.link = { kind: "link", href, withoutOutputs: false, copied: await copied(href) };
  say(save.link.copied ? "Address copied." : "The browser refused to copy; the address is shown instead.");
}
