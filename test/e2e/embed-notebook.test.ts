// A whole notebook in a frame of another site's page: opened by its address, trusted by its reader, without the rest of the
// site, as high as it needs, and there again after a reload. As a frame, and as <neuron-notebook>.

import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { newCell, newNotebook, serializeNotebook } from "../../src/storage/index.ts";
import { launchProfile } from "../helpers/chromium.ts";
import { useCourse } from "./open-embed.ts";
import { focusOf, fromFileMenu } from "./open-notebook.ts";
import { openFile, openNotebook } from "./opening.ts";

const here = useCourse(900);

const framed = (address: string, attributes = "") =>
  `<iframe title="Notebook" src="${here.sites.site.url}embed-notebook.html${address}" style="width: 100%; height: 400px; border: 0" ${attributes}></iframe>
   <script type="module" src="${here.sites.site.url}embed.js"></script>`;

it("shows one notebook, takes its height, and has what the reader wrote after a reload", async () => {
  const folder = mkdtempSync(join(tmpdir(), "neuron-notebook-profile-"));
  // frames of other sites may store something, as is usual outside of private windows
  mkdirSync(join(folder, "Default"));
  writeFileSync(
    join(folder, "Default/Preferences"),
    JSON.stringify({ profile: { cookie_controls_mode: 0, block_third_party_cookies: false } }),
  );
  const profile = await launchProfile(folder, "no-adapter", ["--disable-features=Translate"]);
  const page = await here.sites.open(profile, framed("?notebook=hooks-and-caches&utm_source=lms"));
  const frame = page.frameLocator("iframe");
  await frame.getByRole("heading", { name: "Hooks and caches" }).waitFor();
  expect(await frame.locator("nn-library, .front").count()).toBe(0);
  const height = () => page.locator("iframe").evaluate((found) => found.clientHeight);
  await expect.poll(height).toBeGreaterThan(1500);
  await frame.locator("nn-toolbar summary", { hasText: "File" }).click();
  expect(await frame.getByRole("button", { name: "All notebooks" }).count()).toBe(0);
  await frame.locator("nn-toolbar summary", { hasText: "File" }).click();
  const title = frame.getByRole("textbox", { name: "Title", exact: true });
  await title.fill("Mine");
  await title.press("Enter");
  await frame.getByText("Saved on this device").waitFor();
  const kept = () => frame.locator("body").evaluate(() => Object.keys(localStorage).join());
  await expect.poll(kept).toContain("#notebook=hooks-and-caches");
  await page.reload();
  await expect.poll(() => title.inputValue()).toBe("Mine");
  await profile.close();
  rmSync(folder, { recursive: true, force: true });
});

it("in a sandbox without storage is there all the same, and keeps nothing", async () => {
  const page = await here.sites.open(
    here.context,
    framed("#notebook=finding-a-neuron", `sandbox="allow-scripts"`),
  );
  const frame = page.frameLocator("iframe");
  await frame.getByRole("heading", { name: "Finding a neuron" }).first().waitFor();
  expect(await frame.getByText("Saved on this device").count()).toBe(0);
});

