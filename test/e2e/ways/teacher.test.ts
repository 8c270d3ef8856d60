// A teacher's way, on the built site: an experiment goes into a course page on another site, where students predict first; a
// notebook with marked answers goes out as a file; sheets come back and are checked in the same page.

import { readFileSync } from "node:fs";
import axe from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { newCell, newNotebook, serializeNotebook, sha256 } from "../../../src/storage/index.ts";
import { readSheet, writeSheet } from "../../../src/ui/notebook/answers/sheet.ts";
import { withExperiment } from "../../../src/ui/notebook/book/cells.ts";
import { toPython } from "../../../src/ui/notebook/book/experiment-source.ts";
import { launch } from "../../helpers/chromium.ts";
import { course, fields, read, settled, table } from "../../helpers/page.ts";
import { type expected, expectPrinted } from "../../helpers/printed.ts";
import {
  expectNumbers,
  expectQuiet,
  experimentIn,
  greeted,
  openSites,
  pressRun,
  referenceOf,
  type Sites,
  watch,
} from "../open-embed.ts";
import { section } from "../open-notebook.ts";
import { openFile, openNotebook } from "../opening.ts";

let browser: Browser;
let sites: Sites;
beforeAll(async () => {
  sites = await openSites();
  browser = await launch("no-adapter");
});
afterAll(async () => {
  await browser.close();
  await sites.close();
});
afterEach(() => expectQuiet());

const person = (): Promise<BrowserContext> =>
  browser.newContext({
    viewport: { width: 1000, height: 900 },
    permissions: ["clipboard-read", "clipboard-write"],
  });

const answers = (page: Page) => page.locator("nn-answers");

async function openAnswers(page: Page): Promise<void> {
  const button = page.locator("nn-save").getByRole("button", { name: "Answer sheet…" });
  // what was saved from the menu has left it open
  if (!(await button.isVisible())) await page.locator("nn-toolbar summary", { hasText: "File" }).click();
  await button.click();
  await answers(page).getByRole("heading", { name: "Hand in" }).waitFor();
}

async function saved(page: Page, press: () => Promise<void>): Promise<string> {
  const arriving = page.waitForEvent("download");
  await press();
  return readFileSync(await (await arriving).path(), "utf8");
}

/** a week's task: a question in words, and an experiment, which is to be marked as an answer in the page */
const task = () => {
  const spec = { ...course, model: "minibert-blimp" };
  const experiment = {
    ...newCell("code", toPython(spec, "minibert-blimp")),
    id: "experiment",
    metadata: withExperiment({}, spec),
  };
  const prediction = {
    ...newCell("markdown", "Which words will rise?"),
    id: "prediction",
    metadata: { tags: ["answer"] },
  };
  return serializeNotebook({ ...newNotebook(), cells: [prediction, experiment] });
};

it("sets up an experiment, and students predict before they see a result", async () => {
  const teacher = await person();
  const site = await teacher.newPage();
  watch(site, [new URL(sites.site.url).host]);
  await site.goto(`${sites.site.url}experiment.html`);
  const own = experimentIn(site, site.locator("body"));
  await greeted(own);
  await fields(own).neuron.fill("5");
  await own.experiment.getByText("Put this experiment").click();
  await own.experiment.getByRole("checkbox", { name: /^Predict first/ }).check();
  await own.experiment.getByRole("button", { name: "Copy frame code" }).click();
  await expect.poll(() => read(own.status)).toBe("Copied.");
  const code = await site.evaluate(() => navigator.clipboard.readText());
  await teacher.close();

  const student = await person();
  const page = await sites.open(student, code);
  const to = experimentIn(page, page.frameLocator("iframe"));
  await to.experiment.getByText(/^\s*No result yet .* neuron 5 of layer 9 set to zero\./).waitFor();
  expect(await to.experiment.getByRole("table").count()).toBe(0);
  await pressRun(to);
  await settled(to, { neuron: 5 });
  expectPrinted(await table(to), referenceOf(course.sentence, 5) as ReturnType<typeof expected>);
  await student.close();
});

