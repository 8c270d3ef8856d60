// What this browser offers for computing, found out without loading anything. The causes of "no GPU" differ, and so
// does what a person can do about them.

type Cause = "insecure-context" | "no-webgpu" | "no-adapter";

export type Capability =
  | { kind: "webgpu"; name: string; software: boolean }
  | { kind: "unsupported"; cause: Cause };

/** What a scope must offer to be asked; `self` does. */
interface Scope {
  isSecureContext: boolean;
  navigator: { gpu?: GPU };
}

/** Find out whether WebGPU can be used in this scope (page or worker). Never throws. */
export async function detect(): Promise<Capability> {
  const found = await findAdapter();
  return typeof found === "string"
    ? { kind: "unsupported", cause: found }
    : { kind: "webgpu", ...describe(found) };
}

/** The adapter WebGPU gives, or why there is none. Never throws. */
export async function findAdapter(): Promise<GPUAdapter | Cause> {
  const scope = globalThis as unknown as Scope;
  const gpu = scope.navigator?.gpu;
  if (!gpu) return scope.isSecureContext ? "no-webgpu" : "insecure-context";
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
  return adapter ?? "no-adapter";
}

/** An adapter's name as its driver gives it, and whether it is a software adapter. */
export function describe(adapter: GPUAdapter): { name: string; software: boolean } {
  // older browsers have no info
  const { vendor, architecture, device, description, isFallbackAdapter }: Partial<GPUAdapterInfo> =
    adapter.info ?? {};
  const name = description || [vendor, architecture, device].filter(Boolean).join(" ") || "unnamed GPU";
  const software =
    isFallbackAdapter === true || /swiftshader|llvmpipe|basic render/i.test(`${name} ${architecture}`);
  return { name, software };
}
