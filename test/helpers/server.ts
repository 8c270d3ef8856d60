// A static server as simple hosts are: no headers of its own, no fallback page. Requests are counted, and a test can
// answer some of them itself.

import { createReadStream, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** answers a request and returns true, or leaves it to the files */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface StaticServer {
  /** http://localhost:port/ */
  url: string;
  port: number;
  /** paths asked for, in order */
  requests: string[];
  intercept: Intercept | undefined;
  close(): Promise<void>;
}

/**
 * Serve folders on a free port.
 * @param mounts address prefix -> folder, the longest matching prefix wins
 */
export async function serve(mounts: Record<string, string>): Promise<StaticServer> {
  const prefixes = Object.keys(mounts).sort((a, b) => b.length - a.length);
  const http = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    server.requests.push(path);
    if (server.intercept?.(request, response)) return;
    const prefix = prefixes.find((candidate) => path.startsWith(candidate));
    const below =
      prefix === undefined ? undefined : normalize(path.slice(prefix.length)).replace(/^\/+|^\.\.(\/|$)/, "");
    const file =
      below === undefined
        ? undefined
        : join(mounts[prefix!]!, below === "" || below === "." ? "index.html" : below);
    const found = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
    if (!file || !found?.isFile()) {
      response.writeHead(404, { "Content-Type": "text/plain" }).end("not found");
      return;
    }
    response.writeHead(200, {
      "Content-Type": types[extname(file)] ?? "application/octet-stream",
      "Content-Length": found.size,
    });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  const server: StaticServer = {
    url: `http://localhost:${port}/`,
    port,
    requests: [],
    intercept: undefined,
    close: () => {
      http.closeAllConnections();
      return new Promise((resolve) => http.close(() => resolve()));
    },
  };
  return server;
}
