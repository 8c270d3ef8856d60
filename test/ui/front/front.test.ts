// The first screen as the build makes it: its numbers are the recorded experiment's, and nothing in it breaks the policy.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import recorded from "../../../src/ui/experiment/recorded.json" with { type: "json" };
import { frontHtml, proseHtml } from "../../../vite/front.ts";
import { root } from "../../helpers/fixtures.ts";

const shape = { layers: 12, dMlp: 1152 };
const html = frontHtml(recorded, shape);

it("shows both recorded states of every word", () => {
  for (const { word, before, after } of recorded.rows) {
    const [row] = html.match(new RegExp(`<tr class="[a-z]+"[^>]*>\\s*<th scope="row">${word}</th>`)) ?? [];
    expect(row, word).toContain(`class="${after > before ? "rises" : "falls"}"`);
    const widths = /data-before="([\d.]+)" data-after="([\d.]+)"/.exec(row!)!.slice(1).map(Number);
    expect(widths[1]! / widths[0]!, word).toBeCloseTo(after / before, before < 0.01 ? -1 : 1);
  }
  expect(html).toContain('data-before="those" data-after="this">those</strong>');
  expect(html).toContain("13,824 neurons");
});

it("carries no style attribute, which the policy would refuse", async () => {
  const prose = await proseHtml(readFileSync(join(root, "notebooks/suppression.ipynb"), "utf8"));
  expect(prose).toContain('<h1 id="nb-knowledge-neuron-suppression">');
  expect(prose).toContain("<math");
  expect(html + prose).not.toMatch(/ style=/);
});
