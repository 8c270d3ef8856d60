// The styles of an experiment's form.

import { css } from "lit";

export const formStyles = css`
  form {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 14px;
  }
  .astray {
    margin-block-start: 12px;
  }
  .busy {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    animation: appear 0s 300ms both;
  }
  .spinner {
    width: 16px;
    height: 16px;
    border: 2px solid var(--line);
    border-top-color: var(--primary);
    border-radius: 50%;
    animation: turn 0.8s linear infinite;
  }
  @keyframes appear {
    from {
      visibility: hidden;
    }
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
`;
