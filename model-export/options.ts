// What the options of several commands mean: a model's name, a number.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { PRACTICE } from "./catalog.ts";
import { ExportError } from "./errors.ts";

/**
 * The folder of an exported model: one under public/models, or the folder itself.
 * @throws ExportError where there is none
 */
export function locate(model: string): string {
  const folder = [join("public/models", model), model].find((path) =>
    existsSync(join(path, "manifest.json")),
  );
  if (folder !== undefined) return folder;
  throw new ExportError(
    `There is no exported model "${model}".`,
    model === PRACTICE
      ? "Run npm run practice first."
      : "Run npm run export first, or name a folder that holds a manifest.json.",
  );
}

/** @throws ExportError where the text is no number */
export function toNumber(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new ExportError(`${option} ${text} is not a number.`, "See --help.");
}
