// How the model's card looks, beside what it shares with all other elements.

import { css } from "lit";

export const modelCard = css`
  :host {
    container-type: inline-size;
  }
  /* as high whatever it says: room for two lines beside the button, and on a phone for three above it */
  .strip {
    display: grid;
    grid-template: "name act" auto "said act" 1fr / minmax(0, 1fr) auto;
    align-content: start;
    gap: 2px 16px;
    min-height: 66px;
  }
  .strip.bare {
    grid-template: "said act" / minmax(0, 1fr) auto;
    min-height: 0;
  }
  .strip h2 {
    grid-area: name;
  }
  .said {
    grid-area: said;
  }
  nn-loading.said {
    grid-column: said / act;
  }
  .strip > :is(button, .row) {
    grid-area: act;
    align-self: center;
  }
  @container (max-width: 480px) {
    .strip {
      grid-template: "name act" auto "said said" 1fr / minmax(0, 1fr) auto;
      column-gap: 8px;
      min-height: 80px;
    }
    .strip > button {
      padding-inline: 10px;
    }
  }
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
