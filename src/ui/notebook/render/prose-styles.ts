// How a notebook's own HTML looks: rendered Markdown, and tables and text that programs put out.

import { css } from "lit";

export const prose = css`
  .prose {
    overflow-wrap: break-word;
  }
  /* what came from anywhere stays in its box, whatever it is: nothing of it is drawn, hit or laid out outside. What is
     as high as many pages scrolls; the padding leaves room for the ring around what has the focus */
  .contained {
    contain: layout paint style;
    isolation: isolate;
    max-block-size: 12000px;
    margin: -4px;
    padding: 4px;
    overflow: auto;
  }
  @media print {
    .contained {
      max-block-size: none;
      overflow: clip;
    }
  }
  .excess {
    margin-block: 8px 0;
    font: var(--sans);
    font-size: var(--small);
    color: var(--muted);
  }
  .excess button {
    min-height: 0;
  }
  .prose > :first-child {
    margin-block-start: 0;
  }
  .prose > :last-child {
    margin-block-end: 0;
  }
  .prose :is(p, ul, ol, dl, figure, blockquote, pre, table) {
    margin: 0 0 0.9em;
  }
  .prose :is(ul, ol) {
    padding-inline-start: 1.6em;
  }
  .prose li > :is(ul, ol) {
    margin: 0;
  }
  .prose :is(h1, h2, h3, h4, h5, h6) {
    margin: 1.6em 0 0.5em;
    font-weight: 700;
    line-height: 1.25;
    text-wrap: balance;
    /* the bar above the notebook covers 77px */
    scroll-margin-block-start: 88px;
  }
  /* a heading that begins a cell begins a part of the whole, too */
  .prose > :is(h2, h3):first-child {
    margin-block-start: 0.7em;
  }
  .prose h1 {
    font-size: 1.75em;
  }
  .prose h2 {
    font-size: 1.3em;
  }
  .prose h3 {
    font-size: 1.1em;
  }
  .prose :is(h4, h5, h6) {
    font-size: 1em;
  }
  .prose blockquote {
    padding-inline-start: 1em;
    border-inline-start: 3px solid var(--line);
    color: var(--muted);
  }
  .prose hr {
    margin: 1.6em 0;
    border: 0;
    border-block-start: 1px solid var(--line);
  }
  .prose :is(code, kbd, samp, tt) {
    padding: 0.1em 0.2em;
    border-radius: 3px;
    background: var(--tint);
    font: 0.86em var(--mono-family);
    font-variant-ligatures: none;
  }
  .prose pre {
    padding: 8px 12px;
    border-radius: 4px;
    background: var(--tint);
    font: var(--small) / 1.5 var(--mono-family);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .prose pre code {
    padding: 0;
    background: none;
    font: inherit;
  }
  .prose img {
    max-width: 100%;
    height: auto;
  }
  .prose .tex-error {
    outline: 1px dashed var(--error);
  }
  .prose math {
    font-family: "Cambria Math", "STIX Two Math", "Latin Modern Math", "Noto Sans Math", math;
    font-size: 1.06em;
  }
  /* without a font for formulas, numerator and denominator would touch the bar */
  .prose mfrac > :first-child {
    padding-block-end: 0.12em;
  }
  .prose mfrac > :last-child {
    padding-block-start: 0.12em;
  }
  .prose math[display="block"] {
    display: block math;
    margin-inline: auto;
  }
  .prose .tml-display,
  .prose .wide {
    max-width: 100%;
    overflow-x: auto;
    overflow-y: hidden;
    padding-block: 2px;
  }
  .prose .tml-left {
    text-align: left;
  }
  .prose .tml-right {
    text-align: right;
  }
  .prose mtd {
    padding: 0.5ex 0.4em;
  }
  .prose table {
    border-collapse: collapse;
    font: var(--sans);
    font-variant-numeric: tabular-nums;
  }
  .prose :is(th, td) {
    padding: 4px 10px;
    border-block-end: 1px solid var(--line);
    text-align: start;
    vertical-align: baseline;
  }
  .prose thead th {
    border-block-end-color: var(--before);
  }
  .prose caption {
    padding-block-end: 6px;
    text-align: start;
    color: var(--muted);
  }
`;
