// The two views of a result are both tables whose first column holds a word and, beside it or on narrow screens below
// it, its marks.

import { css } from "lit";

export const table = css`
  :host {
    container-type: inline-size;
    /* room for a line of marks below the words, where it is needed */
    --marks-height: 30.4px;
  }
  table {
    width: 100%;
    border-collapse: collapse;
  }
  caption {
    padding-block-end: 6.4px;
    text-align: start;
    text-wrap: pretty;
    color: var(--muted);
  }
  th,
  td {
    padding: 4.8px 0;
    text-align: end;
    font-weight: 400;
    white-space: nowrap;
  }
  th:not(:first-child),
  td {
    padding-inline-start: 14.4px;
    width: 1%;
  }
  thead th {
    font-weight: 600;
    vertical-align: bottom;
    border-block-end: 1px solid var(--before);
  }
  tbody :is(th, td) {
    border-block-end: 1px solid var(--line);
    font-variant-numeric: tabular-nums;
  }
  th:first-child {
    text-align: start;
    white-space: normal;
  }
  .lane {
    display: grid;
    grid-template-columns: 88px minmax(0, 1fr);
    align-items: center;
    gap: 0 8px;
  }
  .word {
    font-family: var(--mono-family);
    overflow-wrap: anywhere;
  }
  .up {
    color: var(--up);
  }
  .down {
    color: var(--down);
  }
  /* narrow: the marks get a line of their own below the words and numbers */
  @container (max-width: 480px) {
    table {
      font-size: var(--tiny);
    }
    th:not(:first-child),
    td {
      padding-inline-start: 8px;
    }
    tr {
      position: relative;
    }
    th,
    td {
      padding-block-end: var(--marks-height);
    }
    .lane {
      display: block;
    }
    .lane .marks {
      position: absolute;
      inset-inline: 0;
      inset-block-end: 4.8px;
    }
  }
`;
