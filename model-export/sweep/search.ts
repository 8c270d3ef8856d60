// npm run sweep -- --search: which neurons several prompts have in common, by sweeps that are computed here, or were.

import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  differenceOf,
  expandPrompts,
  type SearchResult,
  type Slots,
  type SweepRow,
  scoresOf,
  searchNeurons,
} from "../../src/model/sweep/index.ts";
import { ExportError } from "../errors.ts";
import { toNumber } from "../options.ts";
import { provenanceText } from "../provenance.ts";
import { replaceFile } from "../replace-file.ts";
import type { Options } from "./ask.ts";
import { checkJson } from "./outputs.ts";
import { aligned } from "./table.ts";

/** The sentences that --prompts, --template and --slot stand for. @throws ExportError, EngineError */
export function promptsOf({ prompts, template, slot = [] }: Options): string[] {
  if ((prompts === undefined) === (template === undefined))
    throw new ExportError(
      prompts === undefined
        ? "Nothing says which prompts to search."
        : "--prompts and --template exclude each other.",
      'Give --prompts file.txt, with a sentence on each line, or --template "{name} is selling [MASK] {noun}." with a --slot for each name.',
    );
  const lines = prompts === undefined ? [template!] : readLines(prompts);
  return expandPrompts(lines, toSlots(slot));
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8")
      .replace(/^\ufeff/, "")
      .split(/\r?\n/)
      .filter((line) => line.trim() !== "");
  } catch (cause) {
    throw new ExportError(
      `--prompts ${file} cannot be read.`,
      "Name a text file with a sentence on each line.",
      { cause },
    );
  }
}

/** name=one,two; words may have blanks in them */
function toSlots(slots: readonly string[]): Slots {
  const read = slots.map((slot): [string, string[]] => {
    const [, name, words] = /^([^=]+)=(.*)$/s.exec(slot) ?? [];
    if (name === undefined || words === undefined)
      throw new ExportError(
        `--slot ${slot} cannot be read.`,
        "It takes a name and words, such as noun=sketches,chairs.",
      );
    return [
      name,
      words
        .split(",")
        .map((word) => word.trim())
        .filter(Boolean),
    ];
  });
  const twice = read.find(([name], i) => read.findIndex(([other]) => other === name) !== i);
  if (twice)
    throw new ExportError(`--slot ${twice[0]} is given twice.`, "Give all its words at once, with commas.");
  return Object.fromEntries(read);
}

/** The file of a prompt's own sweep in a folder: 001.csv for the first. */
export function promptFile(folder: string | undefined, prompt: number): string | undefined {
  if (folder === undefined) return undefined;
  mkdirSync(folder, { recursive: true });
  return join(folder, `${String(prompt + 1).padStart(3, "0")}.csv`);
}

/**
 * Search sweeps of several prompts, print what they share, and write it where --json says.
 * @param sweeps the rows of each prompt
 * @param rounded what rounding the model's weights has changed, in words; rows do not say it
 * @throws ExportError where the sweeps are not alike but for their sentences; EngineError of the search
 */
export function search(sweeps: readonly SweepRow[][], given: Options, rounded?: string): void {
  checkJson(given.json);
  const first = sweeps[0]?.[0];
  for (const [row] of sweeps) {
    const difference = first && row && differenceOf(first, row, ["sentence", "position", "positions"]);
    if (difference)
      throw new ExportError(
        `The sweep of "${row.sentence}" cannot be compared with that of "${first.sentence}": its ${difference.what} is ${difference.other}, and there it is ${difference.one}.`,
        "Search sweeps that differ in nothing but the sentence.",
      );
  }
  const number = (option: "threshold" | "share") => {
    const text = given[option];
    return text === undefined ? undefined : toNumber(`--${option}`, text);
  };
  const options = { threshold: number("threshold"), share: number("share") };
  const result = searchNeurons(sweeps.map(scoresOf), options);
  console.log(foundTable(result));
  console.error(result.sentence);
  console.error(`By ${result.method} on ${first!.metric}. ${provenanceText({ ...first!, rounded })}`);
  if (given.json !== undefined) replaceFile(given.json, searchJson(result, sweeps));
}

function foundTable({ neurons, prompts }: SearchResult): string {
  const lines = neurons.map((found) => [
    `${found.layer}`,
    `${found.neuron}`,
    `${found.score.toExponential(3)}`,
    `${found.prompts} of ${prompts}`,
  ]);
  return aligned([["layer", "neuron", "mean score", "kept by"], ...lines]);
}

function searchJson(result: SearchResult, sweeps: readonly SweepRow[][]): string {
  const { model, repo, revision, encoding, device, runtime, metric, operation, steps } = sweeps[0]![0]!;
  const search = { model, repo, revision, encoding, device, runtime, metric, operation, steps, ...result };
  return `${JSON.stringify({ search: { ...search, sentences: sweeps.map(([row]) => row!.sentence) } }, null, 2)}\n`;
}
