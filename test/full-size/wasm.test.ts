import { it } from "vitest";
import { expectFullSize } from "./full-size.ts";

it("bert-base-cased's shape runs in Chromium on WASM", () => expectFullSize("wasm"), 600_000);
