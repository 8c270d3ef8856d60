// The bar of whatever goes on: how far it is, or that it goes on.

import { css } from "lit";

export const progressStyles = css`
  progress {
    appearance: none;
    display: block;
    width: 100%;
    height: 8px;
    border: 1px solid var(--field-line);
    border-radius: 4px;
    background: var(--field);
    overflow: hidden;
  }
  progress::-webkit-progress-bar {
    background: none;
  }
  progress::-webkit-progress-value {
    background: var(--primary);
  }
  progress::-moz-progress-bar {
    background: var(--primary);
  }
  progress:indeterminate::-moz-progress-bar {
    background: none;
  }
  progress:indeterminate {
    background: repeating-linear-gradient(-45deg, var(--primary) 0 8px, var(--hover) 8px 16px) 0 0 /
      22.627px 100%;
    animation: pass 1.2s linear infinite;
  }
  @keyframes pass {
    to {
      background-position-x: 22.627px;
    }
  }
  @media (forced-colors: active) {
    progress::-webkit-progress-value {
      forced-color-adjust: none;
      background: Highlight;
    }
  }
`;