describe("a notebook that its reader does not know", () => {
  const prose = Array.from({ length: 12 }, (_, i) =>
    newCell("markdown", `# Part ${i}\n\n${"words ".repeat(150)}`),
  );
  const file = serializeNotebook({ ...newNotebook(), cells: [...prose, newCell("code", "print(6 * 7)")] });
  const open = async () => {
    await here.context.route("**/week5/task.ipynb", (route) => route.fulfill({ body: file }));
    await here.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const page = await here.sites.open(
      here.context,
      framed("#notebook-url=week5/task.ipynb", `allow="clipboard-write"`),
    );
    const frame = page.frameLocator("iframe");
    await frame.getByRole("heading", { name: "Part 0" }).waitFor();
    await expect.poll(() => page.locator("iframe").evaluate((it) => it.clientHeight)).toBeGreaterThan(3000);
    return { page, frame };
  };

  it("asks before anything runs, where the reader sees it, and runs afterwards", async () => {
    const { frame } = await open();
    const cell = frame.locator("nn-cell").last();
    const run = cell.getByRole("button", { name: "Run cell 13" });
    await cell.scrollIntoViewIfNeeded();
    await cell.hover();
    await run.click();
    await frame.getByText("Not run: it has to be trusted first.").waitFor();
    const trust = frame.getByRole("button", { name: "Trust this notebook" });
    expect(
      await trust.evaluate((button) => (button.getRootNode() as ShadowRoot).activeElement === button),
    ).toBe(true);
    // of the page around, which is 900 px high
    const top = async () => (await trust.boundingBox())!.y;
    await expect.poll(async () => (await top()) > 0 && (await top()) < 860).toBe(true);
    // of the cell and exactly: the page names its address, whose port may hold these digits
    expect(await cell.getByText("42", { exact: true }).count()).toBe(0);
    await trust.click();
    await trust.waitFor({ state: "detached" });
    await cell.scrollIntoViewIfNeeded();
    await cell.hover();
    await run.click();
    await frame.getByRole("button", { name: /^Download .* and go on$/ }).click();
    // Python has to start
    await cell.getByText("42", { exact: true }).waitFor();
    // a dialog is seen, too, though its page is many screens high
    await cell.locator("section").press("h");
    const close = frame.getByRole("dialog", { name: "Keys" }).getByRole("button", { name: "Close" });
    await expect.poll(async () => Math.round((await close.boundingBox())!.y / 900)).toBe(0);
  });

  it("gives links that lead to the site's own page", async () => {
    const { page, frame } = await open();
    const copied = async (name: string) => {
      const button = frame.getByRole("button", { name, exact: true });
      if (!(await button.isVisible())) await frame.locator("nn-toolbar summary", { hasText: "File" }).click();
      await page.evaluate(() => navigator.clipboard.writeText(""));
      await button.click();
      const text = () => page.evaluate(() => navigator.clipboard.readText());
      await expect.poll(text).not.toBe("");
      return text();
    };
    const { url } = here.sites.site;
    expect(await copied("Copy address")).toBe(`${url}#notebook-url=week5/task.ipynb`);
    const link = await copied("Copy link");
    expect(link.startsWith(`${url}#notebook=`)).toBe(true);
    const own = await here.context.newPage();
    await own.goto(link);
    await own.getByRole("heading", { name: "Part 0" }).waitFor();
    expect(await own.locator("nn-library").count()).toBe(1);
  });
});

