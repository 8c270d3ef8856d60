// The engine's end of Python's port, under more calls than anybody who waits for answers makes.

import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, inject, it } from "vitest";
import { createNodeEngine, manifestUrl } from "../../../src/engine/node.ts";
import {
  type BridgeAnswer,
  mostRequests,
  type StepServer,
  serveBridge,
} from "../../../src/engine/worker/bridge.ts";
import { BridgeClient } from "../../../src/python/worker/bridge-client.ts";
import { Interrupts } from "../../../src/python/worker/interrupts.ts";
import { spec } from "../load/site.ts";

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

it("lets the page's own experiment wait for one call of a flood, not for all of it", async () => {
  const folder = join(inject("models"), "legacy");
  const engine = createNodeEngine(folder);
  await engine.load(manifestUrl(folder), { device: "wasm" });
  const { port1, port2 } = new MessageChannel();
  await engine.connect(port2);
  /** how many calls of the flood have been answered */
  let answered = 0;
  const begun = new Promise<void>((resolve) => {
    port1.onmessage = () => {
      answered++;
      resolve();
    };
  });
  const ids = Array.from({ length: 40 }, (_, row) =>
    Array.from({ length: 20 }, (_i, at) => 30 + ((row + at) % 90)),
  );
  const end = "blocks.2.hook_normalized_resid_post";
  for (let id = 0; id < mostRequests; id++)
    port1.postMessage({ id, method: "start", args: ["legacy", { ids }, [end]] });
  await begun;
  const before = answered;
  const { rows } = await engine.run(spec);
  expect(rows).toHaveLength(2);
  // the call that was being carried out, and one whose answer was on its way
  expect(answered - before).toBeLessThanOrEqual(2);
  await expect.poll(() => answered).toBe(mostRequests);
  port1.close();
  await engine.dispose();
});
