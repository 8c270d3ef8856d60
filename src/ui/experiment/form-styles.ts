// The styles of an experiment's form.

import { css } from "lit";

export const formStyles = css`
  form {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 14px;
  }
  /* the menu at the end of the label's line, as high as that */
  .sentence {
    grid-template-columns: minmax(0, 1fr) auto;
  }
  .sentence > * {
    grid-column: 1 / -1;
  }
  .sentence > label {
    grid-area: 1 / 1;
  }
  .sentence > .menu {
    grid-area: 1 / 2;
    width: 96px;
    min-height: 24px;
    margin-block: -2px;
    padding: 0;
    border: 0;
    background: none;
    font-size: var(--small);
    color: var(--primary);
    cursor: pointer;
  }
  .menu option {
    color: var(--text);
    background: var(--page);
  }
  @media print {
    .sentence > .menu,
    .practice {
      display: none;
    }
  }
  .practice {
    display: grid;
    justify-items: start;
    gap: 2px;
    margin-block-start: 4px;
    padding: 8px 12px;
    border-radius: 4px;
    background: var(--tint);
  }
  .practice p {
    margin: 0;
  }
  .practice button.plain {
    min-height: 28px;
    text-align: start;
    font-family: var(--mono-family);
  }
  .completed {
    position: relative;
    display: grid;
  }
  #known {
    position: absolute;
    inset-block-start: 100%;
    inset-inline-start: 0;
    z-index: 1;
    min-width: 160px;
    max-width: 100%;
    margin: 2px 0 0;
    padding: 4px;
    border: 1px solid var(--line);
    border-radius: 4px;
    background: var(--page);
    box-shadow: 0 4px 16px rgb(0 0 0 / 20%);
  }
  #known[hidden] {
    display: none;
  }
  #known > * {
    min-height: 28px;
    align-content: center;
    padding-inline: 8px;
    border-radius: 3px;
    font-family: var(--mono-family);
    cursor: pointer;
    overflow-wrap: anywhere;
  }
  #known > :is(:hover, [aria-selected="true"]) {
    background: var(--hover);
  }
  #known [aria-selected="true"] {
    outline: 2px solid var(--primary);
    outline-offset: -2px;
  }
  .astray {
    margin-block-start: 12px;
  }
  .busy {
    display: inline-flex;
    align-items: center;
    gap: 8px;
  }
  .spinner {
    width: 16px;
    height: 16px;
    border: 2px solid var(--line);
    border-top-color: var(--primary);
    border-radius: 50%;
    animation: turn 0.8s linear infinite;
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
`;
