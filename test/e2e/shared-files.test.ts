// A browser that has Cross-Origin Storage: what another site has downloaded is not asked for again, and what was downloaded and
// verified is offered. The stand-in for it is put into the engine's worker, which is where downloads are.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, inject, it } from "vitest";
import type { Manifest } from "../../src/model/index.ts";
import { type StandIn, standIn } from "../helpers/cross-origin-storage.ts";
import { practice } from "../helpers/fixtures.ts";
import { completeFiles, everythingOnce, fetched, keptFiles } from "../helpers/kept.ts";
import { compute, course, visit } from "../helpers/page.ts";
import { expected, expectPrinted } from "../helpers/printed.ts";
import { useSite } from "./use-site.ts";

const model = join(inject("models"), practice);
const manifest = JSON.parse(readFileSync(join(model, "manifest.json"), "utf8")) as Manifest;
const [theirs, damaged] = [manifest.shards["layer-5"]!.chunks[0]!, manifest.shards["layer-6"]!.chunks[0]!];
const complete = completeFiles(model, inject("site"));
const worker = readdirSync(join(inject("site"), "assets")).find((name) => /^worker-.*\.js$/.test(name))!;

const here = useSite();
beforeEach(() => {
  const base64 = (file: string) => readFileSync(join(model, file)).toString("base64");
  const bytes = `(text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))`;
  const stored = `{
    "${theirs.sha256}": (${bytes})("${base64(theirs.file)}"),
    "${damaged.sha256}": new Uint8Array(${damaged.byteLength}),
  }`;
  const prelude = `Object.defineProperty(navigator, "crossOriginStorage", { value: (${standIn})(${stored}) });\n`;
  here.server.requests.length = 0;
  here.server.intercept = ({ url = "" }, response) => {
    if (!url.endsWith(`/assets/${worker}`)) return false;
    const script = here.server.read(`/assets/${worker}`)!;
    response.writeHead(200, { "Content-Type": "text/javascript" }).end(prelude + script);
    return true;
  };
});
afterEach(() => {
  here.server.intercept = undefined;
});

it("a file that another site has stored is not asked for, one that is damaged there is, and all are offered", async () => {
  const to = await visit(here.browser, `${here.server.url}experiment.html#device=wasm`);
  await to.model.getByRole("button", { name: /^Load model/ }).click();
  await to.model.getByText("Ready:").waitFor();
  const asked = everythingOnce("/", practice, model, inject("site"));
  delete asked[`/models/${practice}/${theirs.file}`];
  expect(fetched(here.server)).toEqual(asked);
  expect(await keptFiles(to.page)).toEqual(complete);
  expectPrinted(await compute(to), expected(course.sentence));
  const stored = () =>
    to.page
      .workers()[0]!
      .evaluate(() => [
        ...(navigator as unknown as { crossOriginStorage: StandIn }).crossOriginStorage.stored.keys(),
      ]);
  await expect.poll(async () => (await stored()).sort()).toEqual(complete);
});
