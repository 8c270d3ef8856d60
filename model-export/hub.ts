// A checkpoint from the Hugging Face Hub, or from a mirror of it, into a folder that openCheckpoint reads. The revision
// is pinned to a commit first.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseIndex, weightFile } from "../src/model/checkpoint/index.ts";
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
/** what openCheckpoint can use; only the first is required besides the weights */
const small = [
  "config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "vocab.txt",
  "vocab.json",
  "merges.txt",
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
  const { files, weights, known } = await wanted(hub, names, commit);
  await mkdir(folder, { recursive: true });

  // of a file whose size is not known beforehand, the total learns with the first answer
  const done = new Map<string, number>();
  const sizes = new Map<string, number>();
  const sum = (numbers: Map<string, number>) => [...numbers.values()].reduce((a, b) => a + b, 0);
  const download = async (some: readonly RemoteFile[]) => {
    for (const { path, size } of some) sizes.set(path, size ?? 0);
    for (const file of some)
      await downloadFile(hub, file, commit, join(folder, file.path), (bytes, size) => {
        done.set(file.path, bytes);
        sizes.set(file.path, size);
        options.onProgress?.(sum(done), sum(sizes));
      });
  };
  if (weights.endsWith(".json")) {
    // the index says which files the weights are in
    const index = files.find(({ path }) => path === weights)!;
    await download([index]);
    const text = await readFile(join(folder, weights), "utf8");
    const { files: shards } = parseIndex(text, weights);
    await download([...files.filter((file) => file !== index), ...remote(hub, shards, names, known)]);
  } else await download(files);
  await writeFile(
    join(folder, record),
    `${JSON.stringify({ repo: name, revision: commit, licence }, null, 2)}\n`,
  );
  return folder;
}

/** the files to download, of those the repository has; the last one holds the weights, or says which files do */
async function wanted(
  hub: Hub,
  names: readonly string[],
  commit: string,
): Promise<{ files: RemoteFile[]; weights: string; known: ReadonlyMap<string, RemoteFile> }> {
  const weights = weightFile(new Set(names));
  if (weights === undefined || !names.includes("config.json")) {
    const needed = weights === undefined ? "model.safetensors" : "config.json";
    const other = names.find((name) => /\.bin$|\.h5$|\.msgpack$/.test(name));
    throw new ExportError(
      `${hub.repo} has no ${needed}${weights === undefined && other ? `, only ${other}` : ""}.`,
      weights === undefined
        ? `Convert it in Python with transformers: AutoModelForMaskedLM.from_pretrained("${hub.repo}").save_pretrained("…"), then export that folder.`
        : "Choose the repository of a masked language model.",
    );
  }
  const known = await hub.list(commit);
  const there = [...small, weights].filter((path) => names.includes(path));
  return { files: remote(hub, there, names, known), weights, known };
}

/** @throws ExportError when the repository lacks one of these files */
function remote(
  hub: Hub,
  paths: readonly string[],
  names: readonly string[],
  known: ReadonlyMap<string, RemoteFile>,
): RemoteFile[] {
  const missing = paths.find((path) => !names.includes(path));
  if (missing !== undefined)
    throw new ExportError(
      `${hub.repo} has no ${missing}, which its index of weights names.`,
      "Choose another revision, or ask whoever published it.",
    );
  return paths.map((path) => known.get(path) ?? { path, size: undefined, sha256: undefined });
}
