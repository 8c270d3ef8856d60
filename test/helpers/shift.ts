// How far what is drawn has jumped by itself, as browsers measure it.

import type { Page } from "playwright-core";

/** The cumulative layout shift since the page was opened, without what follows a click or a key within half a second. */
export function shift(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        new PerformanceObserver((list) => {
          const shifts = list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[];
          resolve(shifts.reduce((sum, { value, hadRecentInput }) => sum + (hadRecentInput ? 0 : value), 0));
        }).observe({ type: "layout-shift", buffered: true });
        setTimeout(() => resolve(0), 2000);
      }),
  );
}
