// What an exported page shows of this site's own parts: a comparison as a table with bars and as dots on a logarithmic axis,
// an experiment's form as its fields. HTML without scripts; the site's elements draw the same in the page.

import { type Comparison, editsOf, format } from "../../../model/index.ts";
import { actionText, summary } from "../../experiment/words.ts";
import { arrows, directionOf } from "../../kit/direction.ts";
import { type LogAxis, linearEnd, logAxis, place } from "../../kit/scale.ts";
import type { CellExperiment } from "../events.ts";
import type { ComparisonView } from "../run/comparison.ts";
import { escapeHtml } from "./escape-html.ts";

/** A comparison: a sentence, a table with bars, and dots. */
export function comparisonHtml({ rows, caption, note }: ComparisonView): string {
  const end = linearEnd(rows.flatMap(({ before, after }) => [before, after]));
  const axis = logAxis(rows.flatMap(({ before, after }) => [before, after]));
  const title = caption || "Probability of each word before and after";
  return `<div class="prose comparison"><p>${escapeHtml(summary(rows))}</p>
<table><caption>${escapeHtml(title)}</caption>
<thead><tr><th scope="col">Word</th><th scope="col" class="scale"><span>0</span><span>${format.tick(end)}</span></th><th scope="col">Before</th><th scope="col">After</th><th scope="col">Change</th></tr></thead>
<tbody>${rows.map((row) => barsRow(row, end)).join("\n")}</tbody></table>
<table><caption>The same numbers on a logarithmic scale: a ring is before; a disc (risen) or a square (fallen) is after</caption>
<thead><tr><th scope="col">Word</th><th scope="col" class="ticks"><div>${axis.labels.map((exponent) => tick(axis, exponent)).join("")}</div></th><th scope="col">Ratio</th></tr></thead>
<tbody>${rows.map((row) => dotsRow(row, axis)).join("\n")}</tbody></table>
${note && `<p class="quiet">${escapeHtml(note)}</p>`}</div>`;
}

function barsRow({ word, before, after, delta }: Comparison, end: number): string {
  const direction = directionOf(before, after);
  const bar = (p: number, kind: string) =>
    `<span class="bar ${kind}" style="width:${((100 * p) / end).toFixed(2)}%"></span>`;
  const numbers = [
    format.scientific(before),
    format.scientific(after),
    `${arrows[direction]} ${format.change(delta)}`,
  ];
  return `<tr><th scope="row">${escapeHtml(word)}</th><td class="bars">${bar(before, "")}${bar(after, direction)}</td>${numbers
    .map((number) => `<td>${number}</td>`)
    .join("")}</tr>`;
}

function dotsRow({ word, before, after }: Comparison, axis: LogAxis): string {
  const direction = directionOf(before, after);
  const x = (p: number) => `${(100 * place(axis, p)).toFixed(2)}%`;
  const lines = axis.lines.map(
    (line) => `<line class="grid" x1="${x(10 ** line)}" x2="${x(10 ** line)}" y1="0" y2="22"/>`,
  );
  const mark =
    direction === "down"
      ? `<svg x="${x(after)}" overflow="visible"><rect class="down" x="-4.5" y="6.5" width="9" height="9"/></svg>`
      : `<circle class="${direction}" cx="${x(after)}" cy="11" r="4.5"/>`;
  return `<tr><th scope="row">${escapeHtml(word)}</th><td class="dots"><svg aria-hidden="true" height="22">${lines.join("")}<line class="path" x1="${x(before)}" x2="${x(after)}" y1="11" y2="11"/><circle class="ring" cx="${x(before)}" cy="11" r="4.5"/>${mark}</svg></td><td>${before > 0 ? format.factor(after / before) : ""}</td></tr>`;
}

function tick(axis: LogAxis, exponent: number): string {
  const p = 10 ** exponent;
  return `<span style="left:${(100 * place(axis, p)).toFixed(2)}%">${format.tick(p)}</span>`;
}

/** The fields of an experiment's form with what stands in them. */
export function experimentHtml(experiment: CellExperiment): string {
  const edits = editsOf(experiment);
  const fields: [string, string][] = [
    ["Sentence", experiment.sentence],
    ...(experiment.mask ? [["Which mask", String(experiment.mask + 1)] as [string, string]] : []),
    ...edits.flatMap(({ layer, neuron, hook }): [string, string][] => [
      ["Layer", String(layer)],
      ["Neuron", String(neuron)],
      ["What is done to it", actionText(hook)],
    ]),
    ["Words to compare", experiment.candidates.join(", ")],
    ...(experiment.model ? [["Model", experiment.model] as [string, string]] : []),
  ];
  return `<dl class="form">${fields
    .map(([name, value]) => `<div><dt>${name}</dt><dd>${escapeHtml(value)}</dd></div>`)
    .join("\n")}</dl>`;
}

/** how all of that looks, in an exported page and on paper */
export const partStyles = `
.comparison table { width: 100%; font: var(--sans); font-variant-numeric: tabular-nums; }
.comparison :is(td, th):not(:first-child) { text-align: end; white-space: nowrap; }
.comparison td:is(.bars, .dots), .comparison th:is(.scale, .ticks) { width: 60%; }
.comparison .scale span + span { float: inline-end; }
.comparison .scale { text-align: start !important; }
.comparison .ticks div { position: relative; height: 1.5em; }
.comparison .ticks span { position: absolute; translate: -50%; font-weight: 400; }
.comparison .scale span { font-weight: 400; }
.comparison tbody :is(td, th) { vertical-align: middle; }
.comparison tbody th { font-family: var(--mono-family); font-weight: 400; }
.bar { display: block; height: 9px; min-width: 1px; margin-block: 2px; background: var(--before); }
.bar.up { background: var(--up); }
.bar.down { background: repeating-linear-gradient(-45deg, var(--down) 0 3px, color-mix(in srgb, var(--down) 45%, transparent) 3px 5px); }
.dots svg { display: block; width: 100%; overflow: visible; }
.dots .grid { stroke: var(--line); }
.dots .path { stroke: var(--before); stroke-width: 1.5; }
.dots .ring { fill: none; stroke: var(--before); stroke-width: 2; }
.dots .up { fill: var(--up); }
.dots .down { fill: var(--down); }
.dots .same { fill: var(--before); }
dl.form { display: flex; flex-wrap: wrap; gap: 8px 12px; margin: 0; padding: 12px; border: 1px solid var(--line); border-radius: 6px; font: var(--sans); }
dl.form div { flex: 1 1 7rem; }
dl.form div:is(:first-child, :last-child) { flex-basis: 100%; }
dl.form dt { color: var(--muted); }
dl.form dd { margin: 2px 0 0; padding: 4px 8px; border: 1px solid var(--before); border-radius: 4px; font-family: var(--mono-family); overflow-wrap: anywhere; }
summary { font: var(--sans); color: var(--muted); cursor: pointer; }
summary + * { margin-block-start: 6px; }
`;
