// What Lighthouse and axe say of the built site: `npm run audit`. Lighthouse (Apache-2.0) comes from npm when this is run, in
// one version: it would bring more than a hundred packages into the lockfile. Its figures depend on the machine: it tells how
// fast that is, and a quiet one counts. AUDIT_RUNS says how often; the median by performance is printed.

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Result } from "axe-core";
import { afterAll, beforeAll, inject, it } from "vitest";
import { launch } from "../test/helpers/chromium.ts";
import { compressed } from "../test/helpers/compressed.ts";
import { root } from "../test/helpers/fixtures.ts";
import { type StaticServer, serve } from "../test/helpers/server.ts";

const lighthouse = "lighthouse@12.8.2";
const runs = Number(process.env.AUDIT_RUNS ?? 3);
const minutes = 60_000;

let server: StaticServer;
beforeAll(async () => {
  server = await serve({ "/": inject("site") });
  server.intercept = compressed(server);
});
afterAll(() => server.close());

/** of Lighthouse's report, what is printed */
interface Report {
  categories: Record<string, { title: string; score: number; auditRefs: { id: string; weight: number }[] }>;
  audits: Record<
    string,
    { title: string; score: number | null; displayValue?: string; scoreDisplayMode: string }
  >;
  environment: { benchmarkIndex: number };
}

const figures = [
  "first-contentful-paint",
  "largest-contentful-paint",
  "total-blocking-time",
  "cumulative-layout-shift",
  "speed-index",
];

/** One run, as a phone on a slow line, which is Lighthouse's own default. */
async function report(path: string): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "audit-"));
  const port = await freePort();
  // the tests' own Chromium, which asks no other host for anything
  const browser = await launch("no-adapter", [`--remote-debugging-port=${port}`]);
  try {
    const file = join(folder, "report.json");
    const args = ["--yes", lighthouse, server.url + path, "--quiet", "--output=json"];
    await promisify(execFile)("npx", [...args, `--output-path=${file}`, `--port=${port}`], {
      maxBuffer: 1 << 26,
    });
    return JSON.parse(readFileSync(file, "utf8")) as Report;
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as AddressInfo;
  await new Promise((resolve) => taken.close(resolve));
  return port;
}

const percent = (score: number) => Math.round(score * 100);

/** what takes points away: "title (figure)" */
function lacking({ categories, audits }: Report): string[] {
  return Object.values(categories).flatMap(({ title, auditRefs }) =>
    auditRefs
      .filter(({ id, weight }) => weight > 0 && (audits[id]?.score ?? 1) < 0.9)
      .map(({ id }) => `${title}: ${audits[id]!.title} (${audits[id]!.displayValue ?? "no figure"})`),
  );
}

it.each(["index.html", "experiment.html", "embed.html"])("Lighthouse, %s", {
  timeout: 6 * runs * minutes,
}, async (path) => {
  const reports: Report[] = [];
  for (let run = 0; run < runs; run++) reports.push(await report(path));
  const score = (each: Report) => each.categories.performance!.score;
  const all = reports.toSorted((a, b) => score(a) - score(b));
  const median = all[Math.floor(all.length / 2)]!;
  const scores = Object.values(median.categories).map((each) => `${each.title} ${percent(each.score)}`);
  const values = figures.map((id) => `${median.audits[id]!.title} ${median.audits[id]!.displayValue}`);
  const speed = `machine ${Math.round(median.environment.benchmarkIndex)}, load ${loadavg()[0]!.toFixed(1)}`;
  console.log(
    [
      `${path}: ${scores.join(", ")}`,
      `  ${values.join(", ")}`,
      `  performance of all runs: ${all.map((each) => percent(score(each))).join(", ")}; ${speed}`,
      ...lacking(median).map((each) => `  - ${each}`),
    ].join("\n"),
  );
});

const axe = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");
const axeRun = 'axe.run(document, { resultTypes: ["violations"] }).then((results) => results.violations)';

it("axe, every page in both themes, on a phone and wide", { timeout: 10 * minutes }, async () => {
  const browser = await launch("no-adapter");
  for (const path of ["index.html", "experiment.html", "embed.html", "embed-notebook.html"])
    for (const colorScheme of ["light", "dark"] as const)
      for (const width of [390, 1920]) {
        const page = await browser.newPage({ colorScheme, viewport: { width, height: 844 } });
        await page.goto(server.url + path);
        await page.locator("nn-cell, nn-experiment-form").first().waitFor();
        await page.evaluate(axe);
        const found = await page.evaluate<Result[]>(axeRun);
        const told = found.map(({ id, impact, nodes }) => `${id} (${impact}, ${nodes.length} elements)`);
        console.log(`axe, ${path}, ${colorScheme}, ${width} px: ${told.join(", ") || "nothing"}`);
        await page.close();
      }
  await browser.close();
});
