// Where Python lives in the page: a hidden frame without an origin, and in it a worker. What the frame may do is said in
// its own policy; see docs/security.md.
//
//   createKernel({ files: kernelFiles, connect: connectFrame, store: openStore, engine, open: (name) => …, onStatus })

import { type Channel, frameDocument, type KernelFiles } from "../../engine/index.ts";

/** What Python's worker is made of; known without asking for any of it. */
export async function kernelFiles(): Promise<KernelFiles> {
  return (await import("virtual:kernel")).files;
}

/**
 * A worker that runs this script in a frame of its own.
 * @throws Error when the frame does not come up
 */
export async function connectFrame(script: Uint8Array<ArrayBuffer>): Promise<Channel> {
  const { frameHash } = await import("virtual:kernel");
  const element = document.createElement("iframe");
  element.setAttribute("sandbox", "allow-scripts");
  element.title = "Python";
  element.hidden = true;
  element.srcdoc = frameDocument(frameHash);
  const { port1: port, port2 } = new MessageChannel();
  return new Promise((resolve, reject) => {
    const channel: Channel = {
      port,
      onFailure: undefined,
      close() {
        removeEventListener("message", listen);
        port.close();
        element.remove();
      },
    };
    const listen = ({ source, data }: MessageEvent) => {
      if (source !== element.contentWindow) return;
      if ("failed" in data) channel.onFailure?.(String(data.failed));
      if (!("ready" in data)) return;
      element.contentWindow!.postMessage(script, "*", [port2, script.buffer]);
      resolve(channel);
    };
    addEventListener("message", listen);
    element.onerror = () => {
      channel.close();
      reject(new Error("The frame for Python did not open."));
    };
    document.body.append(element);
  });
}
