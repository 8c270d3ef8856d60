// The commands are built by each npm script before it runs one of them, also while others run.

import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { afterAll, expect, it } from "vitest";
import { root } from "../helpers/fixtures.ts";

const folder = mkdtempSync(join(tmpdir(), "commands-"));
afterAll(() => rmSync(folder, { recursive: true }));

const buildThere = () =>
  build({ configFile: join(root, "model-export/vite.config.ts"), build: { outDir: folder } });
/** every file, and the number by which the disk knows it: a file that is written anew has another one */
const files = () =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [name, statSync(join(folder, name)).ino]),
  );
const age = (name: string, hours: number) => {
  const then = Date.now() / 1000 - hours * 3600;
  utimesSync(join(folder, name), then, then);
};

it("building them again writes no file anew, and takes none away that a command of today may load", async () => {
  await buildThere();
  const before = files();
  const names = Object.keys(before);
  expect(names).toEqual(expect.arrayContaining(["export.js", "experiment.js", "record.js", "sweep.js"]));

  // what an earlier version consisted of, which was built an hour ago and two days ago
  for (const [name, hours] of [
    ["assets/earlier.js", 1],
    ["assets/old.js", 48],
  ] as const) {
    writeFileSync(join(folder, name), "");
    age(name, hours);
  }
  // the age of what is still a part counts from now
  for (const name of names) age(name, 48);
  await Promise.all([buildThere(), buildThere()]);
  expect(Object.keys(files()).sort()).toEqual([...names, "assets/earlier.js"].sort());
  expect(files()).toMatchObject(before);
  expect(Date.now() - statSync(join(folder, "sweep.js")).mtimeMs).toBeLessThan(3_600_000);

  writeFileSync(join(folder, "sweep.js"), "of another version");
  await buildThere();
  expect(files()).not.toEqual({ ...before, "assets/earlier.js": expect.any(Number) });
  expect(statSync(join(folder, "sweep.js")).size).toBeGreaterThan(100);
});
