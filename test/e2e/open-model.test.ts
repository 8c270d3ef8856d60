// A model of one's own on the built site: a folder chosen, dropped or refused, kept, used without its folder and without a
// network, by Python, removed. What Chromium makes of six checkpoints is what Node's exporter makes of them, bit for bit.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Frame, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { openFolder } from "../../model-export/checkpoint-folder.ts";
import { exportModel } from "../../model-export/export.ts";
import { createNodeEngine, manifestUrl } from "../../src/engine/node.ts";
import { openedAddress } from "../../src/model/index.ts";
import { launch } from "../helpers/chromium.ts";
import { checkpoints, practice, root, tiny } from "../helpers/fixtures.ts";
import { keptFiles, keptManifest, keptModels } from "../helpers/kept.ts";
import {
  compute,
  expectQuiet,
  inSandbox,
  read,
  removeModel,
  unfold,
  type Visit,
  visit,
} from "../helpers/page.ts";
import { type StaticServer, serve } from "../helpers/server.ts";
import { remoteEngine } from "./open-harness.ts";
import { section } from "./open-notebook.ts";
import { makeNotebook } from "./opening.ts";

const axe = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");
const experiment = { sentence: "The [MASK] is here.", layer: 1, neuron: 5, candidates: ["this", "these"] };

const folder = mkdtempSync(join(tmpdir(), "open-model-"));
let server: StaticServer;
let browser: Browser;
let context: BrowserContext;
beforeAll(async () => {
  server = await serve({ "/": inject("site"), "/harness/": inject("harness") });
  browser = await launch("no-adapter", ["--disable-features=StaticStorageQuota"]);
});
afterAll(async () => {
  await browser.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  server.requests.length = 0;
  context = await browser.newContext();
});
afterEach(async () => {
  await context.close();
  expectQuiet();
});

const open = (fragment = "#device=wasm") => visit(context, `${server.url}experiment.html${fragment}`);
const dialogOf = (page: Page | Frame) => page.getByRole("dialog", { name: "Open a model" });
const ready = ({ model }: Visit) => model.getByText("Ready:").waitFor();

const model = (page: Page | Frame) => page.getByRole("region", { name: "Model", exact: true });

/** Open the dialog and choose a folder in it. */
async function choose(page: Page | Frame, path: string) {
  await unfold({ model: model(page) });
  await page.getByRole("button", { name: "Open a model…" }).click();
  const dialog = dialogOf(page);
  await dialog.getByLabel("Folder of a model").setInputFiles(path);
  return dialog;
}

/** Choose a folder and open it. */
async function openFrom(to: Visit, path: string, name?: string): Promise<void> {
  const dialog = await choose(to.page, path);
  if (name) await dialog.getByLabel("Name").fill(name);
  await dialog.getByRole("button", { name: "Open", exact: true }).click();
  await dialog.waitFor({ state: "hidden" });
  await ready(to);
}

describe("the same model in Chromium and from Node's exporter", () => {
  it.each(tiny)("%s: one manifest, and the same numbers bit for bit", async (name) => {
    const out = join(folder, name);
    const checkpoint = await openFolder(join(checkpoints, name));
    await exportModel(checkpoint, { out });
    await checkpoint.close();

    const to = await open();
    await openFrom(to, join(checkpoints, name));
    expect(await keptManifest(to.page, name)).toBe(readFileSync(join(out, "manifest.json"), "utf8"));

    const harness = await context.newPage();
    await harness.goto(`${server.url}harness/`);
    await harness.waitForFunction(() => "harness" in window);
    const { positions, vocabulary } = await harness.evaluate(
      (url) => window.harness.engine.load(url, { device: "wasm" }),
      openedAddress(name),
    );
    const node = createNodeEngine(out);
    await node.load(manifestUrl(out), { device: "wasm" });
    for (const length of [3, 12, Math.min(40, positions)]) {
      const ids = Array.from({ length }, (_, i) => (i * 7919 + 1) % vocabulary);
      const [there, here] = [await remoteEngine(harness).forward({ ids }), await node.forward({ ids })];
      expect(there.logits).toEqual(here.logits);
      expect(there.mlpPost).toEqual(here.mlpPost);
    }
    await node.dispose();
  });
});

