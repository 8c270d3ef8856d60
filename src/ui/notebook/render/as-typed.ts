import { escapeHtml } from "./escape-html.ts";

/** A formula as it was typed. @param why it stands there so, said when pointed at */
export function asTyped(tex: string, display: boolean, why: string): string {
  const dollars = display ? "$$" : "$";
  return `<code class="tex-error" title="${escapeHtml(why)}">${escapeHtml(dollars + tex + dollars)}</code>`;
}
