// The styles of what a cell has put out.

import { css } from "lit";

export const outputStyles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 8px;
    --ansi-red: light-dark(#b00020, #ff8a80);
    --ansi-green: light-dark(#0b6b3a, #8fd4a4);
    --ansi-yellow: light-dark(#7a5200, #e8c268);
    --ansi-blue: light-dark(#1a5fb4, #7fb2ff);
    --ansi-magenta: light-dark(#8032a8, #d3a4f0);
    --ansi-cyan: light-dark(#00697a, #7fd3e0);
  }
  pre {
    margin: 0;
    padding: 1px 0;
    overflow-x: auto;
    font: var(--small) / 1.5 var(--mono-family);
    font-variant-ligatures: none;
    white-space: pre;
    tab-size: 8;
  }
  pre.wrap {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  /* below the code, which stands this far in its box */
  .output:not(:has(nn-comparison, .stderr, .error)) {
    padding-inline-start: 17px;
  }
  .stderr,
  .error {
    padding: 6px 10px;
    border-inline-start: 3px solid var(--before);
    background: var(--tint);
  }
  .error {
    border-inline-start-color: var(--error);
  }
  .error strong {
    color: var(--error);
  }
  .black {
    color: var(--text);
  }
  .white {
    color: var(--muted);
  }
  .red {
    color: var(--ansi-red);
  }
  .green {
    color: var(--ansi-green);
  }
  .yellow {
    color: var(--ansi-yellow);
  }
  .blue {
    color: var(--ansi-blue);
  }
  .magenta {
    color: var(--ansi-magenta);
  }
  .cyan {
    color: var(--ansi-cyan);
  }
  /* a background marks; its colour would make the text on it hard to read in one theme or the other */
  .marked {
    outline: 1px solid var(--field-line);
    background: var(--field);
  }
  .bold {
    font-weight: 700;
  }
  .italic {
    font-style: italic;
  }
  .underline {
    text-decoration: underline;
  }
  img:is(.image, .themed) {
    display: block;
    max-width: 100%;
    height: auto;
  }
  @media (min-width: 1400px) {
    img.themed {
      zoom: 1.2;
    }
  }
  img.image {
    padding: 4px;
    border-radius: 4px;
    background: #fff;
    color: #1b1e23;
  }
  .prose :is(p, ul, ol, table, pre) {
    margin-block-end: 0.6em;
  }
  .prose td:not([align], [style]) {
    text-align: end;
  }
  .prose [align="right"] {
    text-align: end;
  }
  .prose [align="center"] {
    text-align: center;
  }
  .note {
    font-size: var(--small);
    color: var(--muted);
  }
`;
