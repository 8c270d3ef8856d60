// The other end of an engine's port, as Python's worker has it: a forward pass in steps.

import type { Engine, ModelDescription } from "../../src/engine/index.ts";
import type { Step } from "../../src/engine/run/runs.ts";
import type { BridgeAnswer } from "../../src/engine/worker/bridge.ts";

type Answer = Exclude<BridgeAnswer, { closed: string }>;

/** Connect to an engine; the function calls a method of its bridge, and throws what that refuses. */
export async function connectSteps(engine: Pick<Engine, "connect">) {
  const { port1, port2 } = new MessageChannel();
  await engine.connect(port2);
  const waiting = new Map<number, (answer: Answer) => void>();
  port1.onmessage = ({ data }: MessageEvent<Answer>) => waiting.get(data.id)?.(data);
  let next = 1;
  return async <T>(method: string, ...args: unknown[]): Promise<T> => {
    const id = next++;
    const answer = new Promise<Answer>((resolve) => waiting.set(id, resolve));
    port1.postMessage({ id, method, args });
    const got = await answer;
    if ("error" in got) throw new Error(got.error);
    return got.value as T;
  };
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
