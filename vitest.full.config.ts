// The slower suite, which takes minutes without a real GPU, and the benchmarks.

import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vitest.config.ts";

const config = mergeConfig(base, defineConfig({}));
config.test = { ...config.test, include: ["test/**/*.full.ts", "bench/**/*.bench.ts"] };

export default config;
