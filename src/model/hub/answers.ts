// What the Hugging Face Hub, or a mirror of it, is asked and how its answers are read. Pure: Node and the tab fetch in their
// own ways.

import { CheckpointError } from "../checkpoint/index.ts";

/** what the Hub tells of one file */
export interface RemoteFile {
  path: string;
  /** bytes; undefined where a mirror does not tell */
  size: number | undefined;
  /** of the content; the Hub knows it of large files only */
  sha256: string | undefined;
}

/** what a branch, tag or commit is, and what is in it */
export interface Revision {
  /** the repository's present name */
  repo: string;
  commit: string;
  /** as the model card states it, else "unknown" */
  licence: string;
  /** paths of its files */
  names: string[];
}

/** one repository on one endpoint */
export interface Repository {
  /** the Hub's address, without a slash at its end */
  endpoint: string;
  repo: string;
}

/** where the Hub is */
export const defaultEndpoint = "https://huggingface.co";

/** An address without the slashes at its end. */
export const toEndpoint = (address: string): string => address.replace(/\/+$/, "");

/** Is this the name of a repository, "owner/name" or one of the old ones without an owner? */
export const isHubId = (text: string): boolean => /^[\w-][\w.-]*(\/[\w-][\w.-]*)?$/.test(text);

/** @throws CheckpointError when it is no name of a repository */
export function checkHubId(repo: string): void {
  if (isHubId(repo)) return;
  throw new CheckpointError(
    `"${repo.slice(0, 200)}" is no Hub id.`,
    "Name a model as the Hub does, such as google-bert/bert-base-cased.",
  );
}

/** addresses of what is asked for */
export const addressOf = {
  revision: ({ endpoint, repo }: Repository, revision: string) =>
    `${endpoint}/api/models/${repo}/revision/${encodeURIComponent(revision)}`,
  tree: ({ endpoint, repo }: Repository, commit: string) => `${endpoint}/api/models/${repo}/tree/${commit}`,
  file: ({ endpoint, repo }: Repository, commit: string, path: string) =>
    `${endpoint}/${repo}/resolve/${commit}/${path}`,
};

/**
 * The answer to {@link addressOf}.revision.
 * @param check what a person can check where the endpoint is not the Hub's
 * @throws CheckpointError when it does not name a commit
 */
export function readRevision(
  answer: unknown,
  { endpoint, repo }: Repository,
  revision: string,
  check: string,
): Revision {
  const { sha, cardData, siblings, id } = object(answer);
  if (typeof sha !== "string" || !/^\w[\w.-]{0,99}$/.test(sha))
    throw new CheckpointError(`${endpoint} does not say which commit ${revision} of ${repo} is.`, check);
  const { license } = object(cardData);
  const files = Array.isArray(siblings) ? siblings : [];
  return {
    repo: typeof id === "string" && isHubId(id) ? id : repo,
    commit: sha,
    // what a manifest takes: one line that somebody can mean
    licence: typeof license === "string" && /^[^\p{C}]{1,100}$/u.test(license) ? license : "unknown",
    names: files.flatMap((file) => {
      const { rfilename: name } = object(file);
      return typeof name === "string" && name.length <= 1_000 ? name : [];
    }),
  };
}

/** The answer to {@link addressOf}.tree: the files at the top of the repository by path. Whatever it is, it is read. */
export function readTree(answer: unknown): Map<string, RemoteFile> {
  const files = (Array.isArray(answer) ? answer : []).map((entry): RemoteFile => {
    const { path, size, lfs } = object(entry);
    const { oid, size: stored } = object(lfs);
    const bytes = stored ?? size;
    return {
      path: String(path),
      size: Number.isSafeInteger(bytes) && (bytes as number) >= 0 ? (bytes as number) : undefined,
      sha256: typeof oid === "string" && /^[0-9a-f]{64}$/.test(oid) ? oid : undefined,
    };
  });
  return new Map(files.map((file) => [file.path, file]));
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
