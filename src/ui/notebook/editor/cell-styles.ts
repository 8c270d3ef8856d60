// How a cell looks: a quiet box in the column, its number and buttons in the margin where there is one, above it where
// there is none.

import { css } from "lit";

export const cell = css`
  :host {
    scroll-margin-block: 80px;
  }
  section {
    position: relative;
  }
  /* its source and the bar beside it show the focus */
  section:focus-visible {
    outline: none;
  }
  .gutter {
    display: flex;
    align-items: center;
    gap: 4px 8px;
    min-height: 30px;
    font-size: var(--tiny);
    color: var(--muted);
  }
  .count {
    font-family: var(--mono-family);
    white-space: nowrap;
  }
  /* a run of this Python is stronger than one that only its number is left of */
  .count.here {
    color: var(--text);
  }
  .count.earlier {
    font-style: italic;
    cursor: help;
  }
  .mark {
    color: var(--down);
  }
  .answer {
    padding-inline: 5px;
    border: 1px solid var(--line);
    border-radius: 4px;
    background: var(--page);
  }
  .running {
    color: var(--primary);
  }
  button.run {
    margin-inline-start: -8px;
    display: inline-grid;
    place-content: center;
    width: 28px;
    min-height: 28px;
    padding: 0;
    border-color: transparent;
  }
  button.run svg {
    width: 12px;
    height: 12px;
    fill: currentColor;
  }
  nn-cell-menu {
    margin-inline-start: auto;
  }
  .source {
    border: 1px solid var(--line);
    border-radius: 6px;
    background: var(--field);
  }
  .text {
    max-width: var(--prose, none);
    margin-inline: -1px;
    padding: 2px 0;
    border: 1px solid transparent;
    border-radius: 6px;
    background: none;
  }
  .text .empty {
    font: italic 17px / 1.5 var(--serif-family);
    color: var(--muted);
  }
  .raw .source {
    border-style: dashed;
  }
  .outputs {
    padding-block: 8px 2px;
  }
  .folded {
    justify-content: space-between;
    min-height: 38px;
    padding: 4px 12px;
    border-style: dashed;
    background: none;
  }
  .note:has(> span + button) {
    justify-content: space-between;
  }
  .form-title {
    font-weight: 600;
  }
  /* of nobody here: below the code, which stands this far in its box */
  .recorded {
    margin: 0 0 2px;
    padding-inline-start: 13px;
    font-size: var(--tiny);
    font-style: italic;
    color: var(--muted);
  }
  .note {
    padding: 6px 12px;
    border-block-end: 1px solid var(--line);
    font-size: var(--small);
    color: var(--muted);
  }
  /* the selected cell: a bar beside it, thicker and coloured in command mode, when keys are commands */
  .selected::before {
    content: "";
    position: absolute;
    inset-block: 0;
    inset-inline-start: -10px;
    width: 3px;
    border-radius: 2px;
    background: var(--line);
  }
  .selected.command::before {
    background: var(--primary);
  }
  .edit .source {
    border-color: var(--primary);
    box-shadow: 0 0 0 1px var(--primary);
  }
  section:focus-visible::before {
    inset-inline-start: -12px;
    width: 5px;
  }
  section:focus-visible .source,
  section:focus-visible .text {
    outline: 2px solid var(--primary);
    outline-offset: 1px;
  }
  /* over the text's corner, where it covers the text, and takes its clicks, only while it is seen */
  .markdown .gutter {
    position: absolute;
    inset-block-start: -4px;
    inset-inline-end: 0;
    z-index: 1;
    pointer-events: none;
  }
  .markdown.edit .gutter {
    inset-block-start: 1px;
    inset-inline-end: 2px;
  }
  .markdown nn-cell-menu {
    border-radius: 4px;
    background: var(--page);
    pointer-events: auto;
  }
  /* hidden from sight and keyboard alike, where neither the pointer nor the selection is */
  .gutter .tool {
    visibility: hidden;
  }
  section:is(:hover, :focus-within, .selected) .tool,
  .tool.always {
    visibility: visible;
  }
  /* wide: number and button stand left of the column, the menu right of it */
  @media (min-width: 832px) {
    .code .gutter,
    .raw .gutter,
    .experiment .gutter {
      position: absolute;
      inset-block-start: 5px;
      inset-inline-end: calc(100% + 14px);
      flex-direction: row-reverse;
      flex-wrap: wrap;
      justify-content: flex-start;
      width: 84px;
      min-height: 0;
    }
    button.run {
      margin-inline-start: 0;
    }
    .mark {
      width: 100%;
      text-align: end;
    }
    nn-cell-menu {
      position: absolute;
      inset-block-start: 0;
      inset-inline-start: calc(100% + 14px + min(var(--column, 640px), 100vw - 32px) + 6px);
    }
    .markdown .gutter {
      position: static;
      display: contents;
    }
    .markdown nn-cell-menu {
      inset-inline-start: calc(100% + 6px);
    }
  }
  @media (hover: none) {
    section:not(.selected) .tool:not(.always) {
      visibility: hidden;
    }
  }
  @media (forced-colors: active) {
    /* a transparent border would be drawn, close around the words */
    .text {
      border-color: Canvas;
    }
    .selected::before {
      background: CanvasText;
    }
    .selected.command::before {
      background: Highlight;
    }
    .edit .source {
      outline: 2px solid Highlight;
    }
  }
`;
