// The frame that Python lives in. Its document has an origin of its own (sandbox="allow-scripts") and a policy that leaves
// it no network; the worker that it makes has both, too. The document is a srcdoc, so it needs no request and is there
// offline. Its script may run because the site's policy names its hash (vite/policy.ts), and nothing else may.

/** The text of the frame's script: makes the worker out of the bytes it is given, and hands it a port. */
export const frameScript = `
onmessage = ({ source, data, ports }) => {
  if (source !== parent) return;
  onmessage = null;
  const address = URL.createObjectURL(new Blob([data], { type: "text/javascript" }));
  const worker = new Worker(address);
  worker.onmessage = () => URL.revokeObjectURL(address);
  worker.onerror = (event) => {
    event.preventDefault();
    parent.postMessage({ failed: event.message || "the script did not start" }, "*");
  };
  worker.postMessage(null, [ports[0]]);
};
parent.postMessage({ ready: true }, "*");
`;

/**
 * The frame's document.
 * @param hash the script's, as a policy names it
 */
export function frameDocument(hash: string): string {
  const policy = `default-src 'none'; script-src '${hash}' 'wasm-unsafe-eval'; worker-src blob:; connect-src 'none'`;
  return `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><script>${frameScript}</script>`;
}
