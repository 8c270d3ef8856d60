// The experiment as its elements will show it, written into experiment.html and embed.html at build time with the recorded
// result: it can be read before a script has come, and nothing moves when one does (lit-html.ts says how).

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import type { ExperimentResult } from "../src/engine/index.ts";
import { tutorial } from "../src/model/index.ts";
import { defaults } from "../src/ui/experiment/settings.ts";
import { LitHtml } from "./lit-html.ts";
import "../src/ui/experiment/nn-experiment-form.ts";
import "../src/ui/experiment/nn-model-card.ts";
import "../src/ui/experiment/nn-result.ts";
import "../src/ui/kit/nn-storage.ts";

/** What stands in the page's HTML in place of each comment "drawn: …", and the styles for it. */
export function drawnParts(result: ExperimentResult): { parts: Map<string, string>; css: string } {
  const lit = new LitHtml();
  const { hide, view, notation } = defaults;
  const { sentence, candidates } = tutorial;
  const spec = { ...tutorial, sentence, candidates };
  const card = lit.element("nn-model-card", {}, "", lit.element("nn-storage", {}));
  const form = lit.element(
    "nn-experiment-form",
    { spec, tokens: result.experiment.tokens, label: "Load model and run", disabled: true },
    "inert",
  );
  const table = lit.element("nn-result", { result, recorded: true, hide, view, notation });
  const own = (part: string) => `<div data-static>${part}</div>`;
  const whole = own(
    `<div class="neuron-root"><div class="section">${card}</div><div class="section">${form}${table}</div></div>`,
  );
  const parts = new Map([
    ["nn-model-card", own(card)],
    ["nn-experiment-form", own(form)],
    ["nn-result", own(table)],
    ["neuron-experiment", whole],
  ]);
  return { parts, css: lit.css() };
}

/** @param root the folder of the project */
export function drawn(root: string): Plugin {
  const read = (path: string) => readFileSync(join(root, path), "utf8");
  let made: { parts: Map<string, string>; css: string; file: string } | undefined;
  const make = () => {
    if (made) return made;
    const { parts, css } = drawnParts(JSON.parse(read("src/ui/experiment/recorded.json")));
    // the frame's box, which is the element's own
    const frame = read("src/ui/experiment/neuron-experiment.css")
      .replaceAll(/\/\*[\s\S]*?\*\//g, "")
      .replaceAll(/:host[^{]*\{[^}]*\}/g, "");
    const all = `${frame.replaceAll(/^section/gm, "[data-static] .section")}\n${css}`;
    const hash = createHash("sha256").update(all).digest("hex").slice(0, 8);
    made = { parts, css: all, file: `assets/drawn-${hash}.css` };
    return made;
  };
  return {
    name: "drawn",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(html) {
        if (!html.includes("<!-- drawn: ")) return html;
        const { parts, file } = make();
        const text = html.replaceAll(/<!-- drawn: ([\w-]+) -->/g, (_, name: string) => parts.get(name) ?? "");
        return {
          html: text,
          tags: [{ tag: "link", attrs: { rel: "stylesheet", href: `./${file}` }, injectTo: "head" }],
        };
      },
    },
    generateBundle: {
      // after the pages, which say whether it is needed
      order: "post",
      handler() {
        if (made) this.emitFile({ type: "asset", fileName: made.file, source: made.css });
      },
    },
  };
}