describe("<neuron-notebook>", () => {
  const element = (attributes: string) =>
    `<script type="module" src="${here.sites.site.url}embed.js"></script>
     <neuron-notebook ${attributes}>Notebook: Finding a neuron. <a href="https://x.test/">Open it</a></neuron-notebook>`;
  const link = (page: Page) => page.getByRole("link", { name: "Open it" });
  const frameOf = (page: Page) => page.locator("neuron-notebook iframe");
  const heading = (page: Page, name: string) =>
    frameOf(page).contentFrame().getByRole("heading", { name }).first();

  it("shows the notebook, as high as it needs, in the place of what stands between its tags", async () => {
    const page = await here.sites.open(here.context, element(`notebook="finding-a-neuron" title="Week 5"`));
    await heading(page, "Finding a neuron").waitFor();
    await link(page).waitFor({ state: "hidden" });
    expect(await frameOf(page).getAttribute("title")).toBe("Week 5");
    const lacks = () =>
      frameOf(page)
        .contentFrame()
        .locator("html")
        .evaluate((html) => html.scrollHeight - innerHeight);
    await expect.poll(lacks).toBeLessThanOrEqual(0);
    const wide = await frameOf(page).evaluate((frame) => frame.clientHeight);
    expect(wide).toBeGreaterThan(1500);
    await page.setViewportSize({ width: 400, height: 900 });
    await expect.poll(() => frameOf(page).evaluate((frame) => frame.clientHeight)).toBeGreaterThan(wide);
    await expect.poll(lacks).toBeLessThanOrEqual(0);
  });

  it("turns to another notebook, is moved, and is taken out", async () => {
    const page = await here.sites.open(here.context, element(`notebook="finding-a-neuron"`));
    await heading(page, "Finding a neuron").waitFor();
    const set = (name: string, value: string) =>
      page
        .locator("neuron-notebook")
        .evaluate((it, [name, value]) => it.setAttribute(name!, value!), [name, value]);
    await set("notebook", "hooks-and-caches");
    await heading(page, "Hooks and caches").waitFor();
    await link(page).waitFor({ state: "hidden" });
    await page.evaluate(() => document.body.append(document.querySelector("neuron-notebook")!));
    await heading(page, "Hooks and caches").waitFor();
    await link(page).waitFor({ state: "hidden" });
    expect(await frameOf(page).count()).toBe(1);
    await page.evaluate(() => {
      const element = document.querySelector("neuron-notebook")!;
      element.remove();
      document.body.prepend(element.shadowRoot!.querySelector("iframe") ?? "no frame");
    });
    await page.getByText("no frame").waitFor();
  });

  it("takes the colours it is told, and else those of the page around, without being loaded anew", async () => {
    // the browser's own preference, which a context of the tests would set for all frames
    const context = await here.browser.newContext({ colorScheme: null });
    const page = await here.sites.open(context, element(`notebook="finding-a-neuron" theme="dark"`));
    await heading(page, "Finding a neuron").waitFor();
    const ground = () =>
      frameOf(page)
        .contentFrame()
        .locator("body")
        .evaluate((body) => getComputedStyle(body).backgroundColor);
    const [light, dark] = ["rgb(255, 255, 255)", "rgb(22, 22, 22)"];
    expect(await ground()).toBe(dark);
    await frameOf(page)
      .contentFrame()
      .locator("body")
      .evaluate((body) => (body.dataset.same = "yes"));
    const host = page.locator("neuron-notebook");
    await host.evaluate((it) => it.setAttribute("theme", "light"));
    await expect.poll(ground).toBe(light);
    await host.evaluate((it) => it.setAttribute("theme", "auto"));
    await page.evaluate(() => (document.documentElement.style.colorScheme = "dark"));
    await expect.poll(ground).toBe(dark);
    expect(await frameOf(page).contentFrame().locator("body").getAttribute("data-same")).toBe("yes");
    await context.close();
  });

  it("keeps what stands between its tags where the script, or the notebook's own, does not come", async () => {
    const seen = (page: Page) => link(page).isVisible();
    here.sites.withheld = ["Access-Control-Allow-Origin"];
    const blocked = await here.sites.open(here.context, element(`notebook="finding-a-neuron"`), {
      allowed: /blocked by CORS|net::ERR_FAILED/,
    });
    await blocked.waitForLoadState("networkidle");
    expect(await blocked.evaluate(() => customElements.get("neuron-notebook"))).toBeUndefined();
    expect(await seen(blocked)).toBe(true);
    await blocked.close();
    here.sites.withheld = [];

    await here.context.route("**/assets/main-*.js", (route) => route.abort());
    const half = await here.sites.open(here.context, element(`notebook="finding-a-neuron"`), {
      allowed: /net::ERR_FAILED|dynamically imported module/,
    });
    const said = frameOf(half).contentFrame().getByText("The notebook’s script could not be loaded.");
    await said.waitFor({ state: "attached" });
    // a height would be told again after a second
    await half.waitForTimeout(1500);
    expect(await seen(half)).toBe(true);
    expect(await frameOf(half).evaluate((frame) => frame.clientHeight)).toBe(0);
  });
});

it("takes the theme that a frame's address names, and keeps it when the reader reloads the frame", async () => {
  const page = await here.sites.open(here.context, framed("?theme=dark#notebook=finding-a-neuron"));
  const body = page.frameLocator("iframe").locator("body");
  await page.frameLocator("iframe").getByRole("heading", { name: "Finding a neuron" }).first().waitFor();
  const ground = () => body.evaluate((it) => getComputedStyle(it).backgroundColor);
  expect(await ground()).toBe("rgb(22, 22, 22)");
  await body.evaluate((it) => {
    it.dataset.old = "yes";
    location.reload();
  });
  await page.frameLocator("iframe").locator("body:not([data-old])").waitFor({ state: "attached" });
  await page.frameLocator("iframe").getByRole("heading", { name: "Finding a neuron" }).first().waitFor();
  expect(await ground()).toBe("rgb(22, 22, 22)");
});

