// The site's first screen: what a person sees and touches before any model has come, without scripts, on a phone, and with
// a link that leads past it.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { root } from "../helpers/fixtures.ts";
import { asked, visit } from "../helpers/page.ts";
import { shift } from "../helpers/shift.ts";
import { useSite } from "./use-site.ts";

const here = useSite();

const allowed = /WebGPU|adapter/;
const phone = { width: 390, height: 844 };
const desk = { width: 1280, height: 800 };
const toggle = (page: Page) => page.getByRole("switch", { name: /^Neuron 1094 of layer 9/ });
const percentOf = (page: Page, word: string) =>
  page.locator("#front tr", { hasText: word }).locator(".number").textContent();

describe("the first screen", () => {
  it.each([
    phone,
    desk,
  ])("moves the words when the neuron is switched, at $width pixels", async (viewport) => {
    const before = asked.length;
    const { page } = await visit(here.browser, here.server.url, { allowed, front: true, viewport });
    const box = await toggle(page).boundingBox();
    expect(box!.y + box!.height).toBeLessThan(viewport.height);
    expect(await percentOf(page, "these")).toBe("39.7\u202f%");
    await toggle(page).click();
    expect(await toggle(page).getAttribute("aria-checked")).toBe("false");
    expect(await percentOf(page, "these")).toBe("4.93\u202f%");
    expect(await page.locator("#front-gap").textContent()).toBe("this");
    expect(await page.locator("#front-said").textContent()).toBe(
      "Neuron off: the likeliest word is now “this”.",
    );
    await page.keyboard.press("Space");
    expect(await percentOf(page, "these")).toBe("39.7\u202f%");
    await page.locator("nn-cell").first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
    // no model, no runtime, no Python
    expect(asked.slice(before).filter((url) => /\.(wasm|bin|zip|onnx)$|shard/.test(url))).toEqual([]);
    await page.close();
  });

  it("is there without scripts, and the tutorial can be read", async () => {
    const { page } = await visit(here.browser, here.server.url, { javaScriptEnabled: false, front: true });
    await page.getByRole("heading", { name: "Switch off one neuron of a language model" }).waitFor();
    await page.getByRole("heading", { name: "Knowledge neuron suppression" }).waitFor();
    expect(await page.locator("nn-notebook pre").count()).toBeGreaterThan(5);
    await page.close();
  });

  it("leads to the notebook and to the experiment", async () => {
    const { page } = await visit(here.browser, here.server.url, { allowed, front: true, viewport: desk });
    await page.locator("nn-cell").first().waitFor();
    await page.getByRole("link", { name: "Open the notebook" }).click();
    const top = page.locator("#open-notebook");
    await expect.poll(async () => Math.round((await top.boundingBox())!.y)).toBe(0);
    await expect.poll(() => new URL(page.url()).hash).toBe("#notebook=suppression");
    await page.getByRole("link", { name: "Try your own sentence" }).click();
    await page.getByRole("textbox", { name: "Sentence" }).waitFor();
    await page.close();
  });

  it("stays hidden for who has hidden it", async () => {
    const { page } = await visit(here.browser, here.server.url, { allowed, front: true });
    await page.getByRole("button", { name: "Hide this introduction" }).click();
    await page.locator("#front").waitFor({ state: "hidden" });
    await page.reload();
    await page.locator("nn-cell").first().waitFor();
    expect(await page.locator("#front").isVisible()).toBe(false);
    await page.close();
  });

  it("is not in the way of a link to a notebook", async () => {
    const url = `${here.server.url}#notebook=finding-a-neuron`;
    const { page } = await visit(here.browser, url, { allowed, front: true });
    await page.getByRole("heading", { name: "Finding a neuron" }).waitFor();
    expect(await page.locator("#front").isVisible()).toBe(false);
    await page.close();
  });

  it.each(["light", "dark"] as const)("gives axe nothing to find, %s", async (colorScheme) => {
    const { page } = await visit(here.browser, here.server.url, {
      allowed,
      front: true,
      colorScheme,
      viewport: desk,
    });
    await page.locator("nn-cell").first().waitFor();
    await toggle(page).click();
    await page.evaluate(readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8"));
    const found = await page.evaluate(
      'axe.run("#front").then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html)))',
    );
    expect(found).toEqual([]);
    await page.close();
  });
});

it.each([phone, desk])("does not jump while the notebook arrives, at $width pixels", async (viewport) => {
  const { page } = await visit(here.browser, here.server.url, { allowed, front: true, viewport });
  await page.locator("nn-cell").first().waitFor();
  await page.waitForLoadState("networkidle");
  const moved = await shift(page);
  console.log(`layout shift of the first screen at ${viewport.width} pixels: ${moved.toFixed(3)}`);
  expect(moved).toBeLessThanOrEqual(0.05);
  await page.close();
});
