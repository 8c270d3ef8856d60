// A test server's files as hosts send them: text, JSON and WebAssembly with gzip, everything else as it is.

import { gzipSync } from "node:zlib";
import type { Intercept, StaticServer } from "./server.ts";
import { typeOf } from "./server.ts";

export interface Packed {
  readonly body: Buffer;
  readonly headers: Record<string, string | number>;
}

/** @returns gives a file's answer by its path; undefined when there is no such file */
export function compressing(server: Pick<StaticServer, "read">): (path: string) => Packed | undefined {
  const known = new Map<string, Buffer>();
  return (path) => {
    const type = typeOf(path.endsWith("/") ? "index.html" : path);
    const packs = /^text\/|^application\/(json|wasm|manifest)|^image\/svg/.test(type);
    const body = known.get(path) ?? server.read(path);
    if (!body) return undefined;
    const sent = packs && !known.has(path) ? gzipSync(body, { level: 6 }) : body;
    if (packs) known.set(path, sent);
    const coding = packs ? { "Content-Encoding": "gzip" } : {};
    return { body: sent, headers: { "Content-Type": type, "Content-Length": sent.length, ...coding } };
  };
}

/** for {@link StaticServer.intercept}: every file is sent so; a part of one is left to the server */
export function compressed(server: Pick<StaticServer, "read">): Intercept {
  const packed = compressing(server);
  return ({ url = "/", headers, method }, response) => {
    const found = !headers.range && method === "GET" && packed(pathOf(url));
    if (!found) return false;
    response.writeHead(200, found.headers).end(found.body);
    return true;
  };
}

export function pathOf(url: string): string {
  return decodeURIComponent(new URL(url, "http://localhost").pathname);
}