describe("a folder that was chosen", () => {
  it("is a model like any other: after a reload, by its address, without a network", async () => {
    const to = await open();
    await openFrom(to, join(checkpoints, "legacy"));
    expect(await read(to.model)).toContain("opened here");
    await expect.poll(() => to.page.url()).toContain("model=legacy");
    const onlyHere = "legacy is on this device only: whoever follows the link has to open it there";
    await to.page.getByText(onlyHere).waitFor();
    const rows = await compute(to, experiment);
    expect(rows.map(([word]) => word)).toEqual(["this", "these"]);
    // nothing of it was sent or asked for: the runtime and the page's own scripts alone
    const own = server.requests.filter((path) => !path.startsWith("/assets/"));
    expect(own.filter((path) => /legacy|opened|models\/(?!index\.json)/.test(path))).toEqual([]);

    await to.page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
    await to.page.reload();
    await to.model.getByRole("button", { name: "Load model" }).waitFor();
    await context.setOffline(true);
    await to.page.reload();
    await to.model.getByRole("button", { name: "Load model" }).click();
    await ready(to);
    expect(await compute(to, experiment)).toEqual(rows);
  });

  it("is opened by Python under its name", async () => {
    const to = await open();
    await openFrom(to, join(checkpoints, "legacy"), "my-bert");
    const { page } = await visit(context, server.url);
    await page.locator("nn-cell").first().waitFor();
    await makeNotebook(
      page,
      `from transformer_lens import HookedEncoder
model = HookedEncoder.from_pretrained("my-bert")
print(model.cfg.n_layers, "layers of", model.cfg.d_mlp)`,
    );
    await page.getByRole("button", { name: "Run all" }).click();
    // Python itself; the model and what runs it are here
    await page.getByRole("button", { name: /^Download .* and go on$/ }).click();
    await section(page, 1).getByText("3 layers of 128").waitFor();
  });

  it("takes another name where the site has a model of this one, and the place of its own former one", async () => {
    const path = join(folder, practice);
    cpSync(join(checkpoints, "legacy"), path, { recursive: true });
    const to = await open();
    const dialog = await choose(to.page, path);
    const name = dialog.getByLabel("Name");
    expect(await name.inputValue()).toBe(`${practice}-2`);
    await name.fill(practice);
    await dialog.getByText(`This site has a model called ${practice}`).waitFor();
    expect(await dialog.getByRole("button", { name: "Open", exact: true }).isDisabled()).toBe(true);
    await name.fill("own");
    await dialog.getByRole("button", { name: "Open", exact: true }).click();
    await ready(to);
    const again = await choose(to.page, join(checkpoints, "untied"));
    await again.getByLabel("Name").fill("own");
    await again.getByText("takes the place of the model that was opened under this name").waitFor();
    await again.getByRole("button", { name: "Open", exact: true }).click();
    await again.waitFor({ state: "hidden" });
    await ready(to);
    const [record, ...more] = await keptModels(to.page);
    expect(more).toEqual([]);
    expect(record).toMatchObject({ name: "own", unfinished: false });
    expect(await keptFiles(to.page)).toEqual([...new Set(record!.files)].sort());
  });

  it("is gone when it was removed, and the site's model is chosen", async () => {
    const to = await open();
    await openFrom(to, join(checkpoints, "legacy"));
    await removeModel(to, "legacy");
    await expect.poll(() => keptModels(to.page)).toEqual([]);
    expect(await keptFiles(to.page)).toEqual([]);
    expect(await to.page.getByText("is on this device only").count()).toBe(0);
    expect(await read(to.model)).not.toContain("opened here");
    await expect.poll(() => to.page.url()).not.toContain("legacy");
    // who has its address is told, and how to go on
    await to.page.goto(`${server.url}experiment.html#model=legacy&device=wasm`);
    await to.page.reload();
    await to.experiment.getByText("This site has no model called “legacy”").waitFor();
    expect(await read(to.experiment)).toContain("If you have its folder, open it with “Open a model…”.");
  });

  it("can be opened by two tabs at once", async () => {
    const [first, second] = [await open(), await open()];
    const dialogs = [];
    // what is not in front takes no files
    for (const { page } of [first, second]) {
      await page.bringToFront();
      dialogs.push(await choose(page, join(checkpoints, "wide")));
    }
    for (const dialog of dialogs)
      await dialog
        .getByRole("button", { name: "Open", exact: true })
        .evaluate((button) => (button as HTMLElement).click());
    await Promise.all([ready(first), ready(second)]);
    const [record, ...more] = await keptModels(first.page);
    expect(more).toEqual([]);
    expect(await keptFiles(first.page)).toEqual([...new Set(record!.files)].sort());
  });

  it("can be dropped, with its folder or without", async () => {
    const to = await open();
    await unfold(to);
    await to.page.getByRole("button", { name: "Open a model…" }).click();
    const place = (await dialogOf(to.page).getByText("Drop the folder or its files here").boundingBox())!;
    const devtools = await context.newCDPSession(to.page);
    const drop = async (files: string[]) => {
      const [x, y] = [place.x + place.width / 2, place.y + place.height / 2];
      for (const type of ["dragEnter", "dragOver", "drop"] as const)
        await devtools.send("Input.dispatchDragEvent", {
          type,
          x,
          y,
          data: { items: [], files, dragOperationsMask: 1 },
        });
    };
    await drop([join(checkpoints, "legacy")]);
    const name = dialogOf(to.page).getByLabel("Name");
    await expect.poll(() => name.inputValue()).toBe("legacy");
    await dialogOf(to.page).getByRole("button", { name: "Choose another" }).click();
    const names = ["config.json", "model.safetensors", "tokenizer_config.json", "vocab.txt"];
    await drop(names.map((file) => join(checkpoints, "legacy", file)));
    await expect.poll(() => name.inputValue()).toBe("model");
    await dialogOf(to.page).getByRole("button", { name: "Open", exact: true }).click();
    await ready(to);
    expect(await read(to.model)).toContain("model");
  });
});

