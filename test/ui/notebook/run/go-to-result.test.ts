// Which cell a reader is taken to after all of them have run.

import { expect, test } from "vitest";
import { type Cell, newCell, type Output } from "../../../../src/storage/index.ts";
import { resultCell } from "../../../../src/ui/notebook/run/go-to-result.ts";

const text: Output = { output_type: "stream", name: "stdout", text: "1" };
const data = (type: string): Output => ({ output_type: "display_data", data: { [type]: "x" }, metadata: {} });
const error: Output = { output_type: "error", ename: "ValueError", evalue: "no", traceback: [] };

const cells = (...outputs: Output[][]): Cell[] =>
  outputs.map((each, i) => ({ ...newCell("code", "1"), id: String(i), outputs: each }));

test("a table of words or a picture before text, what failed before all", () => {
  const table = data("application/vnd.neuron-notebook.comparison+json");
  expect(resultCell(cells([text], [table], [data("image/svg+xml")], [text]))?.id).toBe("1");
  expect(resultCell(cells([text], [data("image/png")], [text]))?.id).toBe("1");
  expect(resultCell(cells([table], [text], [error]))?.id).toBe("2");
  expect(resultCell(cells([text], [data("text/html")], []))?.id).toBe("1");
  expect(resultCell(cells([], []))).toBeUndefined();
});
