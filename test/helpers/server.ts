// A static server as simple hosts are: no headers of its own, no fallback page, byte ranges where they are asked for.
// Requests are recorded, and a test can answer some of them itself (see misbehave.ts).

import { createReadStream, readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".wasm": "application/wasm",
};

/** answers a request and returns true, or leaves it to the files */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

/** a request as it arrived */
export interface Asked {
  path: string;
  /** the request's own headers, where it had them */
  range: string | undefined;
  referer: string | undefined;
  origin: string | undefined;
  /** milliseconds since some moment before the first request */
  at: number;
}

export interface StaticServer {
  /** http://localhost:port/ */
  url: string;
  port: number;
  /** paths asked for, in order */
  requests: string[];
  /** the same requests with what they said of themselves */
  asked: Asked[];
  intercept: Intercept | undefined;
  /** headers of every answer from a file; may be changed between requests */
  headers: OutgoingHttpHeaders;
  /** the bytes of the file that is served under a path; undefined when there is none */
  read(path: string): Buffer | undefined;
  close(): Promise<void>;
}

/**
 * Serve folders on a free port.
 * @param mounts address prefix -> folder, the longest matching prefix wins
 * @param options.headers on every answer, those that say "not found" too
 */
export async function serve(
  mounts: Record<string, string>,
  { headers = {} }: { headers?: OutgoingHttpHeaders } = {},
): Promise<StaticServer> {
  const prefixes = Object.keys(mounts).sort((a, b) => b.length - a.length);
  /** the file under a path, if there is one */
  const find = (path: string): string | undefined => {
    const prefix = prefixes.find((candidate) => path.startsWith(candidate));
    if (prefix === undefined) return undefined;
    const below = normalize(path.slice(prefix.length)).replace(/^\/+|^\.\.(\/|$)/, "");
    const file = join(mounts[prefix]!, below === "" || below === "." ? "index.html" : below);
    return statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined;
  };
  const http = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    const { range, referer, origin } = request.headers;
    server.requests.push(path);
    server.asked.push({ path, range, referer, origin, at: performance.now() });
    for (const [name, value] of Object.entries(server.headers))
      if (value !== undefined) response.setHeader(name, value);
    if (server.intercept?.(request, response)) return;
    const file = find(path);
    if (file) send(file, range, response);
    else response.writeHead(404, { "Content-Type": "text/plain" }).end("not found");
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  const server: StaticServer = {
    url: `http://localhost:${port}/`,
    port,
    requests: [],
    asked: [],
    intercept: undefined,
    headers,
    read: (path) => {
      const file = find(path);
      return file === undefined ? undefined : readFileSync(file);
    },
    close: () => {
      http.closeAllConnections();
      return new Promise((resolve) => http.close(() => resolve()));
    },
  };
  return server;
}

/** Keep the answers back to all that ask for such a path: the file, or an empty one where there is none. */
export function hold(server: StaticServer, path: RegExp): { asked: Promise<void>; release: () => void } {
  let asked = () => {};
  let release = () => {};
  const arrived = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  server.intercept = ({ url = "" }, response) => {
    if (!path.test(url)) return false;
    const type = { "Content-Type": typeOf(url) };
    void released.then(() => response.writeHead(200, type).end(server.read(url)));
    asked();
    return true;
  };
  return {
    asked: arrived,
    release: () => {
      server.intercept = undefined;
      release();
    },
  };
}

/** The content type that simple hosts derive from a file's name. */
export function typeOf(path: string): string {
  return types[extname(path)] ?? "application/octet-stream";
}

function send(file: string, range: string | undefined, response: ServerResponse): void {
  const { size } = statSync(file);
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
  const type = { "Content-Type": typeOf(file), "Accept-Ranges": "bytes" };
  if (from === undefined) {
    response.writeHead(200, { ...type, "Content-Length": size });
    createReadStream(file).pipe(response);
    return;
  }
  const start = Number(from);
  const end = Math.min(to ? Number(to) : size - 1, size - 1);
  if (start > end) {
    response.writeHead(416, { "Content-Range": `bytes */${size}` }).end();
    return;
  }
  response.writeHead(206, {
    ...type,
    "Content-Length": end - start + 1,
    "Content-Range": `bytes ${start}-${end}/${size}`,
  });
  createReadStream(file, { start, end }).pipe(response);
}
