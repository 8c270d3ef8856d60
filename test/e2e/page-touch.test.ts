// What a person meets on the experiment's page before and after the first run: the recorded result at once, nothing that
// jumps, and an answer to each touch.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import recorded from "../../src/ui/experiment/recorded.json" with { type: "json" };
import { root } from "../helpers/fixtures.ts";
import { compute, fields, outdated, read, settled, table, type Visit, visit } from "../helpers/page.ts";
import { shift } from "../helpers/shift.ts";
import { useSite } from "./use-site.ts";

const here = useSite();

const phone = { width: 390, height: 844 };
const desk = { width: 1280, height: 800 };
const words = (page: Page) => page.getByRole("table", { name: /^Probability of each word/ });

describe.each(["experiment.html", "embed.html"])("%s", (path) => {
  it.each([
    phone,
    desk,
  ])("does not jump at $width pixels, when it comes and when it runs", async (viewport) => {
    const to = await visit(here.browser, `${here.server.url}${path}`, { viewport });
    await to.model.getByRole("button", { name: /^Load model/ }).waitFor();
    await to.page.waitForLoadState("networkidle");
    expect(await shift(to.page)).toBeLessThanOrEqual(0.05);
    await to.model.getByRole("button", { name: /^Load model/ }).click();
    await to.model.getByText("Ready:").waitFor();
    await fields(to).run.click();
    await settled(to);
    const moved = await shift(to.page);
    console.log(
      `layout shift of ${path} at ${viewport.width} pixels, with a load and a run: ${moved.toFixed(3)}`,
    );
    expect(moved).toBeLessThanOrEqual(0.05);
    await to.page.close();
  });

  it("shows the recorded result without scripts, and all of its table in a phone's first two screens", async () => {
    for (const javaScriptEnabled of [true, false]) {
      const { page } = await visit(here.browser, `${here.server.url}${path}`, {
        viewport: phone,
        javaScriptEnabled,
      });
      await page.getByText("A recorded result of").waitFor();
      for (const { word } of recorded.rows)
        expect(await words(page).getByText(word).first().isVisible()).toBe(true);
      const { y, height } = (await words(page).boundingBox())!;
      // without scripts a line more says so
      if (javaScriptEnabled) expect(y + height).toBeLessThanOrEqual(2 * phone.height);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(phone.width);
      await page.close();
    }
  });

  it("shows no recorded result of another experiment than the address asks for", async () => {
    const { page } = await visit(here.browser, `${here.server.url}${path}#neuron=5`, { viewport: phone });
    await page.getByText(/^No result yet/).waitFor();
    expect(await words(page).count()).toBe(0);
    await page.close();
  });
});

describe("after a first run", () => {
  let to: Visit;
  const experiment = (name: string | RegExp) => to.experiment.getByRole("button", { name });
  const sentence = () => fields(to).sentence.inputValue();
  beforeAll(async () => {
    to = await visit(here.browser, `${here.server.url}experiment.html`, { viewport: desk });
    await compute(to);
  });

  it("the next neuron and a random one are answered at once", async () => {
    await experiment("Next neuron").click();
    await settled(to, { neuron: 1095 });
    const next = await table(to);
    await experiment("Previous neuron").click();
    await settled(to);
    expect(await table(to)).not.toEqual(next);
    await experiment("A random neuron of this layer").click();
    const neuron = Number(await fields(to).neuron.inputValue());
    expect(neuron).not.toBe(1094);
    await settled(to, { neuron });
  });

  it("a number that is typed is answered when the typing pauses", async () => {
    await fields(to).neuron.fill("1094");
    await settled(to);
    expect(await outdated(to).count()).toBe(0);
  });

  it("a word that is touched is predicted, and what stood there comes back", async () => {
    await experiment(/^sketches 5$/).click();
    // the likeliest word takes the mask's place
    expect(await sentence()).toBe("Raymond is selling those [MASK].");
    await to.experiment.getByRole("table", { name: /selling those \[MASK\]\.”/ }).waitFor();
    await outdated(to).waitFor({ state: "detached" });
    await experiment(/^those 4$/).focus();
    await to.page.keyboard.press("Enter");
    expect(await sentence()).toBe("Raymond is selling [MASK] sketches.");
    await settled(to);
  });

  it("ten words stand before and after, and a click compares one more", async () => {
    const before = to.experiment.getByRole("list", { name: "Likeliest before" });
    expect(await before.getByRole("listitem").count()).toBe(10);
    expect(
      await to.experiment.getByRole("list", { name: "Likeliest after" }).getByRole("listitem").count(),
    ).toBe(10);
    await before.getByRole("button", { name: "many" }).click();
    expect(await fields(to).candidates.inputValue()).toBe("this, that, these, those, the, some, many");
    await expect.poll(async () => (await table(to)).map(([word]) => word)).toContain("many");
    expect(await before.getByRole("button", { name: "many" }).count()).toBe(0);
  });

  it("an example is a whole experiment", async () => {
    await to.experiment
      .getByRole("combobox", { name: "Examples" })
      .selectOption("Many girls insulted [MASK].");
    await settled(to, { neuron: 11 });
    expect((await table(to)).map(([word]) => word)).toEqual([
      "themselves",
      "herself",
      "himself",
      "them",
      "her",
      "him",
    ]);
  });

  it("words that the model knows complete what is typed", async () => {
    const { candidates } = fields(to);
    await candidates.fill("");
    await candidates.pressSequentially("herself, thems");
    const list = to.experiment.getByRole("listbox", { name: "Words this model knows" });
    expect(await list.getByRole("option").allInnerTexts()).toEqual(["themselves"]);
    expect(await candidates.getAttribute("aria-expanded")).toBe("true");
    await to.page.keyboard.press("ArrowDown");
    expect(await list.getByRole("option", { selected: true }).innerText()).toBe("themselves");
    expect(await findings()).toEqual([]);
    await to.page.keyboard.press("Enter");
    expect(await candidates.inputValue()).toBe("herself, themselves, ");
    expect(await list.count()).toBe(0);
    await expect.poll(async () => (await table(to)).length).toBe(2);
    await candidates.press("End");
    await candidates.pressSequentially("hims");
    await list.getByText("himself").click();
    expect(await candidates.inputValue()).toBe("herself, themselves, himself, ");
  });

  it.each([
    "light",
    "dark",
  ] as const)("a sentence whose words fall into pieces says what the model is for, and offers others, %s", async (colorScheme) => {
    await to.page.emulateMedia({ colorScheme });
    await fields(to).sentence.fill("The capital of France is [MASK].");
    const note = to.experiment.getByText(/that this practice model knows/);
    await note.waitFor();
    expect(await read(note)).toMatch(/^“capital” and “France” are no words/);
    expect(await findings()).toEqual([]);
    await experiment("Raymond is selling [MASK] sketch.").click();
    await settled(to);
    expect(await note.count()).toBe(0);
  });

  async function findings(): Promise<unknown> {
    await to.page.evaluate(readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8"));
    return to.page.evaluate(
      'axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html)))',
    );
  }
});
