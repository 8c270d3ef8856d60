// The processor an engine computes on: a GPUDevice of our own, so that compiled pipelines survive when sessions are
// opened again for another layer, or WebAssembly.

import { EngineError } from "../../model/index.ts";
import type { Device } from "../types.ts";
import { describe, findAdapter } from "./capability.ts";

export interface Processor {
  device: Device;
  /** undefined on a CPU */
  gpu: GPUDevice | undefined;
}

/** limits whose defaults are too small for a model; the adapter's own values are asked for */
const limits = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupSizeY",
  "maxComputeWorkgroupSizeZ",
  "maxStorageBuffersPerShaderStage",
] as const;

export function wasm(reason: string): Processor {
  return { device: { kind: "wasm", name: "CPU (WebAssembly)", software: false, reason }, gpu: undefined };
}

/** The CPU itself, by an ONNX Runtime that is not WebAssembly. */
export function cpu(): Processor {
  return { device: { kind: "cpu", name: "CPU", software: false, reason: "" }, gpu: undefined };
}

/**
 * A GPU device with the adapter's limits and no optional feature. "subgroups" is left out on purpose: with it ONNX
 * Runtime 1.30 uses a flash-attention shader for inputs of 32 tokens or more, which gives wrong logits (off by 1) on a
 * software adapter; "shader-f16" because arithmetic is fp32.
 * @throws EngineError "insecure-context", "no-webgpu", "no-adapter"
 */
export async function webgpu(): Promise<Processor> {
  const adapter = await findAdapter();
  if (typeof adapter === "string") throw unsupported[adapter]();
  const gpu = await adapter.requestDevice({
    requiredLimits: Object.fromEntries(limits.map((name) => [name, adapter.limits[name]])),
  });
  return { device: { kind: "webgpu", ...describe(adapter), reason: "" }, gpu };
}

const unsupported = {
  "insecure-context": () =>
    new EngineError(
      "insecure-context",
      "WebGPU is only offered to pages opened by https or on localhost, and this page is neither.",
      "Open the page by https, or choose WebAssembly.",
    ),
  "no-webgpu": () =>
    new EngineError(
      "no-webgpu",
      "This browser has no WebGPU.",
      "Open the page in a current Chrome, Edge, Safari or Firefox, or choose WebAssembly.",
    ),
  "no-adapter": () =>
    new EngineError(
      "no-adapter",
      "This browser has WebGPU but found no GPU it may use.",
      "Update the graphics driver or allow hardware acceleration, or choose WebAssembly.",
    ),
};
