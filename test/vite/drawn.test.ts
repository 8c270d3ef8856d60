// The experiment as the build writes it into pages: the recorded numbers can be read in it, nothing in it breaks the policy,
// and nothing in it can be pressed before it works.

import { expect, it } from "vitest";
import type { ExperimentResult } from "../../src/engine/index.ts";
import { format } from "../../src/model/index.ts";
import recorded from "../../src/ui/experiment/recorded.json" with { type: "json" };
import { drawnParts } from "../../vite/drawn.ts";

const { parts, css } = drawnParts(recorded as ExperimentResult);
const text = (part: string) =>
  parts
    .get(part)!
    .replaceAll(/<!--.*?-->|<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ");

it("shows the recorded result, as it is and called recorded", () => {
  const result = text("nn-result");
  expect(result).toContain("A recorded result of minibert-blimp");
  for (const { word, before, after } of recorded.rows)
    expect(result).toContain(
      `${word} ${format.probability(before)} ${format.probability(after)}`.replaceAll("\u202f", " "),
    );
  for (const { word } of recorded.likeliest.after) expect(result).toContain(word);
  expect(parts.get("nn-experiment-form")).toContain('value="Raymond is selling [MASK] sketches."');
});

it("has no style attribute and no style element, which the policy would refuse", () => {
  for (const part of parts.values()) expect(part).not.toMatch(/ style=|<style/);
  // the widths of the bars are rules instead
  expect(css).toMatch(/\[data-drawn="drawn-\d+"\] \{ width: [\d.]+% \}/);
});

it("can be pressed nowhere", () => {
  for (const part of parts.values())
    for (const [tag] of part.matchAll(/<(button|input|select|summary)[^>]*>/g))
      expect(tag).toContain(" inert");
});

it("leaves no element and no binding behind", () => {
  for (const part of parts.values()) expect(part).not.toMatch(/<nn-|data-properties|\s[@.?][\w-]+=|\[object/);
  expect(css).not.toMatch(/:host|@keyframes|undefined/);
});
