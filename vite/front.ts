// The first screen of the site as HTML, made at build time from the recorded experiment: it is seen, and says something,
// before any script or model has come. src/ui/front brings it to life.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { format } from "../src/model/index.ts";
import { escapeHtml } from "../src/ui/notebook/render/escape-html.ts";
import { pythonToHtml } from "../src/ui/notebook/render/highlight.ts";
import { markdownToHtml } from "../src/ui/notebook/render/markdown.ts";
import { colours, formulas } from "../src/ui/notebook/render/parts.ts";
import { safeClass } from "../src/ui/notebook/render/safe-style.ts";
import { idPrefix } from "../src/ui/notebook/render/slug.ts";

interface Row {
  word: string;
  before: number;
  after: number;
}

interface Recorded {
  experiment: { sentence: string; edits: { layer: number; neuron: number }[] };
  rows: Row[];
  provenance: { model: string };
}

/** layers of the drawing, and neurons of a layer, of the practice model */
interface Shape {
  layers: number;
  dMlp: number;
}

/** what fills the gap: the likeliest of the words */
const likeliest = (rows: readonly Row[], of: "before" | "after") =>
  rows.reduce((best, row) => (row[of] > best[of] ? row : best)).word;

/** The words' bars: one row each, in both states. A bar is an SVG, whose width a strict policy lets the page set. */
function bars(rows: readonly Row[]): string {
  const end = Math.max(...rows.flatMap(({ before, after }) => [before, after])) * 1.05;
  const width = (p: number) => ((100 * p) / end).toFixed(2);
  return rows
    .map(
      ({
        word,
        before,
        after,
      }) => `<tr class="${after > before ? "rises" : "falls"}" data-before="${width(before)}" data-after="${width(after)}"
            data-before-text="${format.probability(before)}" data-after-text="${format.probability(after)}">
            <th scope="row">${escapeHtml(word)}</th>
            <td class="bar" aria-hidden="true"><svg viewBox="0 0 100 10" preserveAspectRatio="none"><rect class="was" width="${width(before)}" height="10" /><rect class="now" width="${width(before)}" y="2" height="6" /></svg></td>
            <td class="number">${format.probability(before)}</td>
          </tr>`,
    )
    .join("\n          ");
}

/** The network: a box per layer, the cut after the chosen one's neurons, and the neuron. */
function drawing({ layers, dMlp }: Shape, { layer, neuron }: { layer: number; neuron: number }): string {
  const step = 380 / layers;
  const left = (i: number) => 10 + i * step;
  const boxes = Array.from({ length: layers }, (_, i) => {
    const kind = i === layer ? "layer cut" : "layer";
    return `<rect class="${kind}" x="${left(i).toFixed(1)}" y="40" width="${(step - 8).toFixed(1)}" height="120" rx="5" /><text class="minor" x="${(left(i) + step / 2 - 4).toFixed(1)}" y="178">${i}</text>`;
  });
  const x = left(layer) + step / 2 - 4;
  const others = [112, 128, 144].map((y) => `<circle class="other" cx="${x.toFixed(1)}" cy="${y}" r="3" />`);
  return `<svg viewBox="0 0 400 200" role="img" aria-labelledby="front-drawing">
          <title id="front-drawing">The model as ${layers} layers in a row. In layer ${layer}, one of ${format.count(dMlp)} neurons, number ${neuron}, is lit; switched off, it goes dark.</title>
          <path class="wire" d="M0 100 H400" />
          ${boxes.join("\n          ")}
          <path class="cutline" d="M${(left(layer) + step - 4).toFixed(1)} 24 V190" />
          ${others.join("")}
          <circle class="glow" cx="${x.toFixed(1)}" cy="94" r="11" />
          <circle class="neuron" cx="${x.toFixed(1)}" cy="94" r="6" />
          <path class="lead" d="M${x.toFixed(1)} 30 V82" />
          <text class="label" x="${(x + 8).toFixed(1)}" y="24" text-anchor="end">neuron ${neuron}</text>
        </svg>`;
}

