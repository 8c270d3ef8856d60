// Which files go when a model goes. Models share files (tokenizers, identical chunks), and files are kept by hash.

import type { StoredModel } from "./types.ts";

/** Hashes of the named model's files that no other of the models has; empty when there is no such model. */
export function unneeded(name: string, models: readonly StoredModel[]): Set<string> {
  const hashes = (some: readonly StoredModel[]) =>
    some.flatMap((model) => model.files.map((file) => file.sha256));
  const gone = new Set(hashes(models.filter((model) => model.name === name)));
  for (const sha256 of hashes(models.filter((model) => model.name !== name))) gone.delete(sha256);
  return gone;
}
