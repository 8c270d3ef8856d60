// Which records and files may go when a record comes or goes. Models share files (tokenizers, identical chunks), and
// files are kept by hash.

import type { StoredModel } from "./types.ts";

/** Of these hashes, those of no file of these models. */
export function unreferenced(hashes: Iterable<string>, models: readonly StoredModel[]): string[] {
  const needed = new Set(models.flatMap(hashesOf));
  return [...hashes].filter((sha256) => !needed.has(sha256));
}

/** Is this a record of that name, of that address where one is said, and an unfinished one where only those are meant? */
export function isOf(model: StoredModel, name: string, url?: string, only?: "unfinished"): boolean {
  return (
    model.name === name &&
    (url === undefined || model.url === url) &&
    (only === undefined || model.unfinished)
  );
}

/** the hashes of a model's files */
export function hashesOf(model: StoredModel): string[] {
  return model.files.map(({ sha256 }) => sha256);
}

/**
 * Was it opened from a person's files? Their addresses begin so (src/model/opened.ts). It may be called as a site's model is,
 * and neither takes the other's place.
 */
export function isOwn({ url }: Pick<StoredModel, "url">): boolean {
  return url.startsWith("opened:");
}

/** Are these versions of one model? They have one name, and both come from a server, or neither. */
export function isSameModel(
  a: Pick<StoredModel, "name" | "url">,
  b: Pick<StoredModel, "name" | "url">,
): boolean {
  return a.name === b.name && isOwn(a) === isOwn(b);
}

/**
 * Of these records, those that a new one takes the place of: its like, and when it is complete, what was recorded of
 * the same version before it was. Another version's download may go on in another tab, or some other time.
 */
export function replacedBy(model: StoredModel, records: readonly StoredModel[]): StoredModel[] {
  return records.filter(
    (each) =>
      isSameModel(each, model) &&
      (each.unfinished === model.unfinished || (each.unfinished && each.manifest === model.manifest)),
  );
}
