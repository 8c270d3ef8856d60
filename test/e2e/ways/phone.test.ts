// Somebody with a phone (390 px, touch): the first screen is seen and touched, an own sentence is tried, whose table stands
// within the first two screens, and a notebook is run to its table.

import type { Locator, Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { compressed } from "../../helpers/compressed.ts";
import { fields, read, settled, visit } from "../../helpers/page.ts";
import { useSite } from "../use-site.ts";

const here = useSite();
beforeAll(() => {
  here.server.intercept = compressed(here.server);
});

const screen = { width: 390, height: 844 };
const phone = {
  allowed: /WebGPU|adapter/,
  front: true,
  viewport: screen,
  deviceScaleFactor: 3,
  hasTouch: true,
  isMobile: true,
} as const;

/** where something stands in the page, in px from its beginning */
const place = (part: Locator) =>
  part.evaluate((element) => {
    const { top, bottom, left, right } = element.getBoundingClientRect();
    return { top: top + scrollY, bottom: bottom + scrollY, left, right };
  });
/** nothing is cut off at the side */
const expectNoOverhang = async (page: Page) =>
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(screen.width);

it("sees, touches and understands the first screen", async () => {
  const { page } = await visit(here.browser, here.server.url, phone);
  const toggle = page.getByRole("switch", { name: /^\s*Neuron 1094/ });
  // what to touch, and what answers, are seen together
  for (const part of [toggle, page.locator("#front-gap"), page.locator(".front-bars")])
    expect((await place(part)).bottom).toBeLessThanOrEqual(screen.height);
  expect(await page.locator("#front-gap").textContent()).toBe("those");
  await toggle.tap();
  await expect.poll(() => page.locator("#front-gap").textContent()).toBe("this");
  expect(await read(page.locator("#front-said"))).toBe("Neuron off: the likeliest word is now “this”.");
  // a finger needs 24 px
  for (const part of await page.locator("#front").locator("a, button").all()) {
    const { width, height } = (await part.boundingBox())!;
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);
  }
  await expectNoOverhang(page);
  await page.getByRole("link", { name: "Try your own sentence" }).tap();
  await page.waitForURL(/experiment\.html/);
  await page.close();
});

it("has an own sentence computed, and sees the table within two screens", async () => {
  const to = await visit(here.browser, `${here.server.url}experiment.html`, phone);
  const table = to.experiment.getByRole("table", { name: /^Probability of each word/ });
  // a recorded one before anything has come
  await table.waitFor();
  expect((await place(table)).top).toBeLessThan(2 * screen.height);
  const { sentence, run } = fields(to);
  await sentence.tap();
  await sentence.fill("She likes [MASK] tables.");
  await run.tap();
  await settled(to);
  expect(await read(to.experiment)).toContain("She likes");
  expect((await place(table)).top).toBeLessThan(2 * screen.height);
  await expectNoOverhang(to.page);
  await to.page.close();
});

it("reads the notebook, and runs a cell by touch", async () => {
  const { page } = await visit(here.browser, here.server.url, phone);
  await page.getByRole("link", { name: "Open the notebook" }).tap();
  const runAll = page.getByRole("button", { name: "Run all", exact: true });
  await runAll.waitFor();
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(screen.height / 2);
  await expectNoOverhang(page);
  await runAll.tap();
  await page.getByRole("button", { name: /^Download .* and go on$/ }).tap();
  await page.getByRole("button", { name: "Interrupt", disabled: true }).waitFor();
  const table = page.locator("nn-outputs").getByRole("table").first();
  await expect
    .poll(() =>
      table.evaluate((element) => {
        const { top, bottom } = element.getBoundingClientRect();
        return top < innerHeight && bottom > 0;
      }),
    )
    .toBe(true);
  await expectNoOverhang(page);
  await page.close();
});
