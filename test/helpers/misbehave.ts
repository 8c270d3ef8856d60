// What servers, proxies and networks do to a download, by name. Each takes one request; which request meets which of
// them is said by the test:
//
//   server.intercept = misbehave(server, path, [status(503), corrupts(7)]);   // the third request is answered well
//   server.intercept = misbehave(server, path, forever(status(500)));

import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { type Intercept, type StaticServer, typeOf } from "./server.ts";

/** answers one request for a file in its own way */
export type Misbehaviour = (response: ServerResponse, file: Served, request: IncomingMessage) => void;

interface Served {
  bytes: Buffer;
  type: string;
}

/**
 * An intercept under which the requests for one path meet these misbehaviours, one each, in order. When there are no
 * more of them, the server answers as it should.
 */
export function misbehave(server: StaticServer, path: string, hows: Iterable<Misbehaviour>): Intercept {
  const bytes = server.read(path);
  if (!bytes) throw new Error(`no file is served under ${path}`);
  const next = hows[Symbol.iterator]();
  return (request, response) => {
    if (decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname) !== path) return false;
    const { done, value: how } = next.next();
    if (done) return false;
    how(response, { bytes, type: typeOf(path) }, request);
    return true;
  };
}

/** Several intercepts as one; the first that answers counts. */
export function together(...intercepts: Intercept[]): Intercept {
  return (request, response) => intercepts.some((intercept) => intercept(request, response));
}

/** the same for every request */
export function* forever(how: Misbehaviour): Generator<Misbehaviour, never> {
  while (true) yield how;
}

/** Sends some bytes and calls that the end: without a length, or with one that is right for what it sends. */
export function truncates(after: number, { length }: { length: boolean }): Misbehaviour {
  return (response, { bytes, type }) => {
    const size = length ? { "Content-Length": after } : { "Transfer-Encoding": "chunked" };
    response.writeHead(200, { "Content-Type": type, ...size }).end(bytes.subarray(0, after));
  };
}

/** Sends every byte but one as it is. */
export function corrupts(at: number): Misbehaviour {
  return (response, { bytes, type }) => {
    const damaged = Buffer.from(bytes);
    damaged[at]! ^= 1;
    whole(response, damaged, type);
  };
}

/** Refuses, with a status and perhaps headers (Retry-After). */
export function status(code: number, headers: Record<string, string> = {}): Misbehaviour {
  return (response) => {
    response.writeHead(code, { "Content-Type": "text/plain", ...headers }).end(`status ${code}`);
  };
}

/** Sends something else in the file's place, as JSON. */
export function sends(json: unknown): Misbehaviour {
  return (response) => whole(response, Buffer.from(JSON.stringify(json)), "application/json");
}

/** Takes the request and says nothing, ever. */
export const neverAnswers: Misbehaviour = () => {};

/** A log-in page, or the fallback of a host for single-page applications. */
export const servesHtml: Misbehaviour = (response) => {
  whole(response, Buffer.from("<!doctype html><title>Please log in</title>"), "text/html; charset=utf-8");
};

/** Sends the whole file whatever part of it is asked for. */
export const ignoresRange: Misbehaviour = (response, { bytes, type }) => whole(response, bytes, type);

/** Compresses what it sends, as hosts and proxies do with what they take for text. */
export const gzips: Misbehaviour = (response, { bytes, type }) => {
  response.setHeader("Content-Encoding", "gzip");
  whole(response, gzipSync(bytes), type);
};

/** Sends the file without saying how long it is. */
export const noLength: Misbehaviour = (response, { bytes, type }) => {
  response.writeHead(200, { "Content-Type": type, "Transfer-Encoding": "chunked" }).end(bytes);
};

/** Sends the file in small pieces with pauses between them. */
export function slow(piece: number, milliseconds: number): Misbehaviour {
  return (response, { bytes, type }) => {
    response.writeHead(200, { "Content-Type": type, "Content-Length": bytes.byteLength });
    const send = (from: number) => {
      if (response.destroyed) return;
      if (from >= bytes.byteLength) return void response.end();
      response.write(bytes.subarray(from, from + piece));
      setTimeout(send, milliseconds, from + piece);
    };
    send(0);
  };
}

/** requests that wait until the test says what becomes of them */
export interface Gate {
  /** sends the first bytes, if any, and waits */
  how: Misbehaviour;
  /** resolves when a request waits */
  reached: Promise<void>;
  /** send the rest, to all that wait and to all that come */
  open(): void;
  /** break the connections of all that wait and of all that come */
  drop(): void;
  /** answer all that wait and all that come in this way; only where no byte has been sent */
  answer(how: Misbehaviour): void;
}

/**
 * Sends so many bytes and waits for the test: a download that is surely in its middle. A connection is dropped this way
 * too, because a browser may throw away what arrives together with the end of a connection.
 *
 * Whoever waits for a connection that is silent asks again after 20 s, which a busy machine may take. So one that is to
 * wait as long as it takes has more than one request meet the same gate, or, where bytes were sent, is `alive`.
 * @param options.alive sends another byte each second
 */
export function holds(after: number, { alive = false } = {}): Gate {
  const reached = deferred<void>();
  const decided = deferred<Misbehaviour>();
  const sent = new WeakMap<ServerResponse, number>();
  const how: Misbehaviour = async (response, file, request) => {
    const { bytes, type } = file;
    const send = (end: number, done?: () => void) => {
      const begin = sent.get(response) ?? 0;
      sent.set(response, end);
      response.write(bytes.subarray(begin, end), done);
    };
    if (after > 0) {
      response.writeHead(200, { "Content-Type": type, "Content-Length": bytes.byteLength });
      send(after, () => reached.resolve());
    } else reached.resolve();
    const more = () => send(Math.min(sent.get(response)! + 1, bytes.byteLength - 1));
    const timer = alive ? setInterval(more, 1000) : undefined;
    response.on("close", () => clearInterval(timer));
    const end = await decided.promise;
    clearInterval(timer);
    end(response, file, request);
  };
  return {
    how,
    reached: reached.promise,
    open: () =>
      decided.resolve((response, { bytes, type }) => {
        if (after === 0) whole(response, bytes, type);
        else response.end(bytes.subarray(sent.get(response)));
      }),
    drop: () => decided.resolve((response) => response.socket?.end()),
    answer: decided.resolve,
  };
}

/** a promise and what resolves it */
function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function whole(response: ServerResponse, bytes: Buffer, type: string): void {
  response.writeHead(200, { "Content-Type": type, "Content-Length": bytes.byteLength }).end(bytes);
}