describe("refused", () => {
  it("in one sentence, in the dialog, and nothing is kept", async () => {
    const path = join(folder, "pointer");
    cpSync(join(checkpoints, "legacy"), path, { recursive: true });
    writeFileSync(
      join(path, "model.safetensors"),
      `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 435755784\n`,
    );
    const to = await open();
    const dialog = await choose(to.page, join(root, "docs"));
    await dialog.getByText("The folder docs has no config.json.", { exact: true }).waitFor();
    await dialog.getByLabel("Folder of a model").setInputFiles(path);
    await dialog.getByRole("button", { name: "Open", exact: true }).click();
    await dialog.getByText(/pointer\/model\.safetensors .*Git LFS[^.]*\.$/).waitFor();
    expect(await keptModels(to.page)).toEqual([]);
    expect(await keptFiles(to.page)).toEqual([]);
    await dialog.getByRole("button", { name: "Choose another" }).click();
    await dialog.getByRole("button", { name: "Choose a folder…" }).waitFor();
  });

  it("for lack of room, unless it need not be kept", async () => {
    const to = await open();
    const devtools = await context.newCDPSession(to.page);
    const { origin } = new URL(to.page.url());
    await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1_000_000 });
    const dialog = await choose(to.page, join(checkpoints, "legacy"));
    await dialog.getByRole("button", { name: "Open", exact: true }).click();
    await dialog.getByText(/^The browser lets this site keep .* more, and legacy needs [^.]*\.$/).waitFor();
    await dialog.getByRole("button", { name: "Open without keeping it" }).click();
    await ready(to);
    expect(await read(to.model)).toContain("It is here until this tab closes");
    expect(await keptModels(to.page)).toEqual([]);
    await compute(to, experiment);
  });
});

