// A checkpoint from the Hugging Face Hub, or from a mirror of it, into a folder that openCheckpoint reads. The revision
// is pinned to a commit first.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseIndex } from "../src/model/checkpoint/index.ts";
import { filesNamed, sourceFile, sourceText, wantedFiles } from "../src/model/hub/index.ts";
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

/**
 * Download a checkpoint, or the rest of it.
 * @param repo such as "google-bert/bert-base-cased"
 * @returns the folder; it stays where it is, and a second call with the same commit asks nobody for weights
 * @throws CheckpointError or ExportError when the Hub refuses, fails, or sends something else than it announced
 */
export async function fetchFromHub(repo: string, options: HubOptions = {}): Promise<string> {
  const hub = new Hub(repo, options);
  const { revision = "main", cacheDir = fileURLToPath(new URL("../.cache/hub", import.meta.url)) } = options;
  const folderOf = (commit: string) => join(cacheDir, repo.replace("/", "--"), commit);
  if (/^[0-9a-f]{40}$/.test(revision) && (await exists(join(folderOf(revision), sourceFile))))
    return folderOf(revision);

  const found = await hub.resolve(revision);
  const { commit, names } = found;
  const folder = folderOf(commit);
  // written last, so a folder that has it is complete
  if (await exists(join(folder, sourceFile))) return folder;
  const { files: paths, weights } = wantedFiles(repo, names);
  const known = await hub.list(commit);
  const files = filesNamed(paths, repo, names, known);
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
    await download([...files.filter((file) => file !== index), ...filesNamed(shards, repo, names, known)]);
  } else await download(files);
  await writeFile(join(folder, sourceFile), sourceText(found));
  return folder;
}
