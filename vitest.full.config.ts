// The slower suite, which takes minutes without a real GPU, and the benchmarks.

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.full.ts", "bench/**/*.bench.ts"],
    fileParallelism: false,
    globalSetup: "test/helpers/setup-site.ts",
    setupFiles: "test/helpers/only-here.ts",
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
