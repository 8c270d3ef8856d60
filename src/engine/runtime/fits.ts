// Whether a model can be held at all, found out before anything is opened, so that the answer is a sentence and not a
// crash.

import { EngineError, type Manifest } from "../../model/index.ts";

/** what a processor can hold; a GPU's limits are per buffer, in bytes; undefined: WebAssembly */
export type Limits = Pick<GPUSupportedLimits, "maxBufferSize" | "maxStorageBufferBindingSize"> | undefined;

/** WebAssembly addresses 4 GiB, and both halves lie in it with packed copies: 819 MB for 433 MB of weights. */
const WASM_BYTES = 1.7e9;

/**
 * @param processor the processor's name, for the message
 * @throws EngineError "model-too-big" when a tensor is larger than a buffer of this GPU, or all of them than WASM
 */
export function checkFits({ name, shards }: Manifest, limits: Limits, processor: string): void {
  const all = Object.values(shards);
  if (limits) {
    const largest = Math.max(...all.flatMap(({ tensors }) => tensors.map(({ shape }) => fp32(shape))));
    const limit = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
    if (largest <= limit) return;
    throw new EngineError(
      "model-too-big",
      `${name} has a tensor of ${mega(largest)}, and a buffer on ${processor} holds at most ${mega(limit)}.`,
      "Choose WebAssembly or a smaller model.",
    );
  }
  const total = all.reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (total <= WASM_BYTES) return;
  throw new EngineError(
    "model-too-big",
    `${name} needs ${mega(total)} of weights, and WebAssembly has room for about ${mega(WASM_BYTES)}.`,
    "Choose WebGPU or a smaller model.",
  );
}

const fp32 = (shape: number[]) => shape.reduce((product, dimension) => product * dimension, 4);
const mega = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
