// A notebook as a page to read: one file without scripts, which fetches nothing and needs nothing of this site.

import { type Cell, type JsonObject, type Notebook, type Output, titleOf } from "../../../storage/index.ts";
import { experimentIn } from "../book/experiment-source.ts";
import { coverTitle, outputsHidden, sourceHidden } from "../book/hidden.ts";
import { formOf, joined } from "../book/outputs.ts";
import { recordedText, recordingOf } from "../book/recorded.ts";
import { overwrite, withoutAnsi } from "./ansi.ts";
import { code } from "./code-styles.ts";
import { escapeHtml } from "./escape-html.ts";
import { comparisonHtml, experimentHtml, partStyles } from "./export-parts.ts";
import { prose } from "./prose-styles.ts";

/** what turns a notebook's texts into HTML */
export interface Renderers {
  /** need not be harmless yet */
  markdown(source: string, attachments: JsonObject): string;
  code(source: string): string;
  /** makes HTML of any origin harmless */
  html(source: string): string;
}

/** The page's text. @param from address of the site, which the page names; "" names none */
export function toHtml(notebook: Notebook, render: Renderers, from = ""): string {
  const title = escapeHtml(titleOf(notebook));
  const link = from && `<footer>Made with <a href="${escapeHtml(from)}">Neuron Notebook</a>.</footer>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${styles}</style>
</head>
<body>
<main>
${notebook.cells.map((cell, i) => cellHtml(cell, i, render)).join("\n")}
</main>
${link}
</body>
</html>
`;
}

function cellHtml(cell: Cell, index: number, render: Renderers): string {
  const { kind, source, attachments = {} } = cell;
  if (kind === "markdown") {
    const text = contained(render.html(render.markdown(source, attachments)), "prose");
    return `<section>${sourceHidden(cell) ? folded(escapeHtml(coverTitle(cell) ?? "Text"), text) : text}</section>`;
  }
  if (kind === "raw") return `<section><pre class="raw">${escapeHtml(source)}</pre></section>`;
  const count =
    cell.count === undefined ? "" : `<span class="count" aria-hidden="true">[${cell.count}]</span>`;
  const recording = recordingOf(cell);
  const note = recording && `<p class="quiet">${escapeHtml(recordedText(recording))}</p>`;
  const outputs = [
    ...(note ? [note] : []),
    ...joined(cell.outputs).map((output) => contained(outputHtml(output, render))),
  ].join("\n");
  const shown = outputs && `<div class="outputs">${outputs}</div>`;
  return `<section aria-label="Code cell ${index + 1}">${count}${codeHtml(cell, render)}
${outputs && outputsHidden(cell) ? folded("Output", shown) : shown}</section>`;
}

/** A cell's code, or the form of its experiment with the code behind it. */
function codeHtml(cell: Cell, render: Renderers): string {
  const pre = `<pre class="code"><code>${render.code(cell.source)}</code></pre>`;
  const experiment = experimentIn(cell);
  const text = experiment ? `${experimentHtml(experiment)}${folded("Python", pre)}` : pre;
  return sourceHidden(cell) ? folded(escapeHtml(coverTitle(cell) ?? "Code"), text) : text;
}

/** @param name harmless HTML */
const folded = (name: string, content: string) => `<details><summary>${name}</summary>${content}</details>`;

/** what came from outside, in a box that it does not leave */
const contained = (html: string, style = "output") => `<div class="${style} contained">${html}</div>`;

function outputHtml(output: Output, render: Renderers): string {
  switch (output.output_type) {
    case "stream":
      return `<pre${output.name === "stderr" ? ' class="stderr"' : ""}>${plain(output.text)}</pre>`;
    case "error": {
      const lines = output.traceback.length > 0 ? output.traceback : [`${output.ename}: ${output.evalue}`];
      return `<pre class="stderr">${plain(lines.join("\n"))}</pre>`;
    }
    case "display_data":
    case "execute_result":
      return formHtml(output, render);
    default:
      return output satisfies never;
  }
}

function formHtml({ data, metadata }: Extract<Output, { data: JsonObject }>, render: Renderers): string {
  const form = formOf(data, metadata);
  switch (form.kind) {
    case "comparison":
      return comparisonHtml(form.comparison);
    case "html":
      return `<div class="prose">${render.html(form.html)}</div>`;
    case "markdown":
      return `<div class="prose">${render.html(render.markdown(form.source, {}))}</div>`;
    case "image": {
      const width = form.width === undefined ? "" : ` width="${form.width}"`;
      return `<img src="${escapeHtml(form.address)}" alt="${escapeHtml(form.alt)}"${width}>`;
    }
    case "text":
      return `<pre>${plain(form.text)}</pre>`;
    case "unknown":
      return `<p class="quiet">An output of a kind that cannot be shown: ${escapeHtml(form.types.join(", "))}</p>`;
    default:
      return form satisfies never;
  }
}

function plain(text: string): string {
  return escapeHtml(withoutAnsi(overwrite(text)));
}

const styles = `
:root {
  color-scheme: light dark;
  --serif-family: Charter, "Bitstream Charter", "Iowan Old Style", Georgia, serif;
  --mono-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  --small: 13px;
  --sans: 14px / 1.5 system-ui, sans-serif;
  --text: light-dark(#1b1e23, #dfdfd6);
  --muted: light-dark(#5f6265, #a3a7ad);
  --before: light-dark(#5f6672, #9aa0a6);
  --up: light-dark(#1a5fb4, #7fb2ff);
  --down: light-dark(#b3500b, #ffab5e);
  --primary: light-dark(#3b5fc0, #8ab0ff);
  --error: light-dark(#b00020, #ff8a80);
  --line: light-dark(#d4d7dc, #3a3d42);
  --tint: light-dark(#f3f4f6, #222427);
  print-color-adjust: exact;
}
@media print { :root { color-scheme: light; } body { padding: 0; } }
body { margin: 0; padding: 2.5rem 1rem 4rem; background: light-dark(#fff, #161616); color: var(--text); font: 17px / 1.5 var(--serif-family); }
main, footer { max-width: 640px; margin-inline: auto; overflow-wrap: break-word; }
section { position: relative; margin-block: 1.25rem; }
a { color: var(--primary); }
pre { margin: 0; font: var(--small) / 1.5 var(--mono-family); white-space: pre-wrap; overflow-wrap: anywhere; }
pre.code, pre.raw { padding: 8px 12px; border: 1px solid var(--line); border-radius: 6px; background: var(--tint); }
.count { font: 12px var(--mono-family); color: var(--muted); }
.outputs { display: grid; grid-template-columns: minmax(0, 1fr); gap: 8px; padding: 8px 12px; overflow-x: auto; }
.stderr { color: var(--error); }
.quiet, footer { font: var(--sans); color: var(--muted); }
img { max-width: 100%; height: auto; }
${prose.cssText}
${partStyles}
${code.cssText.replace(":host", ":root")}`;
