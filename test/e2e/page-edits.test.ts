// Several neurons in one run, on the built site: by the form, by a link, on a narrow screen, as attributes of the element.

import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { batchReference, courseAfter } from "../helpers/batches.ts";
import { launch } from "../helpers/chromium.ts";
import { practice } from "../helpers/fixtures.ts";
import {
  complaint,
  expectQuiet,
  fields,
  focused,
  provenance,
  read,
  table,
  type Visit,
  visit,
} from "../helpers/page.ts";
import { type StaticServer, serve } from "../helpers/server.ts";

let server: StaticServer;
let browser: Browser;
let to: Visit;

beforeAll(async () => {
  server = await serve({ "/": inject("site") });
  browser = await launch("webgpu");
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
afterEach(expectQuiet);

const open = (hash: string, path = "experiment.html") => visit(browser, `${server.url}${path}${hash}`);
const group = (i: number) => to.experiment.getByRole("group", { name: `Edit ${i}`, exact: true });
const add = () => to.experiment.getByRole("button", { name: "Add another neuron" });
const fragment = () => to.page.evaluate(() => location.hash);
/** two edits, of which TransformerLens's values are there */
const several = "edits=9.11:set:2.5,3.7";
const described = "neuron 11 of layer 9 is set to 2.5 and neuron 7 of layer 3 is set to zero";

describe("several neurons", () => {
  it("come by a link, run in one run, and the numbers are TransformerLens's", async () => {
    to = await open(`#${several}`);
    await to.experiment
      .getByText(/No result yet .* neuron 11 of layer 9 set to 2\.5 and neuron 7 of layer 3/)
      .waitFor();
    expect(await group(1).getByRole("spinbutton", { name: "Value" }).inputValue()).toBe("2.5");
    expect(await group(2).getByRole("spinbutton", { name: "Layer" }).inputValue()).toBe("3");
    await fields(to).run.click();
    await to.experiment.getByRole("table", { name: described }).waitFor();
    const words = ["this", "that", "these", "those", "the", "some"];
    const rows = await table(to);
    for (const [i, { word, after }] of courseAfter(batchReference(practice), words).entries()) {
      expect(rows[i]![0]).toBe(word);
      // what is printed has four digits
      expect(Math.abs(Number(rows[i]![2]) / after - 1), word).toBeLessThan(6e-4);
    }
    expect(await read(provenance(to))).toContain("edits 9.11:set:2.5, 3.7");
    const activations = to.experiment.getByRole("list", { name: "The neurons’ activations at [MASK]" });
    const texts = await activations.getByRole("listitem").allTextContents();
    expect(texts).toHaveLength(2);
    expect(texts[0]).toMatch(/^neuron 11 of layer 9, set to 2\.5: \S+ before, 2\.500 after$/);
    expect(texts[1]).toMatch(/^neuron 7 of layer 3, set to zero: \S+ before, 0 after$/);
  });

  it("are said by the CSV and the Python", async () => {
    const download = to.page.waitForEvent("download");
    await to.experiment.getByRole("button", { name: "Download as CSV" }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe("2-edits-layers-9-3.csv");
    const [head, row] = readFileSync(await file.path(), "utf8").split("\r\n");
    expect(head).toBe("word,before,after,delta,edits");
    expect(row).toMatch(/^this,.*,"9\.11:set:2\.5,3\.7"$/);
    await to.experiment.getByText("The same in Python").click();
    const python = to.experiment.getByRole("region", { name: "Python code" });
    expect(await python.textContent()).toContain("mlp_post[0, position, 11] = 2.5");
  });

  it("are added and taken out by the form; the link follows, and is the old one when one is left", async () => {
    await group(1).getByRole("button", { name: "Remove edit 1" }).click();
    await expect.poll(() => focused(to.page)).toMatchObject({ name: "Neuron" });
    await expect.poll(() => fragment()).toBe("#layer=3&neuron=7");
    expect(await to.experiment.getByRole("group", { name: /^Edit/ }).count()).toBe(0);
    await add().click();
    await expect.poll(() => focused(to.page)).toMatchObject({ name: "Neuron" });
    await to.page.keyboard.type("8");
    await group(2).getByRole("combobox", { name: "What to do with it" }).selectOption("scale");
    await group(2).getByRole("spinbutton", { name: "Factor" }).fill("-0.5");
    await expect.poll(() => fragment()).toBe("#edits=3.7,3.8:scale:-0.5");
    await group(2).getByRole("spinbutton", { name: "Layer" }).fill("12");
    await fields(to).run.click();
    expect(await complaint(group(2).getByRole("spinbutton", { name: "Layer" }))).toContain("from 0 to 11");
    expect(await complaint(group(1).getByRole("spinbutton", { name: "Layer" }))).toBe("");
    await group(2).getByRole("spinbutton", { name: "Layer" }).fill("3");
    await to.page.keyboard.press("Enter");
    await to.experiment
      .getByRole("table", {
        name: "neuron 7 of layer 3 is set to zero and neuron 8 of layer 3 is multiplied by -0.5",
      })
      .waitFor();
  });

  it("are 64 at most, and all of them fit on a narrow screen and run", async () => {
    await to.page.close();
    to = await open(`#edits=${Array.from({ length: 63 }, (_, i) => `${i % 12}.${i}`)}`);
    await to.page.setViewportSize({ width: 390, height: 800 });
    await add().click();
    await to.page.keyboard.type("63");
    expect(await add().isDisabled()).toBe(true);
    await to.experiment.getByText("An experiment takes 64 at most.").waitFor();
    await fields(to).run.click();
    await to.experiment.getByText("computed here").waitFor();
    const activations = to.experiment.getByRole("list", { name: "The neurons’ activations at [MASK]" });
    expect(await activations.getByRole("listitem").count()).toBe(64);
    expect(await to.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await to.page.close();
  });

  it("that a link gets wrong are refused in one sentence", async () => {
    to = await open("#edits=9.11,nine");
    await to.experiment.getByText("“edits” takes 1 to 64 edits").waitFor();
    expect(await fields(to).neuron.inputValue()).toBe("1094");
    await to.page.close();
  });

  it("stay hidden where a course page hides the fields, and run all the same", async () => {
    to = await open(`#${several}&hide=layer,neuron,hook`, "embed.html");
    await fields(to).run.waitFor();
    expect(await add().count()).toBe(0);
    expect(await to.experiment.getByRole("spinbutton").count()).toBe(0);
    await fields(to).run.click();
    await to.experiment.getByRole("table", { name: described }).waitFor();
    await to.page.close();
  });
});
