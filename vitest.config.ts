import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // two cores: browsers and WASM runs beside each other only make both slow
    fileParallelism: false,
    globalSetup: "test/helpers/setup.ts",
    setupFiles: "test/helpers/only-here.ts",
    testTimeout: 180_000,
    // what a poll waits for takes as long as it takes on a busy machine
    expect: { poll: { timeout: 15_000 } },
    hookTimeout: 180_000,
  },
});
