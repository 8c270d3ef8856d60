// How long a key takes in a notebook of 200 cells, and how long Python takes to start from what is kept, in the built
// site in Chromium. Prints figures from one run; nothing is asserted, because these machines are noisy.

import type { Page } from "playwright-core";
import { inject, it } from "vitest";
import { newCell, newNotebook, serializeNotebook } from "../src/storage/index.ts";
import { launch } from "../test/helpers/chromium.ts";
import { serve } from "../test/helpers/server.ts";

const cells = 200;

/** A notebook as courses hand them out: prose and code in turn. */
function long(): string {
  const prose = "## A step\n\nWhat is done here, in *two* or three lines, with $p_i$ and `code`.";
  const code = (i: number) =>
    `def step_${i}(values):\n    total = sum(values)\n    return [value / total for value in values]\n\nprint(step_${i}([1, 2, 3]))`;
  const all = Array.from({ length: cells }, (_, i) =>
    i % 2 ? newCell("code", code(i)) : newCell("markdown", prose),
  );
  return serializeNotebook({ ...newNotebook(), cells: all });
}

/** Milliseconds from each key to the picture that shows it. */
async function type(page: Page, place: number): Promise<number[]> {
  const cell = page.locator("nn-cell").nth(place);
  await cell.scrollIntoViewIfNeeded();
  await cell.locator("section").focus();
  await page.keyboard.press("Enter");
  await page.waitForTimeout(1000);
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(window, { times });
    addEventListener(
      "keydown",
      ({ timeStamp }) => {
        // a task after the frame is one after its picture
        requestAnimationFrame(() => setTimeout(() => times.push(performance.now() - timeStamp)));
      },
      { capture: true },
    );
  });
  for (const key of "\nfor value in range(10): print(value)") {
    await page.keyboard.type(key);
    await page.waitForTimeout(60);
  }
  return page.evaluate(() => (window as unknown as { times: number[] }).times);
}

const figures = (times: readonly number[]) => {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!.toFixed(0);
  return `median ${at(0.5)} ms, 95 % below ${at(0.95)} ms, longest ${at(1)} ms`;
};

it("typing in a notebook of 200 cells, and Python's start", async () => {
  const server = await serve({ "/": inject("site") });
  const browser = await launch("webgpu");
  const page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
  page.setDefaultTimeout(120_000);
  await page.goto(server.url);
  await page.locator("nn-cell").first().waitFor();
  for (const [name, text] of [
    ["the tutorial", undefined],
    [`${cells} cells`, long()],
  ] as const) {
    if (text) {
      await page.evaluate((content) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([content], "long.ipynb", { type: "application/x-ipynb+json" }));
        for (const kind of ["dragenter", "dragover", "drop"])
          document.body.dispatchEvent(
            new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }),
          );
      }, text);
      await page
        .locator("nn-cell")
        .nth(cells - 1)
        .waitFor({ state: "attached" });
    }
    const place = text ? cells / 2 + 1 : 2;
    console.log(`a key in ${name}: ${figures(await type(page, place))}`);
  }
  await page.locator("nn-library").evaluate((library) => {
    library.dispatchEvent(new CustomEvent("nn-notebook-new", { bubbles: true, composed: true }));
  });
  await page.waitForFunction(
    () => document.querySelector("nn-notebook")?.shadowRoot?.childElementCount === 1,
  );
  await page.waitForTimeout(1000);
  // a first visit, which downloads; a run at once after opening the page; one after reading for a while
  for (const [name, reading] of [
    ["download and first output", 0],
    ["kept, run at once", 0],
    ["kept, run at once again", 0],
    ["kept, run after 15 s of reading", 15_000],
  ] as const) {
    await page.goto(`${server.url}?${encodeURIComponent(name)}`);
    const section = page.locator("nn-cell").first().locator("section");
    await section.waitFor();
    await page.waitForTimeout(reading);
    await section.focus();
    await page.keyboard.press("Enter");
    await page.locator("nn-editor .cm-content:focus").waitFor();
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText(`print("${name}".upper())`);
    const start = performance.now();
    await page.keyboard.press("Control+Enter");
    const agree = page.getByRole("button", { name: /^Download .* and go on$/ });
    const output = page.locator("nn-outputs").getByText(name.toUpperCase());
    await agree.or(output).first().waitFor();
    if (await agree.isVisible()) await agree.click();
    await output.waitFor();
    const line = await page.locator("nn-toolbar .state").textContent();
    console.log(
      `${name}: ${((performance.now() - start) / 1000).toFixed(2)} s (${line?.trim().replace(/\s+/g, " ")})`,
    );
  }
  await browser.close();
  await server.close();
}, 600_000);
