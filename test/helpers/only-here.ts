// Set up in every test file: it fails when anything in it has asked another host for anything.

import { afterAll, expect } from "vitest";
import { takeElsewhere, watchNode } from "./elsewhere.ts";

watchNode();

afterAll(() => {
  expect(takeElsewhere(), "asked of other hosts").toEqual([]);
});
