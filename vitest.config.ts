// Two lanes: "unit" runs in Node and builds nothing, "browser" drives Chromium on the built site.

import { defineConfig } from "vitest/config";

/** tests that need a browser, or what is built for one */
const browser = [
  "test/e2e/**",
  "test/full-size/**",
  "test/**/*.browser.test.ts",
  "test/helpers/elsewhere.test.ts",
];

const shared = {
  setupFiles: "test/helpers/only-here.ts",
  testTimeout: 180_000,
  // what a poll waits for takes as long as it takes on a busy machine
  expect: { poll: { timeout: 15_000 } },
  hookTimeout: 180_000,
};

export default defineConfig({
  test: {
    // two cores: browsers and WASM runs beside each other only make both slow
    fileParallelism: false,
    projects: [
      {
        test: {
          ...shared,
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: browser,
          globalSetup: "test/helpers/setup-models.ts",
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...shared,
          name: "browser",
          include: browser.map((pattern) => (pattern.endsWith("**") ? `${pattern}/*.test.ts` : pattern)),
          globalSetup: "test/helpers/setup-site.ts",
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
