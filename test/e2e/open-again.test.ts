// A model that was opened from a folder and is not here any more, opened from it again without choosing it: in browsers that
// have handles of folders. The picker, which no script can press, gives a folder of the origin's own, a real handle.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { checkpoints } from "../helpers/fixtures.ts";
import { keptModels } from "../helpers/kept.ts";
import { removeModel, unfold, type Visit, visit } from "../helpers/page.ts";
import { useSite } from "./use-site.ts";

const here = useSite();

/** Put a checkpoint into the origin's own file system. */
async function writeFolder(page: Page, name: string): Promise<void> {
  const source = join(checkpoints, name);
  const files = readdirSync(source).map((file) => [
    file,
    readFileSync(join(source, file)).toString("base64"),
  ]);
  await page.evaluate(
    async ([name, files]) => {
      const root = await navigator.storage.getDirectory();
      const folder = await root.getDirectoryHandle(name as string, { create: true });
      for (const [file, base64] of files as string[][]) {
        const writable = await (await folder.getFileHandle(file!, { create: true })).createWritable();
        await writable.write(Uint8Array.from(atob(base64!), (letter) => letter.charCodeAt(0)));
        await writable.close();
      }
    },
    [name, files] as const,
  );
}

/** what the picker does instead of showing itself */
function pick(): void {
  Object.assign(window, {
    async showDirectoryPicker() {
      const wanted = localStorage.getItem("picked");
      if (wanted === null) throw new DOMException("nothing was chosen", "AbortError");
      return (await navigator.storage.getDirectory()).getDirectoryHandle(wanted);
    },
  });
}

async function openDialog(to: Visit) {
  await unfold(to);
  await to.page.getByRole("button", { name: "Open a model…" }).click();
  const dialog = to.page.getByRole("dialog", { name: "Open a model" });
  await dialog.getByText("Drop the folder or its files here").waitFor();
  return dialog;
}

it("a folder is chosen once, and read again when its model is gone, until it is gone or forgotten", async () => {
  const to = await visit(here.browser, `${here.server.url}experiment.html#device=wasm`, { first: pick });
  await writeFolder(to.page, "legacy");
  const dialog = await openDialog(to);
  const choose = dialog.getByRole("button", { name: "Choose a folder…" });
  await choose.click();
  // nothing was chosen, and nothing is said
  expect(await dialog.locator("nn-notice").count()).toBe(0);
  await to.page.evaluate(() => localStorage.setItem("picked", "legacy"));
  await choose.click();
  expect(await dialog.getByLabel("Name").inputValue()).toBe("legacy");
  await dialog.getByRole("button", { name: "Open", exact: true }).click();
  await dialog.waitFor({ state: "hidden" });
  await to.model.getByText("Ready:").waitFor();

  // it is here, and need not be opened again
  await openDialog(to);
  const again = dialog.getByRole("button", { name: "Open legacy again" });
  expect(await again.count()).toBe(0);
  await to.page.keyboard.press("Escape");
  await removeModel(to, "legacy");
  await expect.poll(() => keptModels(to.page)).toEqual([]);
  await to.page.goto(`${here.server.url}experiment.html#device=wasm`);
  await to.page.reload();
  await openDialog(to);
  await dialog.getByText("from the folder legacy").waitFor();
  await again.click();
  await dialog.getByRole("button", { name: "Open", exact: true }).click();
  await dialog.waitFor({ state: "hidden" });
  await to.model.getByText("Ready:").waitFor();
  expect(await keptModels(to.page)).toMatchObject([{ name: "legacy", unfinished: false }]);

  await removeModel(to, "legacy");
  await expect.poll(() => keptModels(to.page)).toEqual([]);
  await to.page.evaluate(async () =>
    (await navigator.storage.getDirectory()).removeEntry("legacy", { recursive: true }),
  );
  await openDialog(to);
  await again.click();
  await dialog
    .getByText("The folder legacy is not there any more, or this page may not read it.", { exact: true })
    .waitFor();
  await dialog.getByRole("button", { name: "Forget the folder of legacy" }).click();
  await again.waitFor({ state: "detached" });
});
