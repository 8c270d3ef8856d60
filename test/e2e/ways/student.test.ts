// A student's way, on the built site: from the first screen into the tutorial, which is read before it runs and runs as a
// whole; an own sentence, the quiz, and the next day everything is there again.

import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import type { Output } from "../../../src/storage/index.ts";
import { read, visit } from "../../helpers/page.ts";
import { expected } from "../../helpers/printed.ts";
import { cells, press, section } from "../open-notebook.ts";
import { useSite } from "../use-site.ts";

const here = useSite();

/** as long as a cell takes on a busy machine */
const patient = { timeout: 170_000 };

/** the place of a cell, from 1 */
async function placeOf(page: Page, id: string): Promise<number> {
  return (await cells(page)).findIndex((cell) => cell.id === id) + 1;
}

/** all of the notebook, without where it stood in its file */
const kept = async (page: Page) => (await cells(page)).map(({ origin: _, ...cell }) => cell);
const cellOf = async (page: Page, id: string) => (await cells(page)).find((cell) => cell.id === id)!;
const printedBy = async (page: Page, id: string) =>
  (await cellOf(page, id)).outputs
    .map((output: Output) => (output.output_type === "stream" ? output.text : ""))
    .join("");

/** Type at the beginning of a cell's source, after these keys, and run it. */
async function write(page: Page, id: string, keys: string, text: string): Promise<void> {
  const cell = section(page, await placeOf(page, id));
  await cell.scrollIntoViewIfNeeded();
  await cell.locator(".cm-content").click();
  await press(page, `Control+Home ${keys}`);
  await page.keyboard.type(text);
  const { count } = await cellOf(page, id);
  await page.keyboard.press("Control+Enter");
  await expect.poll(async () => (await cellOf(page, id)).count ?? count, patient).not.toBe(count);
}

it("sees, touches, runs, changes, answers, and finds all of it again", async () => {
  const context = await here.browser.newContext({ viewport: { width: 1280, height: 800 } });
  const allowed = /WebGPU|adapter/;
  const { page } = await visit(context, here.server.url, { allowed, front: true });
  await page.getByRole("switch", { name: /^Neuron 1094 of layer 9/ }).click();
  expect(await page.locator("#front-gap").textContent()).toBe("this");
  await page.getByRole("link", { name: "Open the notebook" }).click();
  // the prose stands there before the notebook does
  await page.locator("nn-cell").first().waitFor();

  // there is something to read before anything is downloaded, and it says what it is
  const comparing = await placeOf(page, "suppression-22");
  const table = section(page, comparing);
  await table.scrollIntoViewIfNeeded();
  await table
    .getByText(/^Recorded with PyTorch 2\.\S+ and TransformerLens 3\.9\.\d; not run in this session$/)
    .waitFor();
  expect(await read(table)).toContain("these 3.974e-01 4.934e-02 -87.58%");
  expect(here.server.requests.filter((path) => /python-\w+\.(bin|wasm|zip)|\/weights\//.test(path))).toEqual(
    [],
  );

  await page.locator("nn-toolbar").getByRole("button", { name: "Run all" }).click();
  await page.getByRole("button", { name: /^Download .* and go on$/ }).click();
  // the last cell of code is the quiz's
  await expect.poll(async () => (await cellOf(page, "suppression-32")).count, patient).toBeDefined();
  const recorded = () =>
    page
      .locator("nn-cell")
      .getByText(/^Recorded with /)
      .allTextContents();
  await expect.poll(recorded).toEqual([]);
  const rows = (await printedBy(page, "suppression-22")).trim().split("\n").slice(1);
  for (const [i, { word, printed, steady }] of expected("Raymond is selling [MASK] sketches.").entries()) {
    const [name, before, after] = rows[i]!.split("\t");
    expect(name).toBe(word);
    if (steady.includes("before")) expect(before).toBe(printed.before);
    if (steady.includes("after")) expect(after).toBe(printed.after);
  }

  // an own sentence, in the form
  const form = section(page, await placeOf(page, "suppression-experiment"));
  await form.scrollIntoViewIfNeeded();
  const own = "Tracy passed [MASK] art galleries.";
  await form.getByRole("textbox", { name: "Sentence" }).fill(own);
  await form.getByRole("button", { name: /^Run cell/ }).click();
  const ofForm = async () => {
    const [output] = (await cellOf(page, "suppression-experiment")).outputs;
    const data = output && "data" in output ? output.data : {};
    return String(data["text/plain"] ?? "");
  };
  const [first] = expected(own);
  await expect.poll(ofForm, patient).toContain(`${first!.word}\t${first!.printed.before}`);
  expect((await cellOf(page, "suppression-experiment")).source).toContain(own);

  // the quiz, with a word of the practice model
  await write(page, "suppression-30", "End ArrowLeft", "many");
  const numbers = /^many: before (\S+), after (\S+)$/m.exec(await printedBy(page, "suppression-30"))!;
  const [before, after] = [Number(numbers[1]), Number(numbers[2])];
  const answer = (change: number) =>
    write(page, "suppression-31", "Shift+End", `my_delta = ${change.toFixed(2)}`);
  const verdict = async () => {
    const checker = section(page, await placeOf(page, "suppression-32"));
    const { count } = await cellOf(page, "suppression-32");
    await checker.scrollIntoViewIfNeeded();
    await checker.hover();
    await checker.getByRole("button", { name: /^Run cell/ }).click();
    await expect
      .poll(async () => (await cellOf(page, "suppression-32")).count ?? count, patient)
      .not.toBe(count);
    return printedBy(page, "suppression-32");
  };
  await answer(12_345);
  expect(await verdict()).toContain("Not yet.");
  await answer((100 * (after - before)) / before);
  expect(await verdict()).toBe("That is what your run gives.\n");

  // the next day
  await page.locator("nn-toolbar").getByText("Saved on this device").waitFor();
  const written = await kept(page);
  await page.reload();
  await page.locator("nn-cell").first().waitFor();
  expect(await kept(page)).toEqual(written);
  const last = section(page, await placeOf(page, "suppression-32"));
  await last.scrollIntoViewIfNeeded();
  await last.getByText("That is what your run gives.").waitFor();
  await last.getByText(/run in an earlier session/).waitFor({ state: "attached" });
  await context.close();
}, 900_000);
