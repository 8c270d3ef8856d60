// The slower suite, which takes minutes without a real GPU, and the benchmarks.

import { defineConfig } from "vitest/config";
import base from "./vitest.config.ts";

export default defineConfig({
  test: { ...base.test, include: ["test/**/*.full.ts", "bench/**/*.bench.ts"] },
});
