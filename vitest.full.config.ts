// The slower suite: what takes minutes without a real GPU.

import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vitest.config.ts";

const config = mergeConfig(base, defineConfig({}));
config.test = { ...config.test, include: ["test/**/*.full.ts"] };

export default config;
