// A researcher's way, on the built site: an own sentence, which neurons of the layer matter for it, the numbers as a file,
// another neuron from there into the experiment, its Python, and a link that opens the same.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readCsv } from "../../../src/model/sweep/index.ts";
import { fields, fill, read, settled, table, type Visit, visit } from "../../helpers/page.ts";
import { expected, expectPrinted } from "../../helpers/printed.ts";
import { useSite } from "../use-site.ts";

const here = useSite();

const own = "Tracy passed [MASK] art galleries.";

/** the log-odds of these and those against this and that, in a column of the table as it is printed */
function logOdds(rows: readonly string[][], column: 1 | 2): number {
  const p = (word: string) => Number(rows.find(([name]) => name === word)![column]);
  return Math.log((p("these") + p("those")) / (p("this") + p("that")));
}

it("finds what matters for a sentence of their own, takes it away and passes it on", async () => {
  const person = await here.browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
  const to = await visit(person, `${here.server.url}experiment.html#device=wasm`);
  await fill(to, { sentence: own });
  await fields(to).run.click();
  await settled(to);
  const course = await table(to);
  expectPrinted(course, expected(own));

  // every neuron of the layer
  const search = to.page.locator("nn-find-neurons");
  await search.getByRole("button", { name: "Find the neurons…" }).click();
  await search.getByRole("button", { name: /find the neurons$/i }).click();
  const rows = search.getByRole("table").locator("tbody tr");
  await rows.first().waitFor({ timeout: 170_000 });
  await search.getByRole("button", { name: "Stop" }).waitFor({ state: "detached", timeout: 170_000 });

  const arriving = to.page.waitForEvent("download");
  await search.getByRole("button", { name: "CSV", exact: true }).click();
  const file = await arriving;
  const { rows: found, torn } = readCsv(readFileSync(await file.path(), "utf8"), file.suggestedFilename());
  expect(torn).toBe(false);
  expect(found.map(({ layer, neuron }) => [layer, neuron])).toEqual(
    Array.from({ length: 1152 }, (_, neuron) => [9, neuron]),
  );
  expect(new Set(found.map(({ sentence }) => sentence))).toEqual(new Set([own]));
  // the sweep and the experiment say the same; the table has four digits of each probability
  const known = found[1094]!;
  expect(known.before).toBeCloseTo(logOdds(course, 1), 2);
  expect(known.after).toBeCloseTo(logOdds(course, 2), 2);

  // the second in the list goes into the experiment
  const second = rows.nth(1).getByRole("button");
  const neuron = Number(await second.textContent());
  expect(neuron).not.toBe(1094);
  await second.click();
  expect(await fields(to).neuron.inputValue()).toBe(String(neuron));
  expect(await fields(to).sentence.inputValue()).toBe(own);
  await fields(to).run.click();
  await settled(to, { neuron });
  const other = await table(to);
  expect(found[neuron]!.after).toBeCloseTo(logOdds(other, 2), 2);

  await to.experiment.getByText("The same in Python").click();
  await to.experiment.getByRole("button", { name: "Copy as Python" }).click();
  await expect.poll(() => read(to.status)).toBe("Python copied.");
  const python = await clipboard(to);
  expect(python).toMatch(/^# needs transformer_lens 3\.9: /);
  expect(python).toContain(`layer, neuron = 9, ${neuron}`);
  expect(python).toContain(`model.tokenizer("${own}"`);

  await to.experiment.getByRole("button", { name: "Copy link" }).click();
  await expect.poll(() => clipboard(to)).toMatch(/^http.*#/);
  const link = await clipboard(to);
  await person.close();

  // a colleague, who has nothing of this
  const colleague = await here.browser.newContext();
  const there = await visit(colleague, link);
  expect(await fields(there).sentence.inputValue()).toBe(own);
  expect(await fields(there).neuron.inputValue()).toBe(String(neuron));
  await fields(there).run.click();
  await settled(there, { neuron });
  expect(await table(there)).toEqual(other);
  await colleague.close();
}, 900_000);

const clipboard = ({ page }: Visit): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
