// The styles of the notebook's bar and of its menus.

import { css } from "lit";

export const toolbar = css`
  .bar {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto auto;
    gap: 4px 12px;
    align-items: center;
    padding-block: 6px;
  }
  input.title {
    min-width: 0;
    padding: 2px 6px;
    margin-inline-start: -7px;
    border-color: transparent;
    background: none;
    font: 600 var(--large) / 1.4 var(--serif-family);
    text-overflow: ellipsis;
  }
  input.title:hover {
    border-color: var(--line);
  }
  .tools {
    grid-column: 1 / -1;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px;
  }
  .early {
    visibility: hidden;
  }
  .tools button,
  .menu button,
  summary {
    min-height: 28px;
    padding: 2px 9px;
    border: 1px solid transparent;
    border-radius: 4px;
    font-weight: 400;
    font-size: var(--small);
    color: var(--text);
    cursor: pointer;
    white-space: nowrap;
  }
  .tools button.main {
    border-color: var(--primary);
    background: none;
    color: var(--primary);
    font-weight: 600;
  }
  .tools button:hover:not(:disabled),
  .menu button:hover,
  summary:hover {
    background: var(--hover);
  }
  .rule {
    width: 1px;
    height: 18px;
    margin-inline: 4px;
    background: var(--line);
  }
  .state {
    display: flex;
    flex-wrap: wrap;
    justify-content: end;
    gap: 0 12px;
    font-size: var(--tiny);
    color: var(--muted);
  }
  .state .wrong {
    color: var(--error);
  }
  details {
    position: relative;
    justify-self: end;
  }
  summary {
    list-style: none;
    display: inline-flex;
    align-items: center;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  summary::after {
    content: "▾";
    content: "▾" / "";
    margin-inline-start: 5px;
    color: var(--muted);
  }
  .tools details {
    margin-inline-start: auto;
  }
  .menu button {
    text-align: start;
  }
  .menu.file {
    width: min(340px, calc(100vw - 24px));
  }
  .group {
    display: grid;
    margin-block-end: 6px;
    padding-block-end: 6px;
    border-block-end: 1px solid var(--line);
  }
  .narrow {
    display: none;
  }
  .menu {
    position: absolute;
    inset-inline-end: 0;
    z-index: 5;
    width: max-content;
    min-width: 220px;
    max-width: calc(100vw - 24px);
    max-height: calc(100vh - 80px);
    overflow-y: auto;
    display: grid;
    padding: 6px;
    border: 1px solid var(--line);
    border-radius: 6px;
    background: var(--page);
    box-shadow: 0 6px 20px rgb(0 0 0 / 18%);
  }
  details[open] > summary {
    margin: 0;
  }
  @media (max-width: 40rem) {
    .bar {
      grid-template-columns: minmax(0, 1fr) auto;
    }
    .state {
      grid-area: 3 / 1 / auto / -1;
      justify-content: start;
    }
    .rule {
      display: none;
    }
    .wide {
      display: none;
    }
    .narrow {
      display: block;
    }
    .tools {
      gap: 2px 0;
    }
    .tools button {
      padding-inline: 7px;
    }
  }
`;
