// What is left of the browser in Python's worker once cells may run: the language, and what Pyodide and this worker go on
// using. A worker cannot be given another policy than the frame that made it; but what its only global object has lost,
// nobody in it gets back. So it makes no workers, no addresses, and listens to no events.

/** names of the browser that are used after the start */
const used = new Set([
  "MessageChannel",
  "TextDecoder",
  "TextEncoder",
  "WebAssembly",
  "clearTimeout",
  "console",
  "crypto",
  "origin",
  "performance",
  "setTimeout",
]);

/** names of the language, the same in every worker, shell and page */
const language = new Set(
  (
    "Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date Promise RegExp Error " +
    "AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError SuppressedError globalThis JSON Math " +
    "Intl ArrayBuffer Atomics Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array Float16Array Float32Array " +
    "Float64Array Uint8ClampedArray BigUint64Array BigInt64Array DataView Map BigInt Set Iterator WeakMap WeakSet WeakRef " +
    "Proxy Reflect FinalizationRegistry decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape eval " +
    "isFinite isNaN"
  ).split(" "),
);

/** Take everything else from the global object and from what it inherits. */
export function strip(): void {
  // what ends Python is told to the page, which shows it
  for (const name of Object.keys(console)) Reflect.set(console, name, () => {});
  for (let from: object = globalThis; from !== Object.prototype; from = Object.getPrototypeOf(from))
    for (const name of Reflect.ownKeys(from))
      if (name !== "constructor" && !(typeof name === "string" && (used.has(name) || language.has(name))))
        Reflect.deleteProperty(from, name);
}
