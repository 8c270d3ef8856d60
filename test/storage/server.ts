// A real server that misbehaves on request: what it does with a path is looked up anew for every request.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export interface TestServer {
  /** address of the manifest; files are relative to it */
  base: string;
  answers: Map<string, Answer>;
  /** paths in the order they were asked for */
  asked: string[];
  /** requests that have been answered partly and not ended */
  open: Set<ServerResponse>;
  close(): Promise<void>;
}

/** Start a server; paths without an answer get 404. */
export async function startServer(): Promise<TestServer> {
  const answers = new Map<string, Answer>();
  const asked: string[] = [];
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const path = (request.url ?? "").slice("/model/".length);
    asked.push(path);
    open.add(response);
    response.once("close", () => open.delete(response));
    const answer = answers.get(path);
    if (answer) answer(response, request);
    else response.writeHead(404).end("no such file");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    base: `http://127.0.0.1:${port}/model/manifest.json`,
    answers,
    asked,
    open,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
