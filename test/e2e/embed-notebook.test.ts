// A whole notebook in a frame of another site's page: opened by its address, trusted by its reader, without the rest of the
// site, as high as it needs, and there again after a reload.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { launchProfile } from "../helpers/chromium.ts";
import { useCourse } from "./open-embed.ts";

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
  // the frame looks each second whether it is the reader's own by now
  await page.waitForTimeout(2500);
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
