// The limit of what a cell puts out.

import { expect, test } from "vitest";
import type { Emission } from "../../src/engine/index.ts";
import { Outputs, outputLimit } from "../../src/engine/kernel/outputs.ts";

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
