// Which records and files may go when a record comes or goes. Models share files (tokenizers, identical chunks), and
// files are kept by hash.

import type { StoredModel } from "./types.ts";

/** Of these hashes, those of no file of these models. */
export function unneeded(hashes: Iterable<string>, models: readonly StoredModel[]): string[] {
  const needed = new Set(models.flatMap(hashesOf));
  return [...hashes].filter((sha256) => !needed.has(sha256));
}

/** the hashes of a model's files */
export function hashesOf(model: StoredModel): string[] {
  return model.files.map(({ sha256 }) => sha256);
}

/** Of these records, those that a new one takes the place of: a complete one of both of its name's, else of its like. */
export function replacedBy(model: StoredModel, records: readonly StoredModel[]): StoredModel[] {
  return records.filter(({ name, unfinished }) => name === model.name && (unfinished || !model.unfinished));
}
