// WebGPU has given wrong numbers on some drivers before. A device that cannot repeat a short run whose answer the
// exporter stored in the manifest is not used. WebAssembly computes alike everywhere: there the shortest run will do.

import { EngineError, tensorNames } from "../../model/index.ts";
import type { Model } from "./model.ts";
import { Pass } from "./pass.ts";

/** absolute, on logits; also relative to logits beyond 1. fp32 on two devices differs by about 1e-5. */
const TOLERANCE = 1e-3;

/**
 * Run the manifest's golden examples, untouched: on a GPU all of them, a sentence and inputs of other lengths, because a
 * runtime may choose other kernels for them. It also compiles the pipelines, so the first real run is fast.
 * @throws EngineError "self-test" with the largest difference; the signal's reason between two runs
 */
export async function selfTest(model: Model, signal?: AbortSignal): Promise<void> {
  let worst = 0;
  const { selfTest: all, defaultLayer } = model.manifest;
  const [shortest] = all.toSorted((a, b) => a.inputIds.length - b.inputIds.length);
  const runs = model.runtime.processor.gpu ? all : [shortest!];
  for (const { inputIds, position, top } of runs) {
    signal?.throwIfAborted();
    const pass = await Pass.start(model, { ids: [inputIds] }, [tensorNames.mlpPost(defaultLayer)], signal);
    const logits = await pass.finish({ at: [[0, position]] }, signal).finally(() => pass.release());
    for (const { id, logit } of top) {
      const difference = Math.abs(logits[id]! - logit) / Math.max(1, Math.abs(logit));
      worst = Math.max(worst, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
    }
  }
  if (worst <= TOLERANCE) return;
  throw new EngineError(
    "self-test",
    `${model.runtime.processor.device.name} computes wrong numbers: a logit of the self-test is off by ${worst.toPrecision(2)}.`,
    "Update the graphics driver, or choose WebAssembly.",
  );
}
