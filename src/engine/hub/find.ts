// What a model on the Hub is and costs: which commit, which files, how many bytes. Nothing of its weights is asked for.

import { parseIndex } from "../../model/checkpoint/index.ts";
import {
  addressOf,
  checkHubId,
  filesNamed,
  HubError,
  notJson,
  type RemoteFile,
  type Repository,
  readRevision,
  readTree,
  refusalOf,
  wantedFiles,
} from "../../model/hub/index.ts";
import { fetchBytes, type Patience, type Retry, refusing } from "../../storage/index.ts";
import { refusedCheckpoint } from "../build/refused.ts";
import type { HubModel, HubQuestion } from "../types.ts";
import { withinPolicy } from "./policy.ts";

/** what speaks with the Hub is given */
export interface HubPorts {
  fetch: typeof globalThis.fetch;
  patience: Patience;
  signal: AbortSignal | undefined;
  /** called when an attempt has failed and another one will be made */
  onRetry?: ((retry: Retry) => void) | undefined;
}

/** bytes of the longest answer: a repository with thousands of files, an index of weights */
const LONGEST = 32 * 2 ** 20;
const check = "Check the address that this site was built with, and that no log-in page stands in the way.";

/** As the engine's method of this name; see there. */
export async function find(question: HubQuestion, endpoint: string, ports: HubPorts): Promise<HubModel> {
  try {
    return await ask(question, endpoint, ports);
  } catch (error) {
    throw refusedCheckpoint(error);
  }
}

/** @throws CheckpointError, StorageError */
async function ask({ repo, revision }: HubQuestion, endpoint: string, ports: HubPorts): Promise<HubModel> {
  checkHubId(repo);
  const hub: Repository = { endpoint, repo };
  const at = `${repo} at revision ${revision}`;
  const answer = await json(addressOf.revision(hub, revision), (status) => refused(status, at, hub), ports);
  const found = readRevision(answer, hub, revision, check);
  const { commit, names, licence } = found;
  const wanted = wantedFiles(repo, names);
  const known = await listed(hub, commit, ports);
  const files = filesNamed(wanted.files, repo, names, known);
  let weights = [wanted.weights];
  if (wanted.weights.endsWith(".json")) {
    // the index says which files the weights are in
    const index = await fetchFile(hub, commit, wanted.weights, ports);
    weights = parseIndex(new TextDecoder().decode(index), wanted.weights).files;
    files.push(...filesNamed(weights, repo, names, known));
  }
  const sized: HubModel["files"] = [];
  for (const file of files)
    sized.push({ ...file, size: file.size ?? (await sizeOf(hub, commit, file, ports)) });
  const bytes = sized.reduce((sum, { size }) => sum + size, 0);
  return { endpoint, repo, revision, name: found.repo, commit, licence, files: sized, weights, bytes };
}

/** The whole of a small file. @throws CheckpointError, StorageError */
export async function fetchFile(
  hub: Repository,
  commit: string,
  path: string,
  ports: HubPorts,
): Promise<Uint8Array<ArrayBuffer>> {
  const fetch = refusing(plain(ports.fetch), (status) => refused(status, path, hub));
  return fetchBytes(addressOf.file(hub, commit, path), { ...ports, fetch, longest: LONGEST });
}

/** What a status means to who asks from a page. */
export function refused(status: number, what: string, hub: Repository): HubError {
  // a web page comes with 200
  return status < 400 ? notJson(`${hub.endpoint} (${what})`, check) : refusalOf(status, what, hub, "page");
}

/** Requests that say as little as they can: who asks, and from where, is nobody's business. */
export function plain(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  const allowed = withinPolicy(fetch);
  return (input, init) => allowed(input, { ...init, credentials: "omit", referrerPolicy: "no-referrer" });
}

async function json(url: string, refuse: (status: number) => Error, ports: HubPorts): Promise<unknown> {
  const fetch = refusing(plain(ports.fetch), refuse);
  const bytes = await fetchBytes(url, { ...ports, fetch, longest: LONGEST });
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw notJson(url, check, cause);
  }
}

/** Size and hash of every file at the top of the repository; empty where a mirror does not tell. */
async function listed(hub: Repository, commit: string, ports: HubPorts): Promise<Map<string, RemoteFile>> {
  class Untold extends Error {}
  try {
    return readTree(await json(addressOf.tree(hub, commit), () => new Untold(), ports));
  } catch (error) {
    if (error instanceof Untold) return new Map();
    throw error;
  }
}

/** The length of a file that the Hub does not tell in its list, by asking for its first byte. */
async function sizeOf(
  hub: Repository,
  commit: string,
  { path }: RemoteFile,
  ports: HubPorts,
): Promise<number> {
  let size = Number.NaN;
  const asking = refusing(plain(ports.fetch), (status) => refused(status, path, hub));
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const response = await asking(input, { ...init, headers: { range: "bytes=0-0" } });
    const range = /\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1];
    const length = response.status === 200 ? response.headers.get("content-length") : null;
    if (!response.ok) return response;
    size = Number(range ?? length ?? Number.NaN);
    await response.body?.cancel();
    return new Response();
  };
  await fetchBytes(addressOf.file(hub, commit, path), { ...ports, fetch, longest: 1 });
  if (Number.isSafeInteger(size)) return size;
  throw new HubError(`${hub.endpoint} does not say how long ${path} is.`, check);
}
