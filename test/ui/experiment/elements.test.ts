// What elements say, as text. How they look and behave is tested in a browser.

import { nothing } from "lit";
import { expect, test } from "vitest";
import type { KeptModel } from "../../../src/storage/index.ts";
import { NnResultTable } from "../../../src/ui/experiment/nn-result-table.ts";
import { summary } from "../../../src/ui/experiment/words.ts";
import { NnLoading } from "../../../src/ui/kit/nn-loading.ts";
import { NnStorage } from "../../../src/ui/kit/nn-storage.ts";
import { resultOf } from "./helpers.ts";

/** The text of a template, with everything that is put into it. */
function textOf(value: unknown): string {
  if (value === undefined || value === nothing || typeof value === "function") return "";
  if (Array.isArray(value)) return value.map(textOf).join("");
  if (typeof value !== "object" || value === null) return String(value);
  const { strings, values } = value as { strings: string[]; values: unknown[] };
  return strings.map((string, i) => string + textOf(values[i])).join("");
}
const read = (element: { render(): unknown }) =>
  textOf(element.render())
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");

test("a model that is not complete has not been verified at any date", () => {
  const kept: KeptModel = {
    name: "tiny",
    kept: 40,
    bytes: 100,
    frees: 40,
    verifiedAt: Date.UTC(2026, 0, 2, 12),
    unfinished: false,
  };
  const panel = new NnStorage();
  const show = (model: KeptModel) => {
    panel.report = { kind: "indexeddb", models: [model], space: { free: 0, persisted: undefined } };
    return read(panel);
  };
  expect(show(kept)).toContain("2 Jan 2026");
  expect(show({ ...kept, unfinished: true })).toContain("not complete");
  expect(show({ ...kept, unfinished: true })).not.toContain("2026");
});

test.each(["downloading", "preparing"] as const)("why nothing arrives is said while %s", (kind) => {
  const element = new NnLoading();
  const waiting = { kind: "retry", message: "The connection broke.", seconds: 3 } as const;
  const phase = { kind, done: 0, total: 1, interrupted: true, thenRun: false, keep: true };
  element.phase = { ...phase, waiting };
  expect(read(element)).toContain("The connection broke. Trying again in 3 s.");
  element.phase = { ...phase, waiting: undefined };
  expect(read(element)).not.toContain("The connection broke.");
});

test.each([
  [0.4, 0.4035, true],
  [0.4, 0.4045, false],
])("from %d to %d: the table and the sentence agree whether anything changes", (before, after, hardly) => {
  const { rows } = resultOf([["these", before, after]]);
  const table = new NnResultTable();
  table.rows = rows;
  expect(read(table).includes("hardly changes")).toBe(hardly);
  expect(summary(rows).startsWith("Hardly anything changes")).toBe(hardly);
});
