// Part of `npm run test:full`: SwiftShader takes seconds for each run of a model of this size.

import { it } from "vitest";
import { expectFullSize } from "./full-size.ts";

it("bert-base-cased's shape runs in Chromium on WebGPU", () => expectFullSize("webgpu"), 3_000_000);
