// The styles of the map.

import { css } from "lit";

export const mapStyles = css`
  .tools {
    padding-block-end: 8px;
  }
  .map {
    position: relative;
    cursor: pointer;
    /* dragging sideways moves the map, up and down the page */
    touch-action: pan-y;
  }
  canvas {
    display: block;
  }
  canvas.legend {
    margin-block-start: 6px;
  }
  .how {
    padding-block-start: 6px;
    font-size: var(--small);
  }
  .tip {
    position: absolute;
    z-index: 2;
    inset-block-start: calc(var(--y) + 6px);
    /* beside the neuron, and within the map */
    inset-inline-start: clamp(0px, var(--x) - 100px, 100% - 210px);
    width: max-content;
    max-width: 210px;
    padding: 5px 9px;
    border: 1px solid var(--field-line);
    border-radius: 4px;
    background: var(--page);
    color: var(--text);
    font-size: var(--small);
    font-variant-numeric: tabular-nums;
    pointer-events: none;
  }
  .tip .head {
    font-weight: 600;
  }
`;
