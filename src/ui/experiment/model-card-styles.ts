// How the model's card looks, beside what it shares with all other elements.

import { css } from "lit";

export const modelCard = css`
  fieldset {
    display: grid;
    margin: 0;
    padding: 0;
    border: 0;
  }
  legend {
    padding: 0;
  }
  .device {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    margin-inline-start: auto;
    color: var(--muted);
  }
  .device select {
    width: auto;
  }
  .small {
    font-size: var(--small);
  }
  a {
    min-height: 28px;
    align-content: center;
    color: var(--primary);
    text-underline-offset: 2px;
  }
  code {
    font-family: var(--mono-family);
    overflow-wrap: anywhere;
  }
`;
