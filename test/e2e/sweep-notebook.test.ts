// The search for neurons in an experiment cell of a notebook, on the built site: the model is asked for first, a neuron goes
// into the cell's form and Python and can be undone, and what was found stays while one works elsewhere in the notebook.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "axe-core";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { root } from "../helpers/fixtures.ts";
import { read } from "../helpers/page.ts";
import { section, texts } from "./open-notebook.ts";
import { makeNotebook, openNotebook } from "./opening.ts";
import { useSite } from "./use-site.ts";

const here = useSite();
let page: Page;
beforeAll(async () => {
  page = await openNotebook(here.browser, here.server.url);
});

const cell = () => section(page, 2);
const search = () => cell().locator("nn-find-neurons");
const neuron = () => cell().getByRole("spinbutton", { name: "Neuron" });
const rows = () => search().getByRole("table").locator("tbody tr");
const stop = () => search().getByRole("button", { name: "Stop" });

describe("the search in an experiment cell", () => {
  it("asks before it downloads the model, and downloads nothing where that is declined", async () => {
    await makeNotebook(page, "x = 1");
    await page.locator("nn-notebook").evaluate((list) => {
      const { cells } = list as unknown as { cells: { id: string }[] };
      const detail = { id: cells[0]!.id, side: "below", kind: "experiment" };
      list.dispatchEvent(new CustomEvent("nn-insert", { detail, bubbles: true, composed: true }));
    });
    await search().getByRole("button", { name: "Find the neurons…" }).click();
    await search().getByRole("button", { name: "Find the neurons", exact: true }).click();
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await stop().waitFor({ state: "detached" });
    expect(here.server.requests.filter((path) => /\/weights\//.test(path))).toEqual([]);
    expect(await rows().count()).toBe(0);
  });

  it("finds the neuron once that is agreed to", async () => {
    await search().getByRole("button", { name: "Find the neurons", exact: true }).click();
    await page.getByRole("button", { name: /^Download .* and go on$/ }).click();
    await rows().first().waitFor();
    await stop().waitFor({ state: "detached", timeout: 170_000 });
    expect(await read(search())).toContain(
      "Layer 9, neuron 1094 is number 1 of 1,152: set to zero, it moves",
    );
  });

  it("puts a neuron into form and Python, which undo takes back", async () => {
    await rows().nth(1).getByRole("button").click();
    expect(await neuron().inputValue()).toBe("2");
    expect((await texts(page))[1]).toContain("layer, neuron = 9, 2");
    await search().getByRole("button", { name: "Put back what stood there" }).click();
    expect((await texts(page))[1]).toContain("layer, neuron = 9, 1094");
    await rows().nth(2).getByRole("button").click();
    expect((await texts(page))[1]).toContain("layer, neuron = 9, 4");
    await section(page, 2).focus();
    await page.keyboard.press("z");
    await expect.poll(async () => (await texts(page))[1]).toContain("layer, neuron = 9, 1094");
    expect(await neuron().inputValue()).toBe("1094");
  });

  it("runs the experiment it was put into, in the cell", async () => {
    await rows().nth(1).getByRole("button").click();
    await search().getByRole("button", { name: "Run it" }).click();
    await cell().getByRole("table", { name: "Probability of each word before and after" }).waitFor();
    // what was found is still there
    expect(await rows().count()).toBe(50);
  });

  it("leaves letters to the cell's own focus: on the map they change nothing", async () => {
    const before = await texts(page);
    await search().getByRole("application").focus();
    for (const key of ["d", "d", "x", "b", "ArrowDown", "ArrowRight"]) await page.keyboard.press(key);
    expect(await texts(page)).toEqual(before);
    await expect.poll(() => read(page.getByRole("status").first())).toContain("Layer 9, neuron");
  });

  it.each([
    "light",
    "dark",
  ] as const)("gives axe nothing to find in %s, and fits a narrow screen", async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 390, height: 900 });
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    const table = (await search().getByRole("table").boundingBox())!;
    expect(table.x + table.width).toBeLessThanOrEqual(390);
    if (!(await page.evaluate(() => "axe" in globalThis)))
      await page.evaluate(readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8"));
    const violations = await page.evaluate<Result[]>(
      "axe.run(document).then((results) => results.violations)",
    );
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("; ")}`)).toEqual([]);
  });
});
