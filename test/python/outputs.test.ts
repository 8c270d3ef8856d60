// The limit of what a cell puts out.

import { expect, test } from "vitest";
import type { Emission } from "../../src/python/index.ts";
import { Outputs, outputLimit } from "../../src/python/worker/outputs.ts";

/** what is sent of these outputs, in order */
function sentOf(...outputs: Emission[]): Emission[] {
  const sent: Emission[] = [];
  const all = new Outputs((some) => sent.push(...some));
  for (const output of outputs) all.add(output);
  all.flush();
  return sent;
}

const print = (text: string): Emission => ({ output_type: "stream", name: "stdout", text });
const failure = (evalue: string): Emission => ({
  output_type: "error",
  ename: "ValueError",
  evalue,
  traceback: ["Traceback (most recent call last):", "  Cell [1], line 1", `ValueError: ${evalue}`],
});
const note = {
  output_type: "stream",
  name: "stderr",
  text: expect.stringContaining("the rest is not shown"),
};

test("the error that ends a cell is shown whatever the cell has put out before", () => {
  const error = failure("no");
  expect(sentOf(print("x".repeat(2 * outputLimit)), error)).toEqual([
    print("x".repeat(outputLimit)),
    note,
    error,
  ]);
  expect(sentOf(print("x".repeat(outputLimit)), error, error)).toEqual([
    print("x".repeat(outputLimit)),
    note,
    error,
  ]);
});

test("an error is shortened in its middle, before the limit and after", () => {
  const huge = failure(`first ${"x".repeat(2 * outputLimit)} last`);
  for (const printed of ["x", "x".repeat(outputLimit + 1)]) {
    const error = sentOf(print(printed), huge).at(-1);
    expect(error).toMatchObject({
      output_type: "error",
      evalue: expect.stringMatching(/^first x+\n… 1,98\d,\d{3} characters are not shown …\nx+ last$/),
    });
    expect(JSON.stringify(error)).toMatch(/Cell \[1\], line 1.* last"\]/);
    expect(JSON.stringify(error).length).toBeLessThan(50_000);
  }
});

test("a cell that stops exactly at the limit has no note, and one that goes on has it once", () => {
  const whole = print("x".repeat(outputLimit));
  const value: Emission = { output_type: "display_data", data: {}, metadata: {} };
  expect(sentOf(whole)).toEqual([whole]);
  expect(sentOf(whole, value, print("y"))).toEqual([whole, note]);
  expect(sentOf(whole, print("y"), value)).toEqual([whole, note]);
});

test("what a cell has taken away counts for nothing against the limit", () => {
  const sent: Emission[] = [];
  const outputs = new Outputs((some) => sent.push(...some));
  const print = (text: string) => outputs.add({ output_type: "stream", name: "stdout", text });
  print("x".repeat(outputLimit + 1));
  print("too late");
  outputs.add({ output_type: "clear" });
  print("shown");
  outputs.flush();
  const after = sent.slice(sent.findIndex(({ output_type }) => output_type === "clear") + 1);
  expect(after).toEqual([{ output_type: "stream", name: "stdout", text: "shown" }]);
  expect(JSON.stringify(sent)).not.toContain("too late");
});
