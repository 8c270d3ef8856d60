// Chromium as a visitor has it. Playwright has the network of every page and worker recorded: what a worker fetches is then
// kept in its tab, in base64, 15 MB for a chunk of 12 MB, and that costs time too. So what is measured of opening a model
// is measured without it, by a few commands of the DevTools protocol.

import { type ChildProcess, spawn } from "node:child_process";
import type { Duplex } from "node:stream";
import { commandLine, findChromium, type Gpu } from "../test/helpers/chromium.ts";
import { cpuOf } from "./measure.ts";

export interface Plain {
  /** Call a function in the page; the promise that it returns is waited for. */
  evaluate<Args extends unknown[], T>(call: (...args: Args) => T | Promise<T>, ...args: Args): Promise<T>;
  /** The same in the worker that the page has started last. */
  inWorker<T>(call: () => T | Promise<T>): Promise<T>;
  /** load an address, and wait until the harness is there */
  open(url: string): Promise<void>;
  /** Chromium's processes; CPU time in seconds */
  processes(): Promise<{ type: string; id: number; cpuTime: number }[]>;
  /** milliseconds of CPU time that all of them have used */
  cpu(): Promise<number>;
  close(): Promise<void>;
}

interface Message {
  id?: number;
  method?: string;
  params?: { sessionId: string; targetInfo: { type: string } };
  result?: unknown;
  error?: { message: string };
}

/** Start a Chromium on a profile. */
export async function launchPlain(profile: string, gpu: Gpu): Promise<Plain> {
  const args = [
    "--headless",
    "--remote-debugging-pipe",
    `--user-data-dir=${profile}`,
    "--disable-extensions",
    // without the back/forward cache, in which a page that was left keeps its model
    ...(await commandLine(gpu, ["--disable-features=Translate,BackForwardCache"])),
    "--no-startup-window",
  ];
  const chromium = spawn(findChromium(), args, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const { send, workers } = connect(chromium);
  const { targetId } = await send<{ targetId: string }>("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await send<{ sessionId: string }>("Target.attachToTarget", {
    targetId,
    flatten: true,
  });
  const autoAttach = { autoAttach: true, waitForDebuggerOnStart: false, flatten: true };
  await send("Target.setAutoAttach", autoAttach, sessionId);

  const evaluateIn = async <T>(session: string, expression: string): Promise<T> => {
    const wanted = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await send<{
      result: { value: T };
      exceptionDetails?: { exception?: { description?: string } };
    }>("Runtime.evaluate", wanted, session);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description);
    return result.value;
  };
  const processes: Plain["processes"] = async () =>
    (await send<{ processInfo: Awaited<ReturnType<Plain["processes"]>> }>("SystemInfo.getProcessInfo"))
      .processInfo;
  return {
    evaluate: (call, ...given) => evaluateIn(sessionId, `(${call})(...${JSON.stringify(given)})`),
    inWorker: (call) => evaluateIn(workers.at(-1)!, `(${call})()`),
    open: async (url) => {
      // the page before may have a harness too
      for (const [address, ready] of [
        ["about:blank", '!("harness" in window)'],
        [url, '"harness" in window'],
      ] as const) {
        await send("Page.navigate", { url: address }, sessionId);
        while (!(await evaluateIn(sessionId, ready).catch(() => false)))
          await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    processes,
    cpu: async () => cpuOf(await processes()),
    close: async () => {
      const ended = new Promise((resolve) => chromium.once("exit", resolve));
      await send("Browser.close");
      await ended;
    },
  };
}

/** The protocol over Chromium's pipe: one JSON text after the other, each with a zero byte after it. */
function connect(chromium: ChildProcess) {
  const [to, from] = [chromium.stdio[3] as Duplex, chromium.stdio[4] as Duplex];
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const workers: string[] = [];
  const end = (error: Error) => {
    for (const { reject } of waiting.values()) reject(error);
  };
  chromium.once("error", end);
  chromium.once("exit", () => end(new Error("Chromium has ended.")));
  let rest = Buffer.alloc(0);
  from.on("data", (bytes: Buffer) => {
    rest = Buffer.concat([rest, bytes]);
    for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
      receive(JSON.parse(rest.subarray(0, end).toString()) as Message);
      rest = rest.subarray(end + 1);
    }
  });
  const receive = ({ id, method, params, result, error }: Message) => {
    if (method === "Target.attachedToTarget" && params!.targetInfo.type === "worker")
      workers.push(params!.sessionId);
    const asked = id === undefined ? undefined : waiting.get(id);
    if (error) asked?.reject(new Error(error.message));
    else asked?.resolve(result);
  };
  let count = 0;
  const send = <T>(method: string, params: object = {}, sessionId?: string) =>
    new Promise<T>((resolve, reject) => {
      const id = ++count;
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      to.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  return { send, workers };
}
