// What this browser offers for computing, found out without loading anything. The causes of "no GPU" differ, and so
// does what a person can do about them.

export type Capability =
  | { kind: "webgpu"; name: string; software: boolean }
  | { kind: "unsupported"; cause: "insecure-context" | "no-webgpu" | "no-adapter" };

/** What a scope must offer to be asked; `self` does. */
export interface Scope {
  isSecureContext: boolean;
  navigator: { gpu?: GPU };
}

/** Find out whether WebGPU can be used in this scope (page or worker). Never throws. */
export async function detect(scope: Scope = globalThis as unknown as Scope): Promise<Capability> {
  const gpu = scope.navigator?.gpu;
  if (!gpu) return { kind: "unsupported", cause: scope.isSecureContext ? "no-webgpu" : "insecure-context" };
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
  if (!adapter) return { kind: "unsupported", cause: "no-adapter" };
  return { kind: "webgpu", ...describe(adapter) };
}

/** An adapter's name as its driver gives it, and whether it is a software adapter. */
export function describe(adapter: GPUAdapter): { name: string; software: boolean } {
  // older browsers have no info, or keep isFallbackAdapter on the adapter itself
  const { vendor, architecture, device, description, isFallbackAdapter }: Partial<GPUAdapterInfo> =
    adapter.info ?? {};
  const name = description || [vendor, architecture, device].filter(Boolean).join(" ") || "unnamed GPU";
  const software =
    isFallbackAdapter === true || /swiftshader|llvmpipe|basic render/i.test(`${name} ${architecture}`);
  return { name, software };
}
