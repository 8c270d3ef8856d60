// What a notebook is drawn with in pages that are written to a file: all parts of it, at once.

import type { Renderers } from "./export-html.ts";
import { markdownToHtml } from "./markdown.ts";
import { colours, formulas } from "./parts.ts";
import { sanitizeToHtml } from "./sanitize.ts";

/** @throws what an import throws, as without a network */
export async function createRenderers(): Promise<Renderers> {
  const [{ pythonToHtml }] = await Promise.all([colours.load(), formulas.load()]);
  return {
    // markdown may hold any HTML
    markdown: (source, attachments) => sanitizeToHtml(markdownToHtml(source, attachments)),
    code: pythonToHtml,
    html: sanitizeToHtml,
  };
}
