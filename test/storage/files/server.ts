// A real server that misbehaves on request: what it does with a path is looked up anew for every request.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export interface TestServer {
  origin: string;
  /** address of the manifest; files are relative to it */
  base: string;
  answers: Map<string, Answer>;
  /** paths in the order they were asked for */
  asked: string[];
  /** the Range header of each request, in the same order */
  ranges: (string | undefined)[];
  /** bytes of the bodies that were handed to the network */
  readonly sent: number;
  /** requests that have been answered partly and not ended */
  open: Set<ServerResponse>;
  close(): Promise<void>;
}

/**
 * Start a server; paths without an answer get 404.
 * @param pages what lies outside the model's folder, by path
 */
export async function startServer(
  pages: Record<string, [type: string, text: string]> = {},
): Promise<TestServer> {
  const answers = new Map<string, Answer>();
  const asked: string[] = [];
  const ranges: (string | undefined)[] = [];
  const open = new Set<ServerResponse>();
  let sent = 0;
  const server = createServer((request, response) => {
    const page = pages[request.url ?? ""];
    if (page) return void response.writeHead(200, { "content-type": page[0] }).end(page[1]);
    const path = (request.url ?? "").slice("/model/".length);
    asked.push(path);
    ranges.push(request.headers.range);
    open.add(response);
    response.once("close", () => open.delete(response));
    const answer = answers.get(path);
    if (!answer) return void response.writeHead(404).end("no such file");
    const { write } = response;
    response.write = (...args: unknown[]) => {
      sent += (args[0] as Uint8Array).length;
      return Reflect.apply(write, response, args) as boolean;
    };
    answer(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    base: `${origin}/model/manifest.json`,
    answers,
    asked,
    ranges,
    get sent() {
      return sent;
    },
    open,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Send these bytes, whatever is asked. */
export const sends =
  (bytes: Uint8Array, headers = {}): Answer =>
  (response) => {
    response.writeHead(200, { "content-type": "application/octet-stream", ...headers });
    response.write(bytes);
    response.end();
  };

/** Send these bytes, or of them what the Range header asks for, as a good server does. */
export const serves =
  (bytes: Uint8Array): Answer =>
  (response, request) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    if (from === 0) return sends(bytes)(response, request);
    if (from >= bytes.length) return void response.writeHead(416).end();
    const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    response.writeHead(206, { "content-range": range });
    response.write(bytes.subarray(from));
    response.end();
  };

/**
 * Promise all the bytes, send those from `from` to `to`, and hang up.
 * @param read how many bytes have been read, because a reader loses what it has not read when the connection breaks
 */
export const drops =
  (bytes: Uint8Array, read: () => number, to: number, from = 0): Answer =>
  (response) => {
    const headers = { "content-length": bytes.length - from };
    const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    response.writeHead(from === 0 ? 200 : 206, from === 0 ? headers : { ...headers, "content-range": range });
    response.write(bytes.subarray(from, to));
    const timer = setInterval(() => {
      if (read() < to) return;
      clearInterval(timer);
      response.destroy();
    }, 2);
    response.once("close", () => clearInterval(timer));
  };

/** One answer after the other; the last one from then on. */
export const inOrder = (...list: Answer[]): Answer => {
  const left = list.values();
  let answer: Answer;
  return (response, request) => {
    answer = left.next().value ?? answer;
    answer(response, request);
  };
};
