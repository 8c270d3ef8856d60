// The page's end of the engine: what it does with a worker that does not start, dies, or is to use the page's store.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../../src/engine/index.ts";
import { createEngine } from "../../../src/engine/worker/client.ts";
import type { Request } from "../../../src/engine/worker/protocol.ts";
import { memoryStore, remoteStore, type StoreKind } from "../../../src/storage/index.ts";

/** stands in for a worker: keeps what it is sent, answers when the test says so */
class StandIn {
  readonly sent: Request[] = [];
  ended = false;
  onmessage: (event: unknown) => void = () => {};
  onerror: (event: unknown) => void = () => {};

  postMessage(request: Request): void {
    this.sent.push(request);
  }

  terminate(): void {
    this.ended = true;
  }

  answer(value: unknown, to = this.sent.at(-1)!): void {
    this.onmessage({ data: { kind: "result", id: to.id, value } });
  }

  /** an error event: with a message for an exception, without one for a script that did not arrive */
  fail(message?: string): void {
    this.onerror({ message, preventDefault: () => {} });
  }
}

let workers: StandIn[];
let engine: Engine;
const url = "https://models.test/manifest.json";
const called = ({ sent }: StandIn) => sent.map((each) => (each.kind === "call" ? each.method : each.kind));

beforeEach(() => {
  // addresses are relative to the page's
  Object.assign(globalThis, { location: { href: "https://page.test/" } });
  workers = [];
  engine = createEngine(() => {
    const worker = new StandIn();
    workers.push(worker);
    return worker as unknown as Worker;
  });
});
afterEach(() => {
  Reflect.deleteProperty(globalThis, "location");
});

describe("a worker that does not start", () => {
  it("rejects every call with what happened and what to do, and the next call starts another one", async () => {
    const calls = [engine.state(url), engine.load(url)];
    workers[0]!.fail();
    for (const call of calls)
      await expect(call).rejects.toMatchObject({
        code: "runtime-start",
        message: expect.stringContaining("could not be loaded"),
        hint: expect.stringContaining("Reload"),
      });
    expect(workers[0]!.ended).toBe(true);
    const again = engine.tokenize("x");
    expect(workers).toHaveLength(2);
    workers[1]!.answer([]);
    expect(await again).toEqual([]);
  });

  it("because the browser refuses at once, too", async () => {
    const refused = createEngine(() => {
      throw new DOMException("not allowed", "SecurityError");
    });
    await expect(refused.state(url)).rejects.toMatchObject({ code: "runtime-start" });
  });
});

it("a worker that dies later is something else", async () => {
  const first = engine.state(url);
  workers[0]!.answer({});
  await first;
  const second = engine.tokenize("x");
  workers[0]!.fail("out of luck");
  await expect(second).rejects.toMatchObject({
    code: "runtime",
    message: "The engine stopped: out of luck.",
  });
});

it("says which model is open, and of an engine that stopped that none is", async () => {
  const loaded = engine.load(url);
  expect(engine.model).toBeUndefined();
  workers[0]!.answer({ name: "tiny" });
  await loaded;
  expect(engine.model).toBe("tiny");
  workers[0]!.fail("out of luck");
  expect(engine.model).toBeUndefined();
});

it("tells those who were given a port that the engine has stopped, once", async () => {
  const told: string[] = [];
  const { port1, port2 } = new MessageChannel();
  const connected = engine.connect(port2, () => told.push("stopped"));
  workers[0]!.answer(undefined);
  await connected;
  expect(told).toEqual([]);
  workers[0]!.fail("out of luck");
  expect(told).toEqual(["stopped"]);
  const again = engine.tokenize("x").catch(() => {});
  workers[1]!.fail("again");
  await again;
  expect(told).toEqual(["stopped"]);
  port1.close();
});

it("an aborted call is passed on to the worker it went to", async () => {
  const controller = new AbortController();
  const pending = engine.load(url, { signal: controller.signal });
  controller.abort();
  const [call, abort] = workers[0]!.sent;
  expect(abort).toEqual({ kind: "abort", id: call!.id });
  workers[0]!.onmessage({
    data: { kind: "error", id: call!.id, error: { name: "AbortError", message: "stopped", hint: "" } },
  });
  await expect(pending).rejects.toMatchObject({ name: "AbortError" });
});

it("a worker that fails to dispose of the engine is ended all the same", async () => {
  const first = engine.state(url);
  workers[0]!.answer({});
  await first;
  const disposed = engine.dispose();
  const other = engine.tokenize("x");
  const [, { id }] = workers[0]!.sent as [Request, Request];
  workers[0]!.onmessage({ data: { kind: "error", id, error: { name: "Error", message: "no", hint: "" } } });
  await expect(disposed).rejects.toThrowError("no");
  expect(workers[0]!.ended).toBe(true);
  await expect(other).rejects.toMatchObject({ name: "AbortError" });
});

describe("a store of the page's", () => {
  /** the store as a worker was given it */
  const given = ({ sent }: StandIn) => {
    const request = sent.find((each) => each.kind === "call" && each.method === "use");
    const [port, kind] = (request as unknown as { args: [MessagePort, StoreKind] }).args;
    return remoteStore(port, kind);
  };

  it("starts no worker, and is there before the first call", async () => {
    const store = memoryStore();
    await engine.use(store);
    expect(workers).toEqual([]);
    const pending = engine.state(url);
    expect(called(workers[0]!)).toEqual(["use", "state"]);
    const remote = given(workers[0]!);
    expect(remote.kind).toBe("memory");
    await remote.set("a".repeat(64), Uint8Array.of(1, 2, 3));
    expect(await store.get("a".repeat(64))).toEqual(Uint8Array.of(1, 2, 3));
    workers[0]!.answer({});
    await pending;
    await endOf(workers[0]!);
  });

  it("reaches a worker that runs, and the one that takes its place", async () => {
    const first = engine.state(url);
    workers[0]!.answer({});
    await first;
    const store = memoryStore();
    const lent = engine.use(store);
    workers[0]!.answer(undefined);
    await lent;
    expect(called(workers[0]!)).toEqual(["state", "use"]);
    await endOf(workers[0]!);
    const again = engine.state(url);
    expect(called(workers[1]!)).toEqual(["use", "state"]);
    await store.set("b".repeat(64), Uint8Array.of(4));
    expect(await given(workers[1]!).keys()).toEqual(new Set(["b".repeat(64)]));
    workers[1]!.answer({});
    await again;
    await endOf(workers[1]!);
  });

  /** the worker dies; its port would keep Node awake */
  async function endOf(worker: StandIn): Promise<void> {
    const last = engine.tokenize("x").catch((error: Error) => error);
    worker.fail("gone");
    expect(await last).toMatchObject({ code: "runtime" });
  }
});
