// How the dialog looks in which a model is opened.

import { css } from "lit";

export const openingStyles = css`
  dialog {
    width: min(600px, calc(100vw - 24px));
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
  .head {
    display: flex;
    justify-content: space-between;
    align-items: center;
    gap: 12px;
    margin-inline: -24px;
    margin-block-end: 16px;
    padding: 14px 24px 12px;
    border-block-end: 1px solid var(--line);
  }
  h2 {
    font-size: var(--large);
  }
  code {
    font-family: var(--mono-family);
    overflow-wrap: anywhere;
  }
  strong {
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .drop {
    display: grid;
    justify-items: center;
    gap: 12px;
    padding: 24px 16px;
    border: 2px dashed var(--field-line);
    border-radius: 8px;
    text-align: center;
  }
  .drop .row {
    justify-content: center;
  }
  .over {
    border-color: var(--primary);
    background: var(--hover);
  }
`;
