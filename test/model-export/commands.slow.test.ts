// The commands are built by each npm script before it runs one of them, also while others run.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../helpers/fixtures.ts";

const folder = join(root, ".cache/commands");
const build = () => execFileSync("npm", ["run", "--silent", "commands"], { cwd: root, stdio: "inherit" });
const written = () =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true })
      .map((name) => join(folder, String(name)))
      .filter((file) => statSync(file).isFile() && file !== earlier)
      .map((file) => [file, statSync(file).mtimeMs]),
  );
/** a piece of an earlier version, which a command that still runs may load late */
const earlier = join(folder, "assets/earlier-00000000.js");

it("building them again changes no file, and takes none away that was written today", () => {
  build();
  const before = written();
  expect(Object.keys(before).length).toBeGreaterThan(4);
  writeFileSync(earlier, "");
  build();
  expect(written()).toEqual(before);
  expect(existsSync(earlier)).toBe(true);

  const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
  utimesSync(earlier, twoDaysAgo, twoDaysAgo);
  build();
  expect(existsSync(earlier)).toBe(false);
  expect(written()).toEqual(before);
});
