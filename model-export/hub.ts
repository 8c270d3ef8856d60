// A checkpoint from the Hugging Face Hub, or from a mirror of it, into a folder that openCheckpoint reads. The revision
// is pinned to a commit first.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ExportError } from "./errors.ts";
import { Hub, type HubAccess, type RemoteFile } from "./hub-api.ts";
import { downloadFile, exists } from "./hub-download.ts";

export interface HubOptions extends HubAccess {
  /** branch, tag or commit; default "main" */
  revision?: string | undefined;
  /** where checkpoints are kept; default .cache/hub in the project */
  cacheDir?: string | undefined;
  /** bytes that are here, of all files; never falls, except that a damaged part is fetched anew */
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/** tells where the checkpoint came from; written last, so a folder that has it is complete */
const record = "source.json";
const weights = "model.safetensors";
/** what openCheckpoint can use; only the first is required besides the weights */
const small = [
  "config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "vocab.txt",
  "special_tokens_map.json",
  "added_tokens.json",
];

/**
 * Download a checkpoint, or the rest of it.
 * @param repo such as "google-bert/bert-base-cased"
 * @returns the folder; it stays where it is, and a second call with the same commit asks nobody for weights
 * @throws ExportError when the Hub refuses, fails, or sends something else than it announced
 */
export async function fetchFromHub(repo: string, options: HubOptions = {}): Promise<string> {
  const hub = new Hub(repo, options);
  const { revision = "main", cacheDir = fileURLToPath(new URL("../.cache/hub", import.meta.url)) } = options;
  const folderOf = (commit: string) => join(cacheDir, repo.replace("/", "--"), commit);
  if (/^[0-9a-f]{40}$/.test(revision) && (await exists(join(folderOf(revision), record))))
    return folderOf(revision);

  const { name, commit, licence, names } = await hub.resolve(revision);
  const folder = folderOf(commit);
  if (await exists(join(folder, record))) return folder;
  const files = await wanted(hub, names, commit);
  await mkdir(folder, { recursive: true });

  // of a file whose size is not known beforehand, the total learns with the first answer
  const done = new Map<string, number>();
  const sizes = new Map(files.map(({ path, size }) => [path, size ?? 0]));
  const sum = (numbers: Map<string, number>) => [...numbers.values()].reduce((a, b) => a + b, 0);
  for (const file of files) {
    await downloadFile(hub, file, commit, join(folder, file.path), (bytes, size) => {
      done.set(file.path, bytes);
      sizes.set(file.path, size);
      options.onProgress?.(sum(done), sum(sizes));
    });
  }
  await writeFile(
    join(folder, record),
    `${JSON.stringify({ repo: name, revision: commit, licence }, null, 2)}\n`,
  );
  return folder;
}

/** the files to download, of those the repository has */
async function wanted(hub: Hub, names: readonly string[], commit: string): Promise<RemoteFile[]> {
  for (const needed of ["config.json", weights]) {
    if (names.includes(needed)) continue;
    const other = names.find((name) => /\.bin$|\.h5$|\.msgpack$|\.safetensors\.index\.json$/.test(name));
    throw new ExportError(
      `${hub.repo} has no ${needed}${needed === weights && other ? `, only ${other}` : ""}.`,
      needed === weights
        ? `Convert it in Python with transformers: BertForMaskedLM.from_pretrained("${hub.repo}").save_pretrained("…"), then export that folder.`
        : "Choose the repository of a BERT masked language model.",
    );
  }
  const known = await hub.list(commit);
  return [...small, weights]
    .filter((path) => names.includes(path))
    .map((path) => known.get(path) ?? { path, size: undefined, sha256: undefined });
}
