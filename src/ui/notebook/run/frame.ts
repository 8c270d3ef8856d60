// Where Python lives in the page: a hidden frame without an origin, and in it a worker. What the frame may do is said in
// its own policy; see docs/security.md.
//
//   createKernel({ files: kernelFiles, connect: connectFrame, store: openStore, engine, open: (name) => …, onStatus })

import { type Channel, frameDocument, type KernelFiles } from "../../../python/index.ts";

/** What Python's worker is made of; known without asking for any of it. */
export async function kernelFiles(): Promise<KernelFiles> {
  return (await import("virtual:kernel")).files;
}

/** how long the frame may take to come up, in milliseconds: it is a few lines of script, and fetches nothing */
const patience = 20_000;

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
        clearTimeout(timer);
        removeEventListener("message", listen);
        port.close();
        element.remove();
      },
    };
    const listen = ({ source, data }: MessageEvent) => {
      if (source !== element.contentWindow) return;
      if ("failed" in data) channel.onFailure?.(String(data.failed));
      if (!("ready" in data)) return;
      clearTimeout(timer);
      element.contentWindow!.postMessage(script, "*", [port2, script.buffer]);
      resolve(channel);
    };
    addEventListener("message", listen);
    const fail = (why: string) => {
      channel.close();
      reject(new Error(why));
    };
    element.onerror = () => fail("The frame for Python did not open.");
    const timer = setTimeout(
      () => fail("The frame for Python did not answer; an extension of the browser may block it."),
      patience,
    );
    document.body.append(element);
  });
}
