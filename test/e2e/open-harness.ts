// A page of the harness, with the harness typed.

import type { Browser, Page } from "playwright-core";
import type { Harness } from "./harness/harness.ts";

declare global {
  interface Window {
    harness: Harness;
  }
}

/** Open the harness in a fresh profile of a browser. */
export async function openHarness(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForFunction(() => "harness" in window);
  return page;
}
