// Where the numbers in a terminal come from.

import { weightsText } from "../src/model/index.ts";

export interface Origin {
  model: string;
  revision: string;
  encoding: string;
  /** what rounding the weights has changed, in words */
  rounded?: string | undefined;
  /** the processor's name */
  device: string;
  runtime: string;
}

/** For stderr: "minibert-blimp (sha256:31c0ffc4e8d9), fp16 weights, on CPU (WebAssembly), onnxruntime-web 1.30.0" */
export function provenanceText({ model, revision, device, runtime, ...weights }: Origin): string {
  return `${model} (${revision}), ${weightsText(weights)}, on ${device}, ${runtime}`;
}
