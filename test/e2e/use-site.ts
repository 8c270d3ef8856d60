// What most files of tests here need: the built site on a server of its own, and a browser to visit it with.

import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, inject } from "vitest";
import { type Gpu, launch } from "../helpers/chromium.ts";
import { expectQuiet } from "../helpers/page.ts";
import { type StaticServer, serve } from "../helpers/server.ts";

/** there before the first test of a file, closed after the last */
export interface SiteUnderTest {
  readonly server: StaticServer;
  readonly browser: Browser;
}

/** Open both for all tests of a file, and have each test end without a request elsewhere, an exception or an error said. */
export function useSite(gpu: Gpu = "no-adapter"): SiteUnderTest {
  const here = {} as { -readonly [K in keyof SiteUnderTest]: SiteUnderTest[K] };
  beforeAll(async () => {
    here.server = await serve({ "/": inject("site") });
    here.browser = await launch(gpu);
  });
  afterAll(async () => {
    await here.browser.close();
    await here.server.close();
  });
  afterEach(expectQuiet);
  return here;
}
