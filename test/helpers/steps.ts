// The other end of an engine's port, as Python's worker has it: a forward pass in steps.

import type { Engine, ModelDescription } from "../../src/engine/index.ts";
import type { Step } from "../../src/engine/run/runs.ts";
import { RpcClient } from "../../src/rpc/index.ts";

type Methods = Record<string, (...args: unknown[]) => unknown>;

/** Connect to an engine; the function calls a method of its bridge, and throws what that refuses. */
export async function connectSteps(engine: Pick<Engine, "connect">) {
  const { port1, port2 } = new MessageChannel();
  await engine.connect(port2);
  const rpc = new RpcClient<Methods>(port1, ({ message }) => new Error(message));
  port1.onmessage = ({ data }) => rpc.receive(data);
  return <T>(method: string, ...args: unknown[]) => rpc.call(method, args) as Promise<T>;
}

/** What one run of the open model shows at these hook points, each as it was on the way, in order. */
export async function activationsAt(
  engine: Pick<Engine, "connect">,
  ids: readonly number[],
  points: readonly string[],
): Promise<Float32Array[]> {
  const call = await connectSteps(engine);
  const { name } = await call<ModelDescription>("describe");
  const seen: Float32Array[] = [];
  let step = await call<Step>("start", name, { ids: [ids] }, points);
  while (step.point !== undefined) {
    seen.push(step.data);
    step = await call<Step>("resume", step.run);
  }
  return seen;
}
