// Which files of a repository a checkpoint is made of.

import { CheckpointError, weightFile } from "../checkpoint/index.ts";
import type { RemoteFile, Revision } from "./answers.ts";

/** tells where a checkpoint came from; openCheckpoint reads it */
export const sourceFile = "source.json";

/** what openCheckpoint can use; only the first is required besides the weights */
const small = [
  "config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "vocab.txt",
  "special_tokens_map.json",
  "added_tokens.json",
];

export interface Wanted {
  /** the files to download, of those the repository has; the last one is `weights` */
  files: string[];
  /** the file that holds the weights, or, when it ends in .json, says which files do */
  weights: string;
}

/**
 * The files that are needed, without those that an index of weights names.
 * @param repo as it was asked for
 * @throws CheckpointError when the repository has no weights that are read, or no config.json
 */
export function wantedFiles(repo: string, names: readonly string[]): Wanted {
  const weights = weightFile(new Set(names));
  if (weights === undefined) {
    const other = names.find((name) => /^[\w./-]{1,100}\.(bin|h5|msgpack)$/.test(name));
    throw new CheckpointError(
      `${repo} has no model.safetensors${other ? `, only ${other}` : ""}.`,
      `Convert it in Python with transformers: AutoModelForMaskedLM.from_pretrained("${repo}").save_pretrained("…"), then take that folder.`,
    );
  }
  if (!names.includes("config.json"))
    throw new CheckpointError(
      `${repo} has no config.json.`,
      "Choose the repository of a masked language model.",
    );
  return { files: [...small, weights].filter((path) => names.includes(path)), weights };
}

/**
 * What is known of some files.
 * @throws CheckpointError when the repository lacks one of them
 */
export function filesNamed(
  paths: readonly string[],
  repo: string,
  names: readonly string[],
  known: ReadonlyMap<string, RemoteFile>,
): RemoteFile[] {
  const missing = paths.find((path) => !names.includes(path));
  if (missing !== undefined)
    throw new CheckpointError(
      `${repo} has no ${missing}, which its index of weights names.`,
      "Choose another revision, or ask whoever published it.",
    );
  return paths.map((path) => known.get(path) ?? { path, size: undefined, sha256: undefined });
}

/** The text of {@link sourceFile}: the same wherever it is made, since a model's manifest says what it says. */
export function sourceText({ repo, commit, licence }: Pick<Revision, "repo" | "commit" | "licence">): string {
  return `${JSON.stringify({ repo, revision: commit, licence }, null, 2)}\n`;
}
