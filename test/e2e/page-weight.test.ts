// How much script each page loads by itself, until it stands drawn and before a person does anything; and that the first
// page's cells, which show what the build has drawn so as to need less, look as if they had drawn it themselves.

import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { visit } from "../helpers/page.ts";
import { useSite } from "./use-site.ts";

const here = useSite();

const allowed = /WebGPU|adapter/;

/** bytes of script, compressed as hosts do */
const pages = [
  { path: "index.html", drawn: "nn-cell nn-editor", most: 100_000 },
  { path: "experiment.html", drawn: "nn-experiment-form", most: 60_000 },
  { path: "embed.html", drawn: "nn-experiment-form", most: 60_000 },
];

it.each(pages)("$path is drawn with at most $most bytes of script", async ({ path, drawn, most }) => {
  const before = here.server.requests.length;
  // a service worker fetches the rest of the site, without anything waiting for it
  const options = { allowed: /WebGPU|adapter/, front: true, serviceWorkers: "block" } as const;
  const { page } = await visit(here.browser, here.server.url + path, options);
  // nothing may be asked of the page meanwhile: to a browser that counts as a person's doing
  let asked: string[] = [];
  for (let last = -1; last !== asked.length || !asked.some((each) => each.endsWith(".js")); ) {
    last = asked.length;
    await new Promise((resolve) => setTimeout(resolve, 4000));
    asked = here.server.requests.slice(before);
  }
  expect(await page.locator(drawn).count()).toBeGreaterThan(0);
  const scripts = [...new Set(asked.filter((each) => each.endsWith(".js")))];
  const sizes = scripts.map((each) => gzipSync(here.server.read(each)!, { level: 9 }).length);
  const sum = sizes.reduce((total, size) => total + size, 0);
  console.log(`script of ${path}: ${sum} bytes in ${scripts.length} files`);
  expect(scripts.length).toBeGreaterThan(1);
  expect(sum).toBeLessThanOrEqual(most);
  await page.close();
});

it("what the build has drawn looks as the cells would have drawn it", async () => {
  const { page } = await visit(here.browser, here.server.url, { allowed, front: true });
  await page.locator("nn-cell").nth(12).waitFor();
  const differing = await page.evaluate(async () => {
    interface Drawn extends HTMLElement {
      updateComplete: Promise<boolean>;
    }
    const make = async (name: string, properties: object): Promise<ShadowRoot> => {
      const element = Object.assign(document.createElement(name), properties) as Drawn;
      document.body.append(element);
      await element.updateComplete;
      // colours come when they come, and are drawn
      const coloured = () => name !== "nn-editor" || element.shadowRoot!.querySelector("[class^=tok-]");
      while (!coloured()) await new Promise((resolve) => requestAnimationFrame(resolve));
      element.remove();
      return element.shadowRoot!;
    };
    const { cells } = document.querySelector("nn-notebook") as unknown as {
      cells: { kind: string; source: string; metadata: object }[];
    };
    const found: string[] = [];
    for (const { kind, source } of cells) {
      if (kind === "markdown") {
        const drawn = await make("nn-markdown", { source });
        // a text with images of its own is never the build's
        const own = await make("nn-markdown", { source, attachments: {} });
        if (!drawn.querySelector(".prose")!.isEqualNode(own.querySelector(".prose")))
          found.push(
            `${drawn.querySelector(".prose")!.innerHTML}\n--- and by itself:\n${own.querySelector(".prose")!.innerHTML}`,
          );
      } else {
        const lines = (root: ShadowRoot) =>
          [...root.querySelectorAll(".line")].map((line) =>
            line.outerHTML.trim().replace(/\s*<\/span>$/, ""),
          );
        const drawn = lines(await make("nn-editor", { value: source }));
        const own = lines(await make("nn-editor", { value: `${source}\n` }));
        if (own.slice(0, drawn.length).join("\n") !== drawn.join("\n"))
          found.push(`${drawn.join("\n")}\n--- and by itself:\n${own.join("\n")}`);
      }
    }
    return found;
  });
  expect(differing).toEqual([]);
  await page.close();
});
