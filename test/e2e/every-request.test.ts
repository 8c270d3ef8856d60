// The built site against a server that fails each kind of request once: the experiment's page and the notebook end in
// the right numbers all the same, without a reload.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { launch } from "../helpers/chromium.ts";
import { practice } from "../helpers/fixtures.ts";
import {
  type Misbehaviour,
  misbehave,
  neverAnswers,
  servesHtml,
  status,
  together,
} from "../helpers/misbehave.ts";
import { course, expectQuiet, fields, read, settled, table, visit } from "../helpers/page.ts";
import { expected, expectPrinted } from "../helpers/printed.ts";
import { type StaticServer, serve } from "../helpers/server.ts";
import { startTranscript, transcript } from "../helpers/transcript.ts";

const index = "/models/index.json";
const manifest = `/models/${practice}/manifest.json`;
const unlisted = /models\/index\.json, could not be read\./;
const allowed = /Failed to load resource/;

let server: StaticServer;
let browser: Browser;
beforeAll(async () => {
  server = await serve({ "/": inject("site") });
  browser = await launch("no-adapter");
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
beforeEach(() => {
  server.intercept = undefined;
  server.requests.length = 0;
});
afterEach(expectQuiet);

/** the first request for each of these is not answered as it should be */
const once = (how: Misbehaviour, ...paths: string[]) =>
  together(...paths.map((path) => misbehave(server, path, [how])));

/** the site's own files whose names begin so */
const assets = (beginning: string) =>
  readdirSync(join(inject("site"), "assets"))
    .filter((name) => name.startsWith(beginning))
    .map((name) => `/assets/${name}`);

const times = (path: string) => server.requests.filter((each) => each === path).length;

const listed: [string, Misbehaviour, string][] = [
  ["is missing", status(404), `(status 404).`],
  ["is a web page", servesHtml, "The server answered with a web page instead of"],
];

describe.each(listed)("a list of models that %s once", (_, how, why) => {
  const open = async () => {
    server.intercept = once(how, index);
    const to = await visit(browser, `${server.url}experiment.html`, { allowed });
    await to.model.getByText(unlisted).waitFor();
    expect(await read(to.model)).toContain(why);
    return to;
  };

  it("is asked for again by its button", async () => {
    const to = await open();
    await to.model.getByRole("button", { name: "Try again" }).click();
    await to.model.getByRole("button", { name: /^Load model/ }).click();
    await to.model.getByText("Ready:").waitFor();
    await to.page.close();
  });

  it("is asked for again by the form's button, which ends in the table", async () => {
    const to = await open();
    await fields(to).run.click();
    await settled(to);
    expectPrinted(await table(to), expected(course.sentence));
    await to.page.close();
  });
});

it("a list, a manifest, graphs, tokenizer and runtime that are not answered once arrive all the same", async () => {
  const graphs = readdirSync(join(inject("models"), practice, "graphs"));
  const others = [
    `/models/${practice}/graphs/${graphs[0]}`,
    `/models/${practice}/tokenizer.json`,
    assets("ort-jspi-")[0]!,
  ];
  server.intercept = once(neverAnswers, index, manifest, ...others);
  const to = await visit(browser, `${server.url}experiment.html`, { allowed, first: startTranscript });
  await to.model.getByRole("button", { name: /^Load model/ }).click();
  await to.model.getByText("Ready:").waitFor();
  await fields(to).run.click();
  await settled(to);
  expectPrinted(await table(to), expected(course.sentence));
  for (const path of others) expect([path, times(path)]).toEqual([path, 2]);
  // the bar never stood at more than there was, nor fell
  const { progress, paragraphs } = await transcript(to.page);
  for (const path of [index, manifest]) {
    const waited = `The server sent nothing of ${new URL(path, server.url)} for 20 s. Trying again in 1 s.`;
    expect(paragraphs).toContain(waited);
  }
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  await to.page.close();
});

it("the notebook asks again for the list, for the tutorial and for Python", async () => {
  // a script of the page begins with that, too
  const python = assets("python-").filter((path) => !path.endsWith(".js"));
  expect(python).toHaveLength(3);
  const tutorial = assets("suppression-")[0]!;
  server.intercept = together(once(status(404), index), once(neverAnswers, tutorial, ...python));
  const { page } = await visit(browser, server.url, { allowed });
  const trouble = page.locator("nn-notice#trouble");
  // the notice stands until the list is asked for again, which may be at once
  await trouble.getByText(unlisted).waitFor({ state: "attached" });
  await page.getByRole("heading", { name: "Knowledge neuron suppression" }).waitFor();
  await page.getByRole("button", { name: "Run all" }).click();
  await page.getByRole("button", { name: /^Download .* and go on$/ }).click();
  await page.getByRole("button", { name: "Interrupt", disabled: true }).waitFor({ timeout: 240_000 });
  expect(await page.getByText("+11345.69%").count()).toBeGreaterThan(0);
  expect(
    await page
      .locator("nn-cell")
      .getByText(/^Recorded with /)
      .count(),
  ).toBe(0);
  expect(await trouble.isVisible()).toBe(false);
  expect(times(index)).toBeGreaterThanOrEqual(2);
  for (const path of python) expect([path, times(path)]).toEqual([path, 2]);
  // and the service worker keeps one, as it keeps all of the site
  expect(times(tutorial)).toBeGreaterThanOrEqual(2);
  expect(times(tutorial)).toBeLessThanOrEqual(3);
  // those that nobody has opened are kept for use without a network, and read by nobody
  expect(times(assets("hooks-and-caches-")[0]!)).toBeLessThanOrEqual(1);
  await page.close();
}, 400_000);
