// No test asks any other host for anything. Browsers get a proxy for every address that is not this machine, which
// writes down what it is asked for and refuses it: pages, workers, service workers, beacons, WebSockets, and Chromium's
// own background services. Node's sockets are watched in the same way.

import { createServer } from "node:http";
import { type AddressInfo, Socket } from "node:net";

const asked: string[] = [];
const askable = new Set<string>();

/** Let the test file ask these hosts from Node: it needs a file that is not in the repository, and skips without it. */
export function mayAsk(...hosts: string[]): void {
  for (const host of hosts) askable.add(host);
}

/** What was asked of other hosts since the last call: "GET http://example.com/", "CONNECT example.com:443". */
export function takeElsewhere(): string[] {
  return asked.splice(0);
}

let proxy: Promise<number> | undefined;

/** The port of this test file's refusing proxy; started when it is first needed. */
export function refusingProxy(): Promise<number> {
  proxy ??= new Promise((resolve) => {
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(403, { "Content-Type": "text/plain" }).end("no test asks another host\n");
    });
    // https, and WebSockets of both kinds
    server.on("connect", (request, socket) => {
      asked.push(`CONNECT ${request.url}`);
      socket.on("error", () => {}).end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    });
    server.unref().listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
  return proxy;
}

/** Refuse, and write down, every connection of this process to another host. */
export function watchNode(): void {
  const { connect } = Socket.prototype;
  Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
    const to = target(args);
    if (to !== undefined && !isHere(to) && !askable.has(to)) {
      asked.push(`socket to ${to}`);
      process.nextTick(() => this.destroy(new Error(`No test asks another host, but one asked ${to}.`)));
      return this;
    }
    return Reflect.apply(connect, this, args);
  } as typeof connect;
}

/** the host of a call of Socket.connect, in each of the forms that Node's own modules use; undefined for a file */
function target(args: unknown[]): string | undefined {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === "object" && first !== null) {
    const { host, path, port } = first as { host?: string; path?: string; port?: unknown };
    return path !== undefined && port === undefined ? undefined : (host ?? "localhost");
  }
  if (typeof first === "string" && Number.isNaN(Number(first))) return undefined;
  return typeof second === "string" ? second : "localhost";
}

function isHere(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|::1|\[::1\])$/.test(host);
}