describe("the dialog", () => {
  it.each(["light", "dark"] as const)("gives axe nothing to find, %s", async (colorScheme) => {
    const to = await open();
    await to.page.emulateMedia({ colorScheme });
    await to.page.evaluate(axe);
    const found = () =>
      to.page.evaluate<string[]>(
        `axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html)))`,
      );
    const dialog = await choose(to.page, join(root, "docs"));
    await dialog.getByText("The folder docs has no config.json.", { exact: true }).waitFor();
    expect(await found()).toEqual([]);
    await dialog.getByLabel("Folder of a model").setInputFiles(join(checkpoints, "legacy"));
    await dialog.getByLabel("Name").waitFor();
    expect(await found()).toEqual([]);
  });

  it("is not closed while a model is being made: there is a button to cancel that", async () => {
    // ONNX Runtime, which the model needs, does not arrive
    server.intercept = ({ url = "" }) => url.endsWith(".wasm");
    try {
      const to = await open();
      const dialog = await choose(to.page, join(checkpoints, "legacy"));
      await dialog.getByRole("button", { name: "Open", exact: true }).click();
      const cancel = dialog.getByRole("button", { name: "Cancel" });
      await cancel.waitFor();
      expect(await dialog.getByRole("button", { name: "Close" }).count()).toBe(0);
      for (let i = 0; i < 3; i++) await to.page.keyboard.press("Escape");
      await cancel.click();
      expect(await dialog.getByLabel("Name").inputValue()).toBe("legacy");
      expect(await dialog.getByRole("button", { name: "Close" }).count()).toBe(1);
      await to.page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
      await expect.poll(() => keptModels(to.page)).toEqual([]);
    } finally {
      server.intercept = undefined;
    }
  });

  it("is opened and closed by keys, and the focus comes back to its button", async () => {
    const to = await open();
    await unfold(to);
    const button = to.page.getByRole("button", { name: "Open a model…" });
    await button.focus();
    await to.page.keyboard.press("Enter");
    await dialogOf(to.page).waitFor();
    await to.page.keyboard.press("Escape");
    await dialogOf(to.page).waitFor({ state: "hidden" });
    expect(await button.evaluate((it) => it === (it.getRootNode() as ShadowRoot).activeElement)).toBe(true);
  });
});

it("is hashed where it is made when the script that hashes does not arrive", async () => {
  let asked = 0;
  server.intercept = ({ url = "" }, response) => {
    if (!url.includes("/hash-worker")) return false;
    asked++;
    response.writeHead(404).end();
    return true;
  };
  try {
    const to = await visit(context, `${server.url}experiment.html#device=wasm`, {
      allowed: /Failed to load resource/,
    });
    await openFrom(to, join(checkpoints, "legacy"));
    // by the page, and by the service worker
    expect(asked).toBeGreaterThan(0);
    const exported = readFileSync(join(inject("models"), "legacy", "manifest.json"), "utf8");
    expect(await keptManifest(to.page, "legacy")).toBe(exported);
  } finally {
    server.intercept = undefined;
  }
});

it("works in a sandboxed frame, until the tab closes", async () => {
  await inSandbox(await context.newPage(), server, async (frame) => {
    const dialog = await choose(frame, join(checkpoints, "legacy"));
    await dialog.getByText("the model is here until this tab closes").waitFor();
    await dialog.getByRole("button", { name: "Open", exact: true }).click();
    await frame.locator("nn-model-card").getByText("Ready:").waitFor();
  });
});