it("hands out a notebook, gets a sheet, and checks it: what is right, what was changed, what was made up", async () => {
  // the teacher marks what is asked for, and saves the notebook
  const teacher = await person();
  const desk = await openNotebook(teacher, sites.site.url);
  await openFile(desk, task(), "week5.ipynb");
  await section(desk, 2).getByRole("textbox", { name: "Sentence" }).waitFor();
  await section(desk, 2).hover();
  await section(desk, 2).getByRole("button", { name: "More for cell 2" }).click();
  await section(desk, 2).getByRole("button", { name: "Mark as answer" }).click();
  await answers(desk).getByText("Answers: 2 marked in this notebook").waitFor();
  await desk.locator("nn-toolbar summary", { hasText: "File" }).click();
  const handout = await saved(desk, () =>
    desk.locator("nn-save").getByRole("button", { name: "Save .ipynb" }).click(),
  );
  expect(JSON.parse(handout).cells[1].metadata.tags).toEqual(["answer"]);

  // the student answers, runs, and saves a sheet
  const student = await person();
  const page = await openNotebook(student, sites.site.url);
  await openFile(page, handout, "week5.ipynb");
  const trust = page.getByRole("button", { name: "Trust this notebook" });
  await trust.click();
  // what is below it moves up
  await trust.waitFor({ state: "detached" });
  await section(page, 1).dblclick();
  await page.locator("nn-editor .cm-content:focus").waitFor();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" I expect *this* and *that*.");
  await page.keyboard.press("Escape");
  await section(page, 2).hover();
  await section(page, 2).getByRole("button", { name: "Run cell 2" }).click();
  await page.getByRole("button", { name: /^Download .* and go on$/ }).click();
  await section(page, 2).getByRole("table").first().waitFor();
  await openAnswers(page);
  expect(await answers(page).getByText("not run in this session").count()).toBe(0);
  await answers(page)
    .getByRole("textbox", { name: /^Your name/ })
    .fill("Ada");
  const sheet = await saved(page, () =>
    answers(page).getByRole("button", { name: "Save answer sheet" }).click(),
  );
  await answers(page).getByRole("button", { name: "Copy answer sheet" }).click();
  await expect
    .poll(() => read(page.locator("nn-announcer").getByRole("status")))
    .toBe("Answer sheet copied.");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("name: Ada");
  await student.close();
  const there = await readSheet(sheet, (bytes) => sha256(bytes));
  expect(there).toMatchObject({ name: "Ada", intact: true });
  expect(there.answers.map(({ cell, run }) => [cell, run])).toEqual([
    ["prediction", ""],
    ["experiment", "run in this session, as [1]"],
  ]);
  const { rows } = there.answers[1]!.experiment!;
  expectNumbers(
    rows.map((row, i) => ({
      ...row,
      id: referenceOf(course.sentence)[i]!.id,
      delta: (row.after - row.before) / row.before,
    })),
    referenceOf(course.sentence),
  );

  // the teacher pastes it, and two that are not as they should be
  await openAnswers(desk);
  const sheets = () => answers(desk).getByRole("article");
  const field = answers(desk).getByRole("textbox", { name: /^Paste a sheet/ });
  const paste = async (text: string) => {
    const { length } = await sheets().all();
    await field.fill(text);
    await answers(desk).getByRole("button", { name: "Read the sheet" }).click();
    await expect.poll(() => sheets().count()).toBe(length + 1);
    await expect.poll(() => field.inputValue()).toBe("");
  };
  // what cannot be read stays, to be mended
  await field.fill("answer 1");
  await answers(desk).getByRole("button", { name: "Read the sheet" }).click();
  await desk.locator("#trouble").getByText("This is no answer sheet").waitFor();
  expect(await field.inputValue()).toBe("answer 1");
  await paste(sheet.replaceAll("\n", "\r\n"));
  await paste(sheet.replace("I expect", "I knew"));
  const [, experiment] = there.answers;
  const made = {
    ...there,
    name: "Bob",
    answers: [
      {
        ...experiment!,
        experiment: {
          ...experiment!.experiment!,
          rows: rows.map((row) => ({ ...row, after: row.after / 2 })),
        },
      },
    ],
  };
  await paste(await writeSheet(made, (bytes) => sha256(bytes)));
  const [ada, changed, bob] = [0, 1, 2].map((i) => sheets().nth(i)) as [
    ReturnType<typeof sheets>,
    ReturnType<typeof sheets>,
    ReturnType<typeof sheets>,
  ];
  await ada.getByText("The checksum fits").waitFor();
  await ada.getByText("I expect *this* and *that*.").waitFor();
  await ada.getByText("Another text than here").waitFor();
  await changed.getByText("The checksum does not fit").waitFor();
  await bob.getByText("The checksum fits").waitFor();
  await answers(desk).getByRole("button", { name: "Compute the experiments again" }).click();
  await desk.getByRole("button", { name: /^Download .* and go on$/ }).click();
  await ada.getByText("Computed again here: the same numbers.").waitFor();
  await bob.getByText(/“this” after: 1\.30\de-1 on the sheet, 2\.60\de-1 here\./).waitFor();

  for (const colorScheme of ["light", "dark"] as const) {
    await desk.emulateMedia({ colorScheme });
    await desk.evaluate(axe.source);
    const found = await desk.evaluate(async () => {
      const { axe: here } = globalThis as unknown as { axe: typeof axe };
      const { violations } = await here.run(document);
      return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`);
    });
    expect(found, colorScheme).toEqual([]);
  }
  await desk.setViewportSize({ width: 320, height: 700 });
  expect(await desk.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  await teacher.close();
});

it("says in the right words how many answers were not run", async () => {
  const said: string[] = [];
  for (const number of [1, 2]) {
    const student = await person();
    const page = await openNotebook(student, sites.site.url);
    const answer = () => ({ ...newCell("code", "1"), metadata: { tags: ["answer"] } });
    const cells = Array.from({ length: number }, answer);
    await openFile(page, serializeNotebook({ ...newNotebook(), cells }), "week5.ipynb");
    // until then its first cell may take the focus, and the menu closes
    await page.locator("nn-announcer").getByText("Opened week5.ipynb.").waitFor({ state: "attached" });
    await openAnswers(page);
    said.push(await read(answers(page).locator("strong")));
    await student.close();
  }
  expect(said).toEqual([
    "It was not run in this session, and the sheet says so.",
    "None of them was run in this session, and the sheet says so.",
  ]);
});
