// One file from the Hub onto the disk. An interrupted download goes on where it stopped, and nothing gets its final name before
// its length and, where the Hub tells it, its SHA-256 are right.

import { open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { hashFile } from "./checkpoint-folder.ts";
import { ExportError } from "./errors.ts";
import type { Hub, RemoteFile } from "./hub-api.ts";

/**
 * One file, under its final name once it is verified. What has arrived of it stays beside as .part with its ETag, and
 * is continued only if the server still has the same file.
 */
export async function downloadFile(
  hub: Hub,
  file: RemoteFile,
  commit: string,
  path: string,
  onBytes: (done: number, total: number) => void,
): Promise<void> {
  if (await exists(path)) {
    const { size } = await stat(path);
    return onBytes(size, size);
  }
  const part = `${path}.part`;
  const etagFile = `${path}.etag`;
  const forget = () => Promise.all([rm(part, { force: true }), rm(etagFile, { force: true })]);

  const etag = await readFile(etagFile, "utf8").catch(() => undefined);
  const have = (await stat(part).catch(() => undefined))?.size ?? 0;
  let size = file.size;
  if (have === 0 || have !== size || etag === undefined) {
    // without an ETag a part may be of another file; a known hash would find out, but only at the end
    const usable = etag !== undefined && have > 0 && have < (size ?? Number.POSITIVE_INFINITY);
    const announced = await fetchPart(
      hub,
      file,
      commit,
      part,
      etagFile,
      usable ? { have, etag } : undefined,
      onBytes,
    );
    size ??= announced;
  } else onBytes(have, have);

  const problem = await difference({ ...file, size }, part);
  if (problem !== undefined) {
    await forget();
    throw new ExportError(
      `${hub.repo}: ${file.path} arrived damaged: ${problem}.`,
      "Run the command again; the file will be fetched anew.",
    );
  }
  await rename(part, path);
  await forget();
}

/** @returns the length the server announces; undefined when it does not */
async function fetchPart(
  hub: Hub,
  file: RemoteFile,
  commit: string,
  part: string,
  etagFile: string,
  resume: { have: number; etag: string } | undefined,
  onBytes: (done: number, total: number) => void,
): Promise<number | undefined> {
  const response = await hub.file(commit, file.path, resume);
  if (response.status === 416) {
    await response.body?.cancel();
    return fetchPart(hub, file, commit, part, etagFile, undefined, onBytes);
  }

  // a server that ignores the range, or has another file by now, sends 200 and all of it
  const [, first, whole] =
    /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "") ?? [];
  const continues = resume !== undefined && response.status === 206 && Number(first) === resume.have;
  if (response.status === 206 && !continues) {
    await response.body?.cancel();
    throw new ExportError(
      `The server sent another part of ${file.path} than was asked for.`,
      `Delete ${part} and run the command again.`,
    );
  }
  let done = continues ? resume.have : 0;
  const announced = Number(continues ? whole : response.headers.get("content-length")) || 0;
  const etag = response.headers.get("etag") ?? "";
  // a weak ETag does not promise the same bytes
  if (!continues && etag.startsWith('"')) await writeFile(etagFile, etag);
  else if (!continues) await rm(etagFile, { force: true });

  const handle = await open(part, continues ? "a" : "w");
  try {
    onBytes(done, file.size ?? Math.max(announced, done));
    for await (const bytes of response.body ?? []) {
      await handle.writeFile(bytes);
      done += bytes.byteLength;
      onBytes(done, file.size ?? Math.max(announced, done));
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOSPC") {
      throw new ExportError(
        `The disk is full: ${part} could not be written.`,
        "Free some space and run the command again; it goes on where it stopped.",
        { cause },
      );
    }
    throw new ExportError(
      `The connection broke after ${done} bytes of ${file.path}.`,
      "Run the command again; it goes on where it stopped.",
      { cause },
    );
  } finally {
    await handle.close();
  }
  return announced > 0 ? announced : undefined;
}

/** how a file differs from what was announced; undefined when it does not */
async function difference({ size, sha256 }: RemoteFile, path: string): Promise<string | undefined> {
  const { size: found } = await stat(path);
  if (size !== undefined && found !== size) return `it has ${found} bytes instead of ${size}`;
  if (sha256 !== undefined && (await hashFile(path)) !== sha256)
    return "its SHA-256 is not the one the Hub gives";
  return undefined;
}

/** Is there a file of this name? */
export async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
