// The built site as a visitor meets it: found by roles and names, watched for requests to other hosts and exceptions.

import type { Browser, BrowserContext, BrowserContextOptions, Frame, Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { type ExperimentSpec, tutorial } from "../../src/model/index.ts";
import { toFields } from "../../src/ui/experiment/spec.ts";
import { hold, type StaticServer } from "./server.ts";

/** the course's sentence with the practice model, which the form starts with */
export const course: ExperimentSpec = tutorial;

/** what opened pages did that they must not do, since {@link expectQuiet} was last asked */
const misdeeds: string[] = [];

/** every address asked for by any page or worker since the start */
export const asked: string[] = [];

/** No request to another host, no exception, no error in the console. */
export function expectQuiet(): void {
  expect(misdeeds.splice(0)).toEqual([]);
}

/** a page, and where things are on it */
export interface Visit {
  page: Page;
  model: Locator;
  experiment: Locator;
  /** what the live region says */
  status: Locator;
}

export interface VisitOptions extends BrowserContextOptions {
  /** console errors that this visit provokes */
  allowed?: RegExp;
  /** runs in the page before its own scripts */
  first?: () => void;
  /** as a person who has not hidden the site's first screen */
  front?: boolean;
}

/** as its button does; where nothing can be kept, the first screen stays */
function hideFront(): void {
  try {
    localStorage.setItem("front-hidden", "yes");
  } catch {
    // such a page is tested, too
  }
}

/** Keys that count only one soon after the other, as D D, count however long a busy machine takes in between. */
function pressAtOnce(): void {
  Object.defineProperty(KeyboardEvent.prototype, "timeStamp", { get: () => 0 });
}

/**
 * Open an address, given a browser in a fresh profile, given a context in one more tab of it. A fresh profile is without the
 * service worker unless `serviceWorkers` is "allow": keeping the site again for each test takes a third of its CPU time.
 * Files that visit one profile again and again, and those about what works offline, open contexts, which have it.
 */
export async function visit(
  browser: Browser | BrowserContext,
  url: string,
  { allowed, first, front = false, ...options }: VisitOptions = {},
): Promise<Visit> {
  const page =
    "newContext" in browser
      ? await browser.newPage({ serviceWorkers: "block", ...options })
      : await browser.newPage();
  if (first) await page.addInitScript(first);
  if (!front) await page.addInitScript(hideFront);
  await page.addInitScript(pressAtOnce);
  const { host } = new URL(url);
  page.context().on("request", (request) => {
    asked.push(request.url());
    const { protocol, host: other } = new URL(request.url());
    if (other !== host && protocol !== "blob:" && protocol !== "data:") misdeeds.push(request.url());
  });
  page.on("pageerror", (error) => misdeeds.push(`exception: ${error.stack ?? error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !allowed?.test(message.text()))
      misdeeds.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.setDefaultTimeout(150_000);
  await page.goto(url);
  return {
    page,
    model: page.getByRole("region", { name: "Model", exact: true }),
    experiment: page.getByRole("region", { name: "Experiment", exact: true }),
    status: page.getByRole("status"),
  };
}

/** the form's fields by their labels */
export function fields({ experiment }: Visit) {
  return {
    sentence: experiment.getByRole("textbox", { name: "Sentence" }),
    mask: experiment.getByRole("combobox", { name: "Which [MASK]" }),
    layer: experiment.getByRole("spinbutton", { name: "Layer" }),
    neuron: experiment.getByRole("spinbutton", { name: "Neuron" }),
    action: experiment.getByRole("combobox", { name: "What to do with it" }),
    factor: experiment.getByRole("spinbutton", { name: "Factor" }),
    value: experiment.getByRole("spinbutton", { name: "Value" }),
    candidates: experiment.getByRole("combobox", { name: "Words to compare" }),
    run: experiment.getByRole("button", { name: /^(Run|Load model and run)$/ }),
  };
}

/** Fill the form with an experiment; what is not given is the course's. */
export async function fill(to: Visit, spec: Partial<ExperimentSpec> = {}): Promise<void> {
  const form = fields(to);
  const wanted = toFields({ ...course, ...spec });
  await form.sentence.fill(wanted.sentence);
  await form.layer.fill(wanted.layer);
  await form.neuron.fill(wanted.neuron);
  await form.action.selectOption(wanted.action);
  if (wanted.action === "scale") await form.factor.fill(wanted.amount);
  if (wanted.action === "set") await form.value.fill(wanted.amount);
  await form.candidates.fill(wanted.candidates);
  if (spec.mask !== undefined) await form.mask.selectOption(String(spec.mask));
}

/** Fill the form, run it, and read the table that answers it. */
export async function compute(to: Visit, spec: Partial<ExperimentSpec> = {}): Promise<string[][]> {
  await fill(to, spec);
  await fields(to).run.click();
  await settled(to, spec);
  return table(to);
}

/** Wait until the table shown was computed here, for these settings. */
export async function settled(to: Visit, spec: Partial<ExperimentSpec> = {}): Promise<void> {
  const { layer, neuron } = { ...course, ...spec };
  await to.experiment.getByText("computed here").waitFor();
  await to.experiment.locator("[aria-busy=true]").waitFor({ state: "detached" });
  await outdated(to).waitFor({ state: "detached" });
  await to.experiment.getByRole("table", { name: `neuron ${neuron} of layer ${layer} is` }).waitFor();
}

/** Open what the model's strip keeps behind a line: the choice of model and device, and what is kept. */
export async function unfold({ model }: Pick<Visit, "model">): Promise<void> {
  const details = model.locator("nn-model-card details").first();
  if (!(await details.evaluate((it) => (it as HTMLDetailsElement).open)))
    await details.locator("summary").first().click();
}

/** The experiment's page in a frame without an origin, for as long as `task` uses it. */
export async function inSandbox(
  page: Page,
  server: StaticServer,
  task: (frame: Frame) => Promise<void>,
): Promise<void> {
  server.intercept = ({ url }, response) => {
    if (url !== "/around") return false;
    const source = "experiment.html#device=wasm";
    response
      .writeHead(200, { "Content-Type": "text/html" })
      .end(
        `<!doctype html><iframe sandbox="allow-scripts" width="900" height="900" src="${source}"></iframe>`,
      );
    return true;
  };
  server.headers = { "Access-Control-Allow-Origin": "*" };
  try {
    await page.goto(`${server.url}around`);
    await task(page.frames().at(-1)!);
  } finally {
    server.intercept = undefined;
    server.headers = {};
  }
}

/** Remove a model that is kept, by the button of the model's strip. @param name the model's title */
export async function removeModel({ model }: Visit, name: string): Promise<void> {
  await model
    .getByText(/^Kept on this device/)
    .last()
    .click();
  await model.getByRole("button", { name: new RegExp(`^Remove ${name}`) }).click();
  await model.getByText(new RegExp(`^${name} is removed`)).waitFor();
}

/**
 * Keep the engine's worker from answering until it is let go.
 * @returns lets it go; resolves when it is free again, or gone with its page
 */
export async function holdEngine({ page }: Visit, server: StaticServer): Promise<() => Promise<void>> {
  const { asked, release } = hold(server, /\/held$/);
  const busy = page.workers()[0]!.evaluate(() => {
    const request = new XMLHttpRequest();
    request.open("GET", new URL("/held", location.href), false);
    request.send();
  });
  await asked;
  return async () => {
    release();
    await busy.catch(() => {});
  };
}

/** the line that calls a result one of other settings */
export function outdated({ experiment }: Visit): Locator {
  return experiment.getByText("for other settings than those above.");
}

/** the line that calls a result recorded */
export function recordedMark({ experiment }: Visit): Locator {
  return experiment.getByText(/^\s*A recorded result/);
}

/** where the shown result came from */
export function provenance({ experiment }: Visit): Locator {
  return experiment.getByRole("list", { name: "Where this result came from" });
}

/** Rows of the result as the course prints them: word, before, after, delta. */
export async function table({ experiment }: Visit): Promise<string[][]> {
  const notation = experiment.getByRole("checkbox", { name: "Scientific notation" });
  await notation.check();
  const rows = experiment.getByRole("table", { name: /^Probability of each word/ }).locator("tbody tr");
  // the arrow before a change repeats its sign
  const cells = await rows.evaluateAll((all) =>
    all.map((row) => [
      row.querySelector("th .word")!.textContent.trim(),
      ...[...row.querySelectorAll("td")].map((cell) => cell.textContent.replace(/[▲▼\s]/g, "")),
    ]),
  );
  await notation.uncheck();
  return cells;
}

/** The words that can be seen in a part of the page, through shadow roots. */
export async function read(part: Locator): Promise<string> {
  const words = await part.evaluate((root) => {
    const texts: string[] = [];
    const collect = (node: Node) => {
      if (node instanceof Text) texts.push(node.data);
      if (
        !(node instanceof Element) ||
        node.matches("style, script") ||
        (!(node instanceof HTMLSlotElement) && !node.checkVisibility())
      )
        return;
      const slotted = node instanceof HTMLSlotElement ? node.assignedNodes() : [];
      for (const child of slotted.length > 0 ? slotted : (node.shadowRoot ?? node).childNodes) collect(child);
    };
    collect(root);
    return texts.join("");
  });
  return words.replace(/[\s\u202f]+/g, " ").trim();
}

/** What a field says against its content, read as a screen reader does: invalid, and described by this. */
export async function complaint(field: Locator): Promise<string> {
  return field.evaluate((input) => {
    if (input.getAttribute("aria-invalid") === "false") return "";
    const root = input.getRootNode() as ShadowRoot;
    const ids = (input.getAttribute("aria-describedby") ?? "").split(" ");
    return ids
      .map((id) => root.getElementById(id)?.textContent.trim() ?? "")
      .filter(Boolean)
      .join(" | ");
  });
}

/** The element that has the focus, through shadow roots: its name, and whether it can be seen and shows the focus. */
export async function focused(page: Page): Promise<{ name: string; shown: boolean; inView: boolean }> {
  return page.evaluate(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    if (!active || active === document.body) return { name: "", shown: false, inView: false };
    const label = (active as HTMLInputElement).labels?.[0];
    // the words of a label, not those of the select inside it
    const words = label && [...label.childNodes].filter((node) => node instanceof Text);
    const name = words?.map(({ data }) => data).join("") ?? active.getAttribute("aria-label");
    const { outlineStyle, outlineWidth } = getComputedStyle(active);
    const { top, bottom, width } = active.getBoundingClientRect();
    return {
      name: (name ?? active.textContent).trim().replace(/\s+/g, " "),
      shown: outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2,
      inView: bottom > 0 && top < innerHeight && width > 0,
    };
  });
}
