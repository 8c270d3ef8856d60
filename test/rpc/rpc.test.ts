// Calls over a real channel: their answers, errors, progress, aborts, transfers, and what becomes of them when the other
// end goes away.

import { afterEach, describe, expect, it } from "vitest";
import { isRequest, Moved, methodsOf, RpcClient, serve, toOneText } from "../../src/rpc/index.ts";

interface Calls {
  add(a: number, b: number): number;
  fail(): void;
  count(to: number): string;
  wait(): void;
  bytes(): Uint8Array<ArrayBuffer>;
  length(bytes: Uint8Array<ArrayBuffer>): number;
  uncloneable(): unknown;
  note(text: string): void;
}

const channels: MessageChannel[] = [];
afterEach(() => {
  for (const { port1 } of channels.splice(0)) port1.close();
});

class Problem extends Error {
  override name = "Problem";
  code = "trouble";
  hint = "Do better.";
}

function connected(flatten?: typeof toOneText) {
  const channel = new MessageChannel();
  channels.push(channel);
  const { port1, port2 } = channel;
  const notes: string[] = [];
  const kept = new Uint8Array([1, 2, 3]);
  const answer = serve(
    port2,
    methodsOf<Calls, number>({
      add: (_, a, b) => a + b,
      fail: () => Promise.reject(new Problem("It failed.")),
      count: async ({ report }, to) => {
        for (let i = 1; i <= to; i++) report(i);
        return "counted";
      },
      wait: ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
      bytes: () => new Moved(kept, kept.buffer),
      length: (_, bytes) => bytes.length,
      uncloneable: () => () => {},
      note: (_, text) => {
        notes.push(text);
      },
    }),
    flatten,
  );
  port2.onmessage = ({ data }) => answer(data);
  const rpc = new RpcClient<Calls, number>(port1, ({ name, code, message, hint }) =>
    Object.assign(new Error(message), { name, code, hint }),
  );
  port1.onmessage = ({ data }) => rpc.receive(data);
  return { rpc, notes, kept, port1, port2 };
}

it("answers each call with its own value, however many overlap", async () => {
  const { rpc } = connected();
  const sums = Array.from({ length: 50 }, (_, i) => rpc.call("add", [i, 1]));
  expect(rpc.pending).toBe(50);
  expect(await Promise.all(sums)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  expect(rpc.pending).toBe(0);
});

it("passes on an error with name, code and hint, or as one text", async () => {
  const plain = { name: "Problem", code: "trouble", message: "It failed.", hint: "Do better." };
  await expect(connected().rpc.call("fail", [])).rejects.toMatchObject(plain);
  const joined = { ...plain, message: "It failed. Do better.", hint: "" };
  await expect(connected(toOneText).rpc.call("fail", [])).rejects.toMatchObject(joined);
});

it("refuses a method that there is none of, those that every object has included", async () => {
  const { rpc } = connected();
  for (const name of ["subtract", "toString", "constructor", "__proto__"])
    await expect(rpc.call(name as "fail", [])).rejects.toThrow(`There is no method ${name}.`);
});

it("reports progress in order, before the value", async () => {
  const { rpc } = connected();
  const seen: unknown[] = [];
  const counted = rpc.call("count", [3], { onProgress: (n) => seen.push(n) }).then((text) => seen.push(text));
  await counted;
  expect(seen).toEqual([1, 2, 3, "counted"]);
});

describe("an abort", () => {
  it("is passed on, and the other end's answer settles the call", async () => {
    const { rpc } = connected();
    const controller = new AbortController();
    const waiting = rpc.call("wait", [], { signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  });

  it("before the call means that nothing is called", async () => {
    const { rpc, port2 } = connected();
    let messages = 0;
    port2.onmessage = () => messages++;
    const waiting = rpc.call("wait", [], { signal: AbortSignal.abort() });
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
    port2.onmessage = null;
    expect([rpc.pending, messages]).toEqual([0, 0]);
  });

  it("after the answer is nothing", async () => {
    const { rpc } = connected();
    const controller = new AbortController();
    expect(await rpc.call("add", [1, 2], { signal: controller.signal })).toBe(3);
    controller.abort();
    expect(await rpc.call("add", [2, 2])).toBe(4);
  });
});

it("moves what is to move, both ways", async () => {
  const { rpc, kept } = connected();
  expect(await rpc.call("bytes", [])).toEqual(new Uint8Array([1, 2, 3]));
  expect(kept.length).toBe(0);
  const sent = new Uint8Array(5);
  expect(await rpc.call("length", [sent], { transfer: [sent.buffer] })).toBe(5);
  expect(sent.length).toBe(0);
});

it("fails, and forgets, a call whose arguments or value no message can hold", async () => {
  const { rpc } = connected();
  await expect(rpc.call("add", [(() => {}) as never, 1])).rejects.toMatchObject({ name: "DataCloneError" });
  await expect(rpc.call("uncloneable", [])).rejects.toMatchObject({ name: "DataCloneError" });
  expect(rpc.pending).toBe(0);
});

it("a notification is carried out and not answered", async () => {
  const { rpc, notes, port1 } = connected();
  const answers: unknown[] = [];
  port1.onmessage = ({ data }) => {
    answers.push(data);
    rpc.receive(data);
  };
  rpc.notify("note", "one");
  await rpc.call("add", [1, 1]);
  expect(notes).toEqual(["one"]);
  expect(answers).toHaveLength(1);
});

describe("another end that is gone", () => {
  it("fails what waits for it and what is called later, with the reason", async () => {
    const { rpc } = connected();
    const waiting = rpc.call("wait", []);
    rpc.end(new Problem("It is gone."));
    await expect(waiting).rejects.toBeInstanceOf(Problem);
    await expect(rpc.call("add", [1, 1])).rejects.toBeInstanceOf(Problem);
    rpc.notify("note", "nobody hears it");
  });

  it("may say itself that it closes", async () => {
    const { rpc, port2 } = connected();
    const said: string[] = [];
    rpc.onClosed = (why) => said.push(why);
    const waiting = rpc.call("wait", []);
    port2.postMessage({ closed: "Too many calls." });
    port2.postMessage({ closed: "Once more." });
    await expect(waiting).rejects.toThrow("Too many calls.");
    expect(said).toEqual(["Too many calls."]);
  });
});

it("leaves alone what is no message of its own", async () => {
  const { rpc, port1, port2 } = connected();
  for (const odd of [null, 7, "text", [], {}, { id: 1e9, value: 1 }, { id: 1e9, progress: 1 }]) {
    port2.postMessage(odd);
    port1.postMessage({ kind: "abort", id: odd });
    if (odd === null || typeof odd !== "object") port1.postMessage(odd);
  }
  expect(await rpc.call("add", [20, 22])).toBe(42);
});

it("carries calls both ways over one channel", async () => {
  const { port1, port2 } = new MessageChannel();
  channels.push({ port1, port2 } as MessageChannel);
  interface Twice {
    twice(n: number): number;
  }
  const both = (port: MessagePort) => {
    const rpc = new RpcClient<Twice>(port, ({ message }) => new Error(message));
    const answer = serve(port, methodsOf<Twice>({ twice: (_, n) => 2 * n }));
    port.onmessage = ({ data }) => (isRequest(data) ? answer(data) : rpc.receive(data));
    return rpc;
  };
  const [a, b] = [both(port1), both(port2)];
  expect(await Promise.all([a.call("twice", [1]), b.call("twice", [2]), a.call("twice", [3])])).toEqual([
    2, 4, 6,
  ]);
});
