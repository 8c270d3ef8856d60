// How the dialog looks in which a model is opened, beside what all dialogs have.

import { css } from "lit";

export const openingStyles = css`
  dialog {
    width: min(600px, calc(100vw - 24px));
  }
  .head {
    margin-block-end: 16px;
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
  ul {
    display: grid;
    gap: 8px;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .drop .row {
    justify-content: center;
  }
  .over {
    border-color: var(--primary);
    background: var(--hover);
  }
`;
