// The engine's end of Python's port, under more calls than anybody who waits for answers makes.

import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { type BridgeAnswer, mostRequests, type StepServer, serveBridge } from "../../src/engine/bridge.ts";
import { BridgeClient } from "../../src/engine/kernel/bridge-client.ts";
import { Interrupts } from "../../src/engine/kernel/interrupts.ts";

/** A server that takes its time, and notes how many calls it has at once. */
function slowServer() {
  let at = 0;
  const seen = { calls: 0, most: 0, drops: 0 };
  const server = {
    describe: async () => ({ name: "tiny" }),
    encode: async () => {
      seen.calls++;
      seen.most = Math.max(seen.most, ++at);
      await pause(1);
      at--;
      return [1];
    },
    drop: () => {
      seen.drops++;
    },
  } as unknown as StepServer;
  return { server, seen };
}

function connected(server: StepServer) {
  const { port1, port2 } = new MessageChannel();
  serveBridge(port2, server);
  return port1;
}

it("answers one request at a time, in turn", async () => {
  const { server, seen } = slowServer();
  const port = connected(server);
  const answers: BridgeAnswer[] = [];
  port.onmessage = ({ data }) => answers.push(data);
  for (let id = 0; id < 20; id++) port.postMessage({ id, method: "encode", args: ["tiny", "a"] });
  await expect.poll(() => answers.length).toBe(20);
  expect(answers).toEqual(Array.from({ length: 20 }, (_, id) => ({ id, value: [1] })));
  expect(seen.most).toBe(1);
  port.close();
});

it.each([
  ["encode", ["tiny", "a"]],
  ["drop", [1]],
  ["nonsense", null],
])("closes a port on which %s is called without waiting for answers", async (method, args) => {
  const { server, seen } = slowServer();
  const port = connected(server);
  const answers: BridgeAnswer[] = [];
  port.onmessage = ({ data }) => answers.push(data);
  for (let id = 0; id < 100_000; id++) port.postMessage(id % 2 ? null : { id, method, args });
  const closed = { closed: expect.stringContaining(`More than ${mostRequests} calls`) };
  await expect.poll(() => answers.at(-1)).toEqual(closed);
  expect(answers.length).toBeLessThan(2 * mostRequests);
  expect(seen.calls + seen.drops).toBeLessThan(2 * mostRequests);
  port.close();
});

it("is never asked by our own end for more than it takes, which waits instead", async () => {
  const { server, seen } = slowServer();
  const { bridge } = new BridgeClient(async () => connected(server), new Interrupts());
  expect(await bridge.open("tiny").promise).toEqual({ name: "tiny" });
  const many = Array.from({ length: 500 }, () => bridge.encode("tiny", "a").promise);
  for (let run = 0; run < 500; run++) bridge.drop(run);
  expect(await Promise.all(many)).toEqual(many.map(() => [1]));
  await expect.poll(() => seen.drops).toBe(500);
});
