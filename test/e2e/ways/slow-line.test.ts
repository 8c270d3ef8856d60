// Somebody on a slow line (1.6 Mbit/s, as Lighthouse's phone): the page can be read and touched at once, one price is named
// before anything large comes, everything comes side by side, and the first result is where the reader looks.

import type { Page } from "playwright-core";
import { beforeEach, expect, it } from "vitest";
import { fields, read, settled, visit } from "../../helpers/page.ts";
import { SlowLine } from "../../helpers/slow-line.ts";

const bitsPerSecond = 1_600_000;
/** all of it takes two minutes at that speed */
const patience = 280_000;

import { useSite } from "../use-site.ts";

const here = useSite();
let line: SlowLine;
beforeEach(() => {
  line = new SlowLine(here.server, bitsPerSecond);
  here.server.intercept = line.intercept;
});

/** what else the browser fetches for a visit without a network would share the line by chance */
const options = { allowed: /WebGPU|adapter/, front: true, serviceWorkers: "block" } as const;

/** how far a bar is, in per cent, each time it moved */
async function watchBar(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate(() => {
    const seen: number[] = [];
    Object.assign(globalThis, { bars: seen });
    const find = (root: ParentNode): HTMLProgressElement | undefined => {
      for (const element of root.querySelectorAll("*")) {
        if (element instanceof HTMLProgressElement && element.position >= 0) return element;
        const inside = element.shadowRoot && find(element.shadowRoot);
        if (inside) return inside;
      }
      return undefined;
    };
    setInterval(() => {
      const bar = find(document);
      if (bar && bar.position !== seen.at(-1)) seen.push(bar.position);
    }, 200);
  });
  return () => page.evaluate(() => (globalThis as unknown as { bars: number[] }).bars);
}

/** the pieces of the line's record for what is large */
const large = () => line.sent.filter(({ bytes }) => bytes > 200_000);

it("reads the first page, has one price named, and gets Python and the model side by side", {
  timeout: patience,
}, async () => {
  const { page } = await visit(here.browser, here.server.url, options);
  page.setDefaultTimeout(patience);
  // at once, while the script is still on its way
  await page.getByRole("heading", { name: "Switch off one neuron of a language model" }).waitFor();
  const button = page.getByRole("switch", { name: /^\s*Neuron 1094/ });
  await button.click();
  await expect.poll(() => button.getAttribute("aria-checked")).toBe("false");

  await page.getByRole("link", { name: "Open the notebook" }).click();
  const runAll = page.getByRole("button", { name: "Run all", exact: true });
  await runAll.waitFor();
  expect(line.sent.filter(({ path }) => /\.(wasm|bin)$/.test(path))).toEqual([]);
  // one price: in the bar above, in the question, and at the end of the bar that follows
  const bar = page.locator("nn-toolbar");
  await expect.poll(() => read(bar)).toMatch(/[\d.]+ MB to download, once/);
  const price = /([\d.]+ MB) to download, once/.exec(await read(bar))![1]!;
  await runAll.click();
  const agree = page.getByRole("button", { name: /^Download .* and go on$/ });
  await agree.waitFor();
  expect((await read(agree)).replace(/\s/g, " ")).toBe(`Download ${price} and go on`);
  expect(await read(page.locator(".question"))).toContain(`: ${price} once, then kept on this device`);
  const bars = await watchBar(page);
  await agree.click();
  const progress = page.locator("nn-loading");
  await expect.poll(() => read(progress)).toContain(` of ${price} `);
  expect(await read(page.locator("nn-notebook .wait"))).toMatch(/^Python and minibert-blimp /);

  // the table stands before the reader when all cells have run
  await page.getByRole("button", { name: "Interrupt", disabled: true }).waitFor();
  const table = page.locator("nn-outputs").getByRole("table").first();
  await expect
    .poll(() =>
      table.evaluate((element) => {
        const { top, bottom } = element.getBoundingClientRect();
        return top >= 0 && top < innerHeight && bottom > 0;
      }),
    )
    .toBe(true);
  const all = await bars();
  expect(all).toEqual(all.toSorted((a, b) => a - b));
  expect(all.length).toBeGreaterThan(20);
  // nothing waited for anything else: each was asked for before any other was there
  const [python, runtime, model] = [/python-.*\.wasm/, /ort-.*\.wasm/, /models\/.*\.bin/].map((like) =>
    large().filter(({ path }) => like.test(path)),
  );
  const first = [python![0]!, runtime![0]!, model![0]!];
  expect(Math.max(...first.map(({ began }) => began))).toBeLessThan(
    Math.min(...first.map(({ ended }) => ended)),
  );
  await page.close();
});

it("computes its first own result on the experiment's page, with a bar that only rises", {
  timeout: patience,
}, async () => {
  const to = await visit(here.browser, `${here.server.url}experiment.html`, options);
  to.page.setDefaultTimeout(patience);
  // the recorded result is there to read before anything has come
  await to.experiment.getByRole("table", { name: /^Probability of each word/ }).waitFor();
  expect(large()).toEqual([]);
  const bars = await watchBar(to.page);
  await fields(to).run.click();
  await to.page
    .getByText(/Downloading\s[\d.]+\sMB\sof/)
    .first()
    .waitFor();
  await settled(to);
  const all = await bars();
  expect(all).toEqual(all.toSorted((a, b) => a - b));
  const [runtime, model] = [/ort-.*\.wasm/, /models\//].map((like) =>
    large().filter(({ path }) => like.test(path)),
  );
  expect(model![0]!.began).toBeLessThan(runtime![0]!.ended);
  await to.page.close();
});