/** The first screen. */
export function frontHtml(recorded: Recorded, shape: Shape): string {
  const { experiment, rows, provenance } = recorded;
  const edit = experiment.edits[0]!;
  const [start = "", rest = ""] = experiment.sentence.split("[MASK]");
  const [before, after] = [likeliest(rows, "before"), likeliest(rows, "after")];
  return `<section class="front" id="front" aria-labelledby="front-title">
      <div class="front-top">
        <p class="front-name">Neuron Notebook</p>
        <button type="button" id="front-close" class="plain">Hide this introduction</button>
      </div>
      <h1 id="front-title">Switch off one neuron of a language model</h1>
      <p class="front-line">
        The model fills the gap in a sentence. One of its ${format.count(shape.layers * shape.dMlp)} neurons tells it that “sketches”
        is plural. Switch that one off, and it says “${escapeHtml(after)}”.
      </p>
      <div class="front-figure">
        <div class="front-state">
          <p class="front-sentence">${escapeHtml(start)}<strong id="front-gap" data-before="${escapeHtml(before)}" data-after="${escapeHtml(after)}">${escapeHtml(before)}</strong>${escapeHtml(rest)}</p>
          <button type="button" id="front-switch" role="switch" aria-checked="true">
            <span class="knob" aria-hidden="true"></span>Neuron ${edit.neuron} of layer ${edit.layer}: <span id="front-state">on</span>
          </button>
          <figure class="front-drawing">
        ${drawing(shape, edit)}
          </figure>
        </div>
        <table class="front-bars">
          <caption>How likely each word is to fill the gap</caption>
          <tbody>
          ${bars(rows)}
          </tbody>
        </table>
      </div>
      <p class="front-note">Recorded with the practice model ${escapeHtml(provenance.model)}, which learned English grammar and little else. Your own runs are computed in this page, on your own machine.</p>
      <p class="front-go">
        <a class="front-main" href="experiment.html">Try your own sentence</a>
        <a href="#open-notebook" id="front-open">Open the notebook</a>
        <a class="quiet" href="https://arxiv.org/abs/2405.02421">The paper behind it</a>
      </p>
      <p class="unseen" role="status" id="front-said"></p>
    </section>`;
}

/** what of markdown's HTML the page's cells would have changed (src/ui/notebook/render/sanitize.ts); nothing in ours is harmful */
function finished(html: string): string {
  return (
    html
      .replaceAll(/ id="/g, ` id="${idPrefix}`)
      .replaceAll(/ class="([^"]*)"/g, (_, names: string) =>
        safeClass(names).replace(/^(?=.)(.*)$/, ' class="$1"'),
      )
      .replaceAll(/ href="#/g, ` href="#${idPrefix}`)
      .replaceAll(/ href="(?!#)/g, ' target="_blank" rel="noopener noreferrer nofollow" href="')
      // the site's policy refuses style attributes, which formulas have
      .replaceAll(/ style="/g, ' data-style="')
  );
}

/**
 * The tutorial's prose and code, an element for each cell: for readers without scripts and search engines, and for the
 * cells themselves, which show it (src/ui/notebook/render/prerendered.ts).
 */
export async function proseHtml(ipynb: string): Promise<string> {
  await Promise.all([colours.load(), formulas.load()]);
  const { cells } = JSON.parse(ipynb) as { cells: { cell_type: string; source: string | string[] }[] };
  return cells
    .map(({ cell_type, source }) => {
      const text = [source].flat().join("");
      return cell_type === "markdown"
        ? `<div>${finished(markdownToHtml(text))}</div>`
        : `<pre><code>${pythonToHtml(text)}</code></pre>`;
    })
    .join("\n");
}

/** Where the source is, if the build knows it, as on GitHub's runners. */
function sourceHtml({ GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository }: NodeJS.ProcessEnv): string {
  if (!server || !repository) return "";
  return `<a href="${escapeHtml(`${server}/${repository}`)}">Source, documentation and licence</a>.`;
}

/** Puts all of it into index.html. @param root the folder of the project */
export function front(root: string): Plugin {
  const read = (path: string) => readFileSync(join(root, path), "utf8");
  return {
    name: "front",
    transformIndexHtml: {
      order: "pre",
      async handler(html, { path }) {
        if (!path.endsWith("/index.html")) return html;
        const prose = await proseHtml(read("notebooks/suppression.ipynb"));
        const config = JSON.parse(read("model-export/minibert-blimp/checkpoint/config.json"));
        const shape = { layers: config.num_hidden_layers, dMlp: config.intermediate_size };
        return html
          .replace("<!-- the first screen -->", () =>
            frontHtml(JSON.parse(read("src/ui/experiment/recorded.json")), shape),
          )
          .replace("<!-- the tutorial's prose -->", () => prose)
          .replace("<!-- the source -->", () => sourceHtml(process.env));
      },
    },
  };
}
