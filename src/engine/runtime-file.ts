// ONNX Runtime's WebAssembly file, fetched by us so that its bytes count in the progress a person sees.

import { EngineError, isAbort } from "./errors.ts";

interface Ports {
  fetch: typeof globalThis.fetch;
  signal: AbortSignal | undefined;
  /** bytes that have just arrived, decoded */
  onBytes: (bytes: number) => void;
}

/**
 * Fetch the file whole.
 * @throws EngineError "network", "file-missing"
 */
export async function fetchRuntime(url: string, { fetch, signal, onBytes }: Ports): Promise<ArrayBuffer> {
  const hint = "Check the connection and try again; weights that have arrived are kept.";
  try {
    const response = await fetch(url, { signal: signal ?? null });
    if (!response.ok || !response.body)
      throw new EngineError(
        "file-missing",
        `The server does not give out ONNX Runtime (HTTP ${response.status}).`,
        hint,
      );
    const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(part, controller) {
        onBytes(part.byteLength);
        controller.enqueue(part);
      },
    });
    return await new Response(response.body.pipeThrough(counter)).arrayBuffer();
  } catch (cause) {
    if (isAbort(cause) || cause instanceof EngineError) throw cause;
    throw new EngineError("network", "The connection broke while ONNX Runtime was on its way.", hint, {
      cause,
    });
  }
}
