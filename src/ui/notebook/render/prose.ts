// Markdown and HTML of a notebook as what may be drawn of them. It is a script of its own (prose-parts.ts), since the
// tutorial's prose comes with the page.

import type { JsonObject } from "../../../storage/index.ts";
import type { Meter } from "./budget.ts";
import { markdownToHtml } from "./markdown.ts";
import { type Sanitized, sanitize } from "./sanitize.ts";

/** HTML as what is drawn of it. */
export function htmlOf(source: string, meter: Meter): Sanitized {
  const sanitized = sanitize(source, meter);
  widen(sanitized.fragment);
  return sanitized;
}

/** Markdown as what is drawn of it. */
export function proseOf(source: string, attachments: JsonObject | undefined, meter: Meter): readonly Node[] {
  return [...htmlOf(markdownToHtml(source, attachments, meter), meter).fragment.childNodes];
}

/** Give each table a box to scroll in, so that the page need not. */
function widen(fragment: DocumentFragment): void {
  for (const table of fragment.querySelectorAll("table")) {
    if (table.parentElement?.closest("table")) continue;
    const box = document.createElement("div");
    box.className = "wide";
    table.replaceWith(box);
    box.append(table);
  }
}
