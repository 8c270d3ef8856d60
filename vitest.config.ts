import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // two cores: browsers and WASM runs beside each other only make both slow
    fileParallelism: false,
    globalSetup: "test/helpers/setup.ts",
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
});
