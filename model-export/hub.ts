// A checkpoint from the Hugging Face Hub, or from a mirror of it, into a folder that openCheckpoint reads. The revision
// is pinned to a commit first; an interrupted download goes on where it stopped; and nothing gets its final name before
// its length and, where the Hub tells it, its SHA-256 are right.

import { mkdir, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hashFile } from "./checkpoint-folder.ts";
import { ExportError } from "./errors.ts";

export interface HubOptions {
  /** branch, tag or commit; default "main" */
  revision?: string | undefined;
  /** where checkpoints are kept; default .cache/hub in the project */
  cacheDir?: string | undefined;
  /** default: HF_ENDPOINT, else https://huggingface.co */
  endpoint?: string | undefined;
  /** access token, sent to the endpoint's own origin only; default: HF_TOKEN */
  token?: string | undefined;
  /** bytes that are here, of all files; never falls, except that a damaged part is fetched anew */
  onProgress?: ((done: number, total: number) => void) | undefined;
  fetch?: typeof globalThis.fetch | undefined;
}

/** what the Hub tells of one file */
interface RemoteFile {
  path: string;
  /** bytes; undefined where a mirror does not tell */
  size: number | undefined;
  /** of the content; the Hub knows it of large files only */
  sha256: string | undefined;
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
    await hub.download(file, commit, join(folder, file.path), (bytes, size) => {
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

/** one repository on one endpoint */
class Hub {
  readonly repo: string;
  readonly #endpoint: string;
  readonly #token: string | undefined;
  readonly #fetch: typeof globalThis.fetch;

  constructor(repo: string, { endpoint, token, fetch = globalThis.fetch }: HubOptions) {
    if (!/^[\w-][\w.-]*(\/[\w-][\w.-]*)?$/.test(repo)) {
      throw new ExportError(
        `"${repo}" is no Hub id.`,
        "Name a model as the Hub does, such as google-bert/bert-base-cased.",
      );
    }
    this.repo = repo;
    this.#endpoint = (endpoint ?? (process.env.HF_ENDPOINT || "https://huggingface.co")).replace(/\/+$/, "");
    this.#token = token ?? (process.env.HF_TOKEN || undefined);
    this.#fetch = fetch;
  }

  /** The repository's present name, the commit a branch or tag stands at, its licence, and the names of its files. */
  async resolve(
    revision: string,
  ): Promise<{ name: string; commit: string; licence: string; names: string[] }> {
    const url = `${this.#endpoint}/api/models/${this.repo}/revision/${encodeURIComponent(revision)}`;
    const info = object(await this.#json(url, `${this.repo} at revision ${revision}`));
    const { sha } = info;
    if (typeof sha !== "string" || !/^[\w.-]+$/.test(sha)) {
      throw new ExportError(
        `${this.#endpoint} does not say which commit ${revision} of ${this.repo} is.`,
        "Check HF_ENDPOINT.",
      );
    }
    const { license } = object(info.cardData);
    const siblings = Array.isArray(info.siblings) ? info.siblings : [];
    return {
      name: typeof info.id === "string" ? info.id : this.repo,
      commit: sha,
      licence: typeof license === "string" ? license : "unknown",
      names: siblings.map((sibling) => String(object(sibling).rfilename)),
    };
  }

  /** Size and hash of every file at the top of the repository; empty where a mirror does not tell. */
  async list(commit: string): Promise<Map<string, RemoteFile>> {
    const response = await this.#get(`${this.#endpoint}/api/models/${this.repo}/tree/${commit}`, {});
    if (!response.ok) {
      await response.body?.cancel();
      return new Map();
    }
    const entries: unknown = await response.json().catch(() => []);
    const files = (Array.isArray(entries) ? entries : []).map((entry): RemoteFile => {
      const { path, size, lfs } = object(entry);
      const { oid, size: stored } = object(lfs);
      const bytes = stored ?? size;
      return {
        path: String(path),
        size: typeof bytes === "number" ? bytes : undefined,
        sha256: typeof oid === "string" && /^[0-9a-f]{64}$/.test(oid) ? oid : undefined,
      };
    });
    return new Map(files.map((file) => [file.path, file]));
  }

  /**
   * One file, under its final name once it is verified. What has arrived of it stays beside as .part with its ETag, and
   * is continued only if the server still has the same file.
   */
  async download(
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
      const announced = await this.#receive(
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
        `${this.repo}: ${file.path} arrived damaged: ${problem}.`,
        "Run the command again; the file will be fetched anew.",
      );
    }
    await rename(part, path);
    await forget();
  }

  /** @returns the length the server announces; undefined when it does not */
  async #receive(
    file: RemoteFile,
    commit: string,
    part: string,
    etagFile: string,
    resume: { have: number; etag: string } | undefined,
    onBytes: (done: number, total: number) => void,
  ): Promise<number | undefined> {
    const url = `${this.#endpoint}/${this.repo}/resolve/${commit}/${file.path}`;
    // lengths are those of the file, so it must not come compressed
    const headers: Record<string, string> = { "accept-encoding": "identity" };
    if (resume) Object.assign(headers, { range: `bytes=${resume.have}-`, "if-range": resume.etag });
    const response = await this.#get(url, headers);
    if (resume && response.status === 416) {
      await response.body?.cancel();
      return this.#receive(file, commit, part, etagFile, undefined, onBytes);
    }
    if (!response.ok) throw await this.#refusal(response, file.path);

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

  async #json(url: string, what: string): Promise<unknown> {
    const response = await this.#get(url, {});
    if (!response.ok) throw await this.#refusal(response, what);
    try {
      return await response.json();
    } catch (cause) {
      throw new ExportError(
        `${url} did not answer with JSON.`,
        "Check HF_ENDPOINT, and that no log-in page stands in the way.",
        { cause },
      );
    }
  }

  /** A request that follows redirects by itself: the token goes to the endpoint's own origin and nowhere else. */
  async #get(url: string, headers: Record<string, string>): Promise<Response> {
    let target = new URL(url);
    const home = target.origin;
    for (let hop = 0; hop < 8; hop++) {
      const own =
        this.#token !== undefined && target.origin === home ? { authorization: `Bearer ${this.#token}` } : {};
      const response = await this.#fetch(target, {
        headers: { ...headers, ...own },
        redirect: "manual",
      }).catch((cause: unknown) => {
        throw new ExportError(
          `${target.host} could not be reached.`,
          "Check the connection, and HF_ENDPOINT if you use a mirror.",
          { cause },
        );
      });
      const next = response.headers.get("location");
      if (response.status < 300 || response.status >= 400 || next === null) return response;
      await response.body?.cancel();
      target = new URL(next, target);
    }
    throw new ExportError(`${url} redirects in a circle.`, "Check HF_ENDPOINT.");
  }

  /** what a status means, to a person who wants a model */
  async #refusal(response: Response, what: string): Promise<ExportError> {
    await response.body?.cancel();
    const { status } = response;
    const given = this.#token !== undefined;
    switch (status) {
      case 401:
        return new ExportError(
          `The Hub does not give out ${what}: it does not exist, or needs an access token${given ? " other than HF_TOKEN" : ""} (status 401).`,
          `Check the name; if the model is private or gated, set HF_TOKEN to a token from ${this.#endpoint}/settings/tokens.`,
        );
      case 403:
        return new ExportError(
          `The Hub refuses ${what} to ${given ? "the account of HF_TOKEN" : "anonymous visitors"} (status 403).`,
          `Accept the model's terms on ${this.#endpoint}/${this.repo}, and set HF_TOKEN to a token of that account.`,
        );
      case 404:
        return new ExportError(`The Hub has no ${what} (status 404).`, "Check the name and the revision.");
      default:
        return new ExportError(
          `The Hub failed to send ${what} (status ${status}).`,
          "Wait a moment and run the command again.",
        );
    }
  }
}

/** how a file differs from what was announced; undefined when it does not */
async function difference({ size, sha256 }: RemoteFile, path: string): Promise<string | undefined> {
  const { size: found } = await stat(path);
  if (size !== undefined && found !== size) return `it has ${found} bytes instead of ${size}`;
  if (sha256 !== undefined && (await hashFile(path)) !== sha256)
    return "its SHA-256 is not the one the Hub gives";
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
