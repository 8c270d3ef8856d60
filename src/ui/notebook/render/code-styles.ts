// Colours of code, in editors and in static text. Each is at least 4.5 : 1 on the field's background, light and dark.

import { css } from "lit";

export const code = css`
  :host {
    --code-keyword: light-dark(#8032a8, #d3a4f0);
    --code-string: light-dark(#0b6b3a, #8fd4a4);
    --code-number: light-dark(#1a5fb4, #7fb2ff);
    --code-definition: light-dark(#8a3b00, #ffb877);
    --code-call: light-dark(#2b4a86, #a9c3f5);
  }
  .tok-keyword {
    color: var(--code-keyword);
  }
  .tok-string {
    color: var(--code-string);
  }
  .tok-number {
    color: var(--code-number);
  }
  .tok-comment {
    color: var(--muted);
    font-style: italic;
  }
  .tok-definition {
    color: var(--code-definition);
  }
  .tok-call,
  .tok-link {
    color: var(--code-call);
  }
  .tok-meta {
    color: var(--muted);
  }
  .tok-heading,
  .tok-strong {
    font-weight: 700;
  }
  .tok-emphasis {
    font-style: italic;
  }
`;

/** the same measures for an editor and the static text that stands in for it, so that nothing jumps */
export const codeText = css`
  .static,
  .cm-editor .cm-content {
    margin: 0;
    padding: 8px 12px;
    font: var(--small) / 1.5 var(--mono-family);
    font-variant-ligatures: none;
    white-space: break-spaces;
    overflow-wrap: anywhere;
    tab-size: 4;
  }
  .line {
    display: block;
  }
  /* what does not fit goes on below at this column (highlight.ts) */
  .line,
  .cm-editor .cm-line {
    padding: 0;
    padding-inline-start: calc(var(--hang, 0) * 1ch);
    text-indent: calc(var(--hang, 0) * -1ch);
  }
`;
