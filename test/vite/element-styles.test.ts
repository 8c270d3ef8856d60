import { expect, it } from "vitest";
import { smallStyles } from "../../vite/element-styles.ts";

it("makes an element's styles small and leaves the code around them as it is", () => {
  const code = `import { css, html } from "lit";
const a = css\`
  /* why */
  :host([wide]) > .cell::before {
    content: "a  \u2014 b";
    color: light-dark(#ffffff, var(--ink,  red));
    height: 100dvh;
  }
\`;
const b = html\`<p>  kept  </p>\`;`;
  expect(smallStyles(code)).toBe(`import { css, html } from "lit";
const a = css\`:host([wide])>.cell:before{content:"a  \u2014 b";color:light-dark(#fff,var(--ink,red));height:100dvh}\`;
const b = html\`<p>  kept  </p>\`;`);
});

it("leaves a template alone that is not the style as it stands, and says what is wrong with a style", () => {
  const code = "css`a { content: '\\\\201c';  }`";
  expect(smallStyles(code)).toBe(code);
  expect(() => smallStyles("css`a { color`")).toThrow(/style\.css|end of input/i);
});
