// The styles of elements, css`…` in TypeScript, made small as Vite makes the .css files small, which it cannot see in there.

import { transform } from "lightningcss";
import type { Plugin } from "vite";

/** a template without anything put into it */
const literal = /\bcss`([^`$\\]*)`/g;

/** Text of a module with the spaces and comments taken out of its styles. */
export function smallStyles(code: string): string {
  return code.replace(literal, (_, style: string) => {
    const small = transform({ filename: "style.css", code: Buffer.from(style), minify: true });
    return `css\`${small.code.toString().replaceAll("\\", "\\\\")}\``;
  });
}

export function elementStyles(): Plugin {
  return {
    name: "element-styles",
    apply: "build",
    transform: {
      filter: { id: /\/src\/ui\/.*\.ts$/, code: /\bcss`/ },
      handler: (code) => ({ code: smallStyles(code), map: null }),
    },
  };
}