describe("the code for a course page", () => {
  const opened = async (fragment = "", file?: string) => {
    await here.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const page = await openNotebook(here.context, `${here.sites.site.url}${fragment}`);
    if (file !== undefined) {
      await openFile(page, file, "week5.ipynb");
      await page.getByRole("heading", { name: "My task" }).waitFor();
    }
    await fromFileMenu(page, "Put into a course page…");
    const dialog = page.getByRole("dialog", { name: "Put this notebook into a course page" });
    await dialog.waitFor();
    return { page, dialog };
  };
  type Opened = Awaited<ReturnType<typeof opened>>;
  const copied = async ({ page, dialog }: Opened, name: string) => {
    await dialog.getByRole("button", { name }).click();
    await dialog.getByRole("status").getByText("Copied.").waitFor();
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const task = (source: string) =>
    serializeNotebook({
      ...newNotebook(),
      cells: [newCell("markdown", "# My task"), newCell("code", source)],
    });

  it("of a notebook of the site is its name; the frame shows it", async () => {
    const to = await opened("#notebook=finding-a-neuron");
    expect(await to.dialog.getByRole("radio", { checked: true }).getAttribute("id")).toBe("file");
    const code = await copied(to, "Copy frame code");
    const { url } = here.sites.site;
    expect(code).toContain(
      `src="${url}embed-notebook.html#notebook=finding-a-neuron" title="Notebook: Finding a neuron"`,
    );
    expect(await to.dialog.getByRole("region", { name: "Link" }).textContent()).toBe(
      `${url}#notebook=finding-a-neuron`,
    );
    const page = await here.sites.open(here.context, code);
    await page.frameLocator("iframe").getByRole("heading", { name: "Finding a neuron" }).first().waitFor();
    await expect.poll(() => page.getByRole("link", { name: "Open it in a tab of its own" }).count()).toBe(0);
  });

  it("of another notebook holds all of it, or the address of a file on the site", async () => {
    const to = await opened("", task("print(1)"));
    const page = await here.sites.open(here.context, await copied(to, "Copy element code"));
    const frame = page.locator("neuron-notebook iframe").contentFrame();
    await frame.getByRole("heading", { name: "My task" }).waitFor();
    await frame
      .getByRole("heading", { name: "This notebook came from a link; nothing in it has run." })
      .waitFor();
    await page.close();

    await to.dialog.getByRole("radio", { name: "A file on this site" }).check();
    const path = to.dialog.getByRole("textbox", { name: /^The file’s address/ });
    expect(await path.inputValue()).toBe("week1/My-task.ipynb");
    await path.fill("week5/task.ipynb");
    const { url } = here.sites.site;
    expect(await copied(to, "Copy element code")).toContain(
      `<neuron-notebook url="week5/task.ipynb" title="Notebook: My task">\n  Notebook: My task. <a href="${url}#notebook-url=week5/task.ipynb">`,
    );
    await path.fill("https://other.test/task.ipynb");
    await to.dialog.getByRole("alert").getByText("Notebooks are opened from this site only").waitFor();
    expect(await to.dialog.getByRole("button", { name: "Copy element code" }).count()).toBe(0);

    for (const colorScheme of ["light", "dark"] as const) {
      await to.page.emulateMedia({ colorScheme });
      await to.page.evaluate(axe.source);
      const found = await to.page.evaluate(async () => {
        const { axe: here } = globalThis as unknown as { axe: typeof axe };
        return (await here.run(document)).violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`,
        );
      });
      expect(found, colorScheme).toEqual([]);
    }
    await to.page.setViewportSize({ width: 320, height: 700 });
    const { x, width } = (await to.dialog.boundingBox())!;
    expect(x >= 0 && x + width <= 320).toBe(true);
    expect(await to.dialog.evaluate((it) => it.scrollWidth - it.clientWidth)).toBe(0);
  });

  it("of one that is too long for an address can only be a file’s", async () => {
    const noise = randomBytes(60_000).toString("hex");
    const { page, dialog } = await opened("", task(`# ${noise}`));
    expect(await dialog.getByRole("radio", { name: "The notebook as it stands now" }).isDisabled()).toBe(
      true,
    );
    await dialog.getByText(/the code would have [\d,]+ characters/).waitFor();
    expect(await dialog.getByRole("radio", { checked: true }).getAttribute("id")).toBe("file");
    await dialog.press("Escape");
    await expect.poll(() => focusOf(page)).toBe("File");
  });
});
