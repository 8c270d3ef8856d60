// An answer sheet: what a student hands in, as one small text that people can read and this page can read again. It ends with
// a checksum, which shows that nothing of it was lost or changed on its way. It is no signature: it is made on the
// student's device, where anything can be made. Pure.

import type { Comparison } from "../../../model/index.ts";
import { StorageError } from "../../../storage/index.ts";
import { sheetTitle as title } from "../book/answers.ts";

/** an experiment with the numbers it gave */
export interface SheetExperiment {
  /** as in a link: sentence=…&neuron=… */
  readonly settings: string;
  /** name of the model on its site */
  readonly model: string;
  /** its revision: a commit or a hash of its weights */
  readonly revision: string;
  /** where and how it was computed, to read */
  readonly note: string;
  readonly rows: readonly Pick<Comparison, "word" | "before" | "after">[];
}

export interface Answer {
  /** the cell's id, which a copy of the notebook has, too */
  readonly cell: string;
  readonly kind: "code" | "text" | "experiment";
  /** whether it was run, as a sentence says it; empty for text */
  readonly run: string;
  readonly source: string;
  /** what it has put out, as text */
  readonly output: string;
  readonly experiment: SheetExperiment | undefined;
}

export interface Sheet {
  readonly name: string;
  readonly notebook: string;
  /** when it was made, as ISO 8601 */
  readonly made: string;
  /** address of the page that made it */
  readonly page: string;
  readonly answers: readonly Answer[];
}

/** a sheet that was read */
export interface ReadSheet extends Sheet {
  /** the text is the one that the page wrote, up to blanks at the ends of lines */
  readonly intact: boolean;
}

const mark = "checksum: sha256:";

/** makes the SHA-256 of bytes, as 64 hexadecimal digits */
export type Hash = (bytes: Uint8Array<ArrayBuffer>) => Promise<string>;

/** Characters of a sheet that are read: far beyond any that was written. */
const longest = 2_000_000;

/** The sheet as text. */
export async function writeSheet(sheet: Sheet, hash: Hash): Promise<string> {
  const lines = [
    title,
    `name: ${line(sheet.name)}`,
    `notebook: ${line(sheet.notebook)}`,
    `made: ${sheet.made}`,
    `page: ${line(sheet.page)}`,
    ...sheet.answers.flatMap(answerLines),
    "",
  ];
  const body = lines.join("\n");
  return `${body}\n${mark}${await checksum(body, hash)}\n`;
}

function answerLines({ cell, kind, run, source, output, experiment }: Answer, index: number): string[] {
  return [
    "",
    `answer ${index + 1}`,
    `cell: ${line(cell)}`,
    `kind: ${kind}`,
    ...(run ? [`run: ${line(run)}`] : []),
    ...block("source", source),
    ...block("output", output),
    ...(experiment
      ? [
          `experiment: ${line(experiment.settings)}`,
          `model: ${line(experiment.model)}`,
          `revision: ${line(experiment.revision)}`,
          `computed: ${line(experiment.note)}`,
          ...block(
            "numbers",
            experiment.rows
              .map(({ word, before, after }) => `${before} -> ${after} ${line(word)}`)
              .join("\n"),
          ),
        ]
      : []),
  ];
}

/** lines with a mark of their own, because programs that carry texts take blanks at the beginning of lines away */
function block(name: string, text: string): string[] {
  return text === "" ? [] : [`${name}:`, ...text.split("\n").map((each) => `| ${each}`)];
}

const line = (text: string) => text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();

/**
 * The sheet in a text.
 * @throws StorageError "notebook-invalid" where it is none
 */
export async function readSheet(text: string, hash: Hash): Promise<ReadSheet> {
  if (text.length > longest) throw wrong("it is longer than a sheet can be");
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const first = lines.findIndex((each) => each.trim() !== "");
  if (lines[first]?.trim() !== title) throw wrong(`it does not begin with “${title}”`);
  const end = lines.findLastIndex((each) => each.trim().startsWith(mark));
  if (end < 0) throw wrong("its end is missing, where the checksum stands");
  const body = lines.slice(first, end).join("\n");
  const said = lines[end]!.trim().slice(mark.length);
  const [head, ...answers] = recordsOf(lines.slice(first + 1, end));
  return {
    name: head?.get("name") ?? "",
    notebook: head?.get("notebook") ?? "",
    made: head?.get("made") ?? "",
    page: head?.get("page") ?? "",
    answers: answers.map(answerOf),
    intact: said === (await checksum(body, hash)),
  };
}

type Fields = Map<string, string>;

/** the head, and each answer, by the names of their fields */
function recordsOf(lines: readonly string[]): Fields[] {
  const records: Fields[] = [new Map()];
  let open = "";
  for (const each of lines) {
    const fields = records.at(-1)!;
    const [, quoted] = /^\s*\| ?(.*?)\s*$/.exec(each) ?? [];
    if (quoted !== undefined) {
      const before = fields.get(open);
      fields.set(open, before === undefined || before === "" ? quoted : `${before}\n${quoted}`);
    } else if (/^\s*answer \d+\s*$/.test(each)) records.push(new Map());
    else {
      const [, name = "", value = ""] = /^\s*(\w+):\s*(.*?)\s*$/.exec(each) ?? [];
      if (name === "") continue;
      open = name;
      fields.set(name, value);
    }
  }
  return records;
}

function answerOf(fields: Fields): Answer {
  const text = (name: string) => fields.get(name) ?? "";
  const kind = text("kind");
  const rows = text("numbers")
    .split("\n")
    .flatMap((each) => {
      const [, before = "", after = "", word = ""] = /^(\S+) -> (\S+) (.+)$/.exec(each) ?? [];
      return word ? [{ word, before: Number(before), after: Number(after) }] : [];
    });
  const experiment =
    fields.has("experiment") && rows.length > 0
      ? {
          settings: text("experiment"),
          model: text("model"),
          revision: text("revision"),
          note: text("computed"),
          rows,
        }
      : undefined;
  return {
    cell: text("cell"),
    kind: kind === "text" || kind === "experiment" ? kind : "code",
    run: text("run"),
    source: text("source"),
    output: text("output"),
    experiment,
  };
}

/** Of the text without what programs change that carry it: ends of lines, blanks around a line, kinds of blanks. */
function checksum(body: string, hash: Hash): Promise<string> {
  const plain = body
    .split("\n")
    .map((each) => each.replace(/[\u00a0\u2009\u202f]/g, " ").trim())
    .join("\n")
    .trim();
  return hash(new TextEncoder().encode(plain));
}

function wrong(why: string): StorageError {
  return new StorageError(
    "notebook-invalid",
    `This is no answer sheet: ${why}.`,
    "Paste the whole text, from its first line to its checksum, or drop the file.",
  );
}
