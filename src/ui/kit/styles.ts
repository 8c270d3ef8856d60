// What the elements' styles have in common. Colours, fonts and sizes are custom properties of the page (page.css),
// which reach into shadow roots; everything else here is the look of controls.

import { css } from "lit";

export const base = css`
  :host {
    display: block;
    font: var(--sans);
    color: var(--text);
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  * {
    box-sizing: border-box;
  }
  /* pages without a doctype start a table's text afresh, and put a gap below a form */
  table {
    font: inherit;
    color: inherit;
  }
  form {
    margin: 0;
  }
  h2 {
    margin: 0;
    font: 600 var(--size) / 1.4 var(--sans-family);
  }
  p {
    margin: 0;
  }
  .quiet {
    color: var(--muted);
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 12px;
  }
  .stack {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 12px;
  }
  .number {
    font-variant-numeric: tabular-nums;
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  a {
    color: var(--primary);
    text-underline-offset: 2px;
  }
  :focus-visible {
    outline: 2px solid var(--primary);
    outline-offset: 2px;
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
      transition: none !important;
    }
  }
`;

/**
 * For an element that serves who sits at the screen: it is not printed, on the site's pages or in another's. One that opens
 * is printed when it is open, for what it has found.
 */
export const unprinted = css`
  @media print {
    :host(:not([open])) {
      display: none !important;
    }
  }
`;

/** a control below its label */
export const field = css`
  .field {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
    gap: 4px;
  }
`;

/** a list whose items follow one another like words of a line */
export const inlineList = css`
  ul {
    display: flex;
    flex-wrap: wrap;
    column-gap: 1.1em;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  li {
    overflow-wrap: anywhere;
  }
`;

/** The line that opens a part of the page and closes it. */
export const disclosure = css`
  summary {
    min-height: 28px;
    align-content: center;
    cursor: pointer;
  }
`;

/** text as it is, in a box that scrolls */
export const written = css`
  pre {
    overflow: auto;
    border: 1px solid var(--line);
    border-radius: 4px;
    background: var(--field);
    font: var(--tiny) / 1.5 var(--mono-family);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
`;

/** a dialog with a title and a button to close it in its .head */
export const dialog = css`
  dialog {
    width: min(780px, calc(100vw - 24px));
    max-height: calc(100dvh - 48px);
    padding: 0 24px 24px;
    border: 1px solid var(--line);
    border-radius: 8px;
    background: var(--page);
    color: var(--text);
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 35%);
  }
  /* stays while the rest scrolls below it */
  .head {
    position: sticky;
    inset-block-start: 0;
    display: flex;
    justify-content: space-between;
    align-items: center;
    gap: 12px;
    margin-inline: -24px;
    padding: 14px 24px 12px;
    border-block-end: 1px solid var(--line);
    background: var(--page);
  }
  .head h2 {
    font-size: var(--large);
  }
`;

export const controls = css`
  button,
  input,
  select {
    font: inherit;
    color: inherit;
    min-height: 32px;
    border-radius: 4px;
  }
  button {
    padding: 4.8px 14.4px;
    border: 1px solid var(--primary);
    background: none;
    color: var(--primary);
    font-weight: 600;
    cursor: pointer;
  }
  button.main {
    background: var(--primary);
    color: var(--on-primary);
  }
  button.plain {
    padding-inline: 0;
    border: 0;
    font-weight: 400;
    text-decoration: underline;
    text-underline-offset: 2px;
  }
  button:where(:not(:disabled, [aria-disabled="true"])):hover {
    background: var(--hover);
  }
  button.main:where(:not(:disabled)):hover {
    background: var(--primary-hover);
  }
  button:is(:disabled, [aria-disabled="true"]) {
    opacity: 0.55;
    cursor: default;
  }
  input:not([type="radio"], [type="checkbox"]),
  select {
    width: 100%;
    padding: 4.8px 8.8px;
    border: 1px solid var(--field-line);
    background: var(--field);
  }
  input[type="radio"],
  input[type="checkbox"] {
    min-height: 0;
    flex: none;
    margin: 0;
    width: 16px;
    height: 16px;
    accent-color: var(--primary);
  }
  label.pick {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    min-height: 28px;
    cursor: pointer;
  }
  input[aria-invalid="true"] {
    border-color: var(--error);
    box-shadow: inset 0 0 0 1px var(--error);
  }
  details[open] > summary {
    margin-block-end: 8px;
  }
  .complaint {
    color: var(--error);
  }
  .mono {
    font-family: var(--mono-family);
  }
  /* on paper nothing can be pressed; fields stay, with what stands in them */
  @media print {
    button,
    label.pick:has([type="checkbox"]),
    details:not([open]) {
      display: none !important;
    }
    select {
      appearance: none;
    }
  }
  @media (forced-colors: active) {
    button.main,
    input[aria-invalid="true"] {
      border-width: 2px;
    }
  }
`;
