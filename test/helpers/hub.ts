// A real server that stands in for the Hugging Face Hub, and another one for the hosts that it redirects to.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** one origin: what it answers, and what it was asked */
export interface Origin {
  url: string;
  answers: Map<string, Answer>;
  asked: { path: string; token: string | undefined; range: string | undefined; encoding: unknown }[];
  close(): Promise<void>;
}

/** An origin on a port of its own. */
export async function startOrigin(): Promise<Origin> {
  const answers: Origin["answers"] = new Map();
  const asked: Origin["asked"] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    const { authorization: token, range, "accept-encoding": encoding } = request.headers;
    asked.push({ path, token, range, encoding });
    // as the Hub does, so that a page on another site may read its answers
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("access-control-expose-headers", "Accept-Ranges, Content-Range, ETag");
    const answer = answers.get(path);
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export const json =
  (value: unknown): Answer =>
  (_, response) =>
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));

export const redirect =
  (location: string): Answer =>
  (_, response) =>
    response.writeHead(302, { location }).end();

export interface Manners {
  etag?: string;
  ranges?: boolean;
  /** break the connection after so many bytes of this answer */
  breakAfter?: number;
}

/**
 * A file as a decent server sends it, with Range, If-Range and ETag, unless its manners are worse.
 * @param arrived resolves when so much of the file, from its start, is where it belongs; only then a connection breaks
 */
export function file(
  bytes: Buffer,
  { etag = '"v1"', ranges = true, breakAfter }: Manners = {},
  arrived: (bytes: number) => Promise<void> = async () => {},
): Answer {
  return (request, response) => {
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    const condition = request.headers["if-range"];
    const partial = ranges && from !== undefined && (condition === undefined || condition === etag);
    const first = partial ? Number(from) : 0;
    const end = partial && to ? Math.min(Number(to) + 1, bytes.length) : bytes.length;
    if (first >= bytes.length) {
      response.writeHead(416, { "content-range": `bytes */${bytes.length}` }).end();
      return;
    }
    const body = bytes.subarray(first, end);
    response.writeHead(partial ? 206 : 200, {
      "content-length": body.length,
      ...(etag && { etag }),
      ...(partial && { "content-range": `bytes ${first}-${end - 1}/${bytes.length}` }),
    });
    if (breakAfter === undefined || breakAfter >= body.length) response.end(body);
    else
      response.write(
        body.subarray(0, breakAfter),
        () => void arrived(first + breakAfter).finally(() => response.destroy()),
      );
  };
}

interface Published {
  hub: Origin;
  cdn: Origin;
  repo: string;
  commit: string;
  /** files that the list names, and that are not there */
  more?: readonly string[];
  licence?: string;
}

/** where a repository's files are on the Hub's own origin */
export const addresses = (repo: string, commit: string) => ({
  info: `/api/models/${repo}/revision/main`,
  tree: `/api/models/${repo}/tree/${commit}`,
  file: (name: string) => `/${repo}/resolve/${commit}/${name}`,
});

/** A folder as a repository: what is large on another origin, small files on the Hub's own. */
export function publishFolder(
  folder: string,
  { hub, cdn, repo, commit, more = [], licence = "apache-2.0" }: Published,
): void {
  const at = addresses(repo, commit);
  const names = readdirSync(folder).sort();
  const siblings = [...more, ...names].map((rfilename) => ({ rfilename }));
  hub.answers.set(at.info, json({ id: repo, sha: commit, siblings, cardData: { license: licence } }));
  const entries = names.map((path) => {
    const bytes = readFileSync(join(folder, path));
    if (!/\.(safetensors|bin)$/.test(path)) {
      hub.answers.set(at.file(path), file(bytes));
      return { type: "file", path, size: bytes.length, oid: "git" };
    }
    hub.answers.set(at.file(path), redirect(`${cdn.url}/blob/${path}`));
    cdn.answers.set(`/blob/${path}`, file(bytes));
    const oid = createHash("sha256").update(bytes).digest("hex");
    return { type: "file", path, size: bytes.length, lfs: { oid, size: bytes.length } };
  });
  hub.answers.set(at.tree, json([{ type: "directory", path: "onnx", size: 0 }, ...entries]));
}
