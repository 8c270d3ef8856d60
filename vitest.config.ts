// Two lanes: "unit" runs in Node, builds nothing and takes seconds. The rest is "slow", which takes longer in Node, and
// "browser", which drives Chromium on the built site.

import { defineConfig } from "vitest/config";
import { notebooks } from "./vite/notebooks.ts";

/** tests that need a browser, or what is built for one */
const browser = [
  "test/e2e/**",
  "test/full-size/**",
  "test/**/*.browser.test.ts",
  "test/helpers/elsewhere.test.ts",
];

/** tests that take longer than a developer waits: thousands of texts, a command in a process of its own, whole exports */
const slow = ["test/**/*.slow.test.ts"];

const shared = {
  setupFiles: "test/helpers/only-here.ts",
  // a test that hangs ends; how long one takes decides nothing, and a busy machine takes ten times as long as a quiet one
  testTimeout: 300_000,
  // what a poll waits for takes as long as it takes on a busy machine
  expect: { poll: { timeout: 60_000 } },
  hookTimeout: 300_000,
};

/** two files of either lane at a time: much of a browser's time is waiting, which another file can use */
const beside = { maxWorkers: 2, sequence: { groupOrder: 1 } };

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [notebooks()],
        test: {
          ...shared,
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [...browser, ...slow],
          // a process of its own for each file would cost more than the tests
          isolate: false,
          maxWorkers: 2,
          globalSetup: "test/helpers/setup-models.ts",
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...shared,
          name: "slow",
          include: slow,
          globalSetup: "test/helpers/setup-models.ts",
          ...beside,
        },
      },
      {
        test: {
          ...shared,
          name: "browser",
          include: browser.map((pattern) => (pattern.endsWith("**") ? `${pattern}/*.test.ts` : pattern)),
          globalSetup: "test/helpers/setup-site.ts",
          ...beside,
        },
      },
    ],
  },
});
