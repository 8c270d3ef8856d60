// Which version of a model an address stands for: what its manifest says there now, or, where the server cannot say,
// what it said when the model was kept.

import { backoff, type Patience, pause, Watch, type WeightStore } from "../storage/index.ts";
import { EngineError } from "./errors.ts";
import * as format from "./format.ts";
import { type Manifest, manifestLimits, parseManifest } from "./manifest.ts";

/** one version of a model; versions differ when their manifests' texts do */
export interface Version {
  /** address of the manifest */
  url: string;
  /** the manifest as it was served */
  text: string;
  manifest: Manifest;
}

/** milliseconds; a network that swallows everything must not keep a person for long from a model that is kept */
const KEPT = 5_000;

interface VersionPorts {
  fetch: typeof globalThis.fetch;
  signal: AbortSignal | undefined;
  /** milliseconds without a byte after which the server counts as out of reach */
  stall: number;
}

/**
 * The version that is to be opened: the server's, or the one that is completely kept when the server does not answer, or
 * answers with something else than a manifest, as a log-in page in the way does.
 * @throws EngineError "manifest-missing" when the server says that there is none; "network", after as many attempts as
 * there is patience for, or "manifest-invalid" when nothing is kept either
 */
export async function findVersion(
  url: string,
  { store, patience, ...ports }: Omit<VersionPorts, "stall"> & { store: WeightStore; patience: Patience },
): Promise<Version> {
  const { attempts, stall } = patience;
  const models = await store.models().catch(() => []);
  const kept = models.find((model) => model.url === url && !model.unfinished);
  for (let attempt = 1; ; attempt++) {
    try {
      return await fetchVersion(url, { ...ports, stall: kept ? Math.min(KEPT, stall) : stall });
    } catch (error) {
      const { code } = error as Partial<EngineError>;
      if (kept && (code === "network" || code === "manifest-invalid")) return toVersion(url, kept.manifest);
      if (code !== "network" || attempt >= attempts) throw error;
      await pause(backoff(attempt, patience), ports.signal);
    }
  }
}

/**
 * The version that the server has now.
 * @throws EngineError "network", "manifest-missing" or "manifest-invalid"
 */
export async function fetchVersion(url: string, ports: VersionPorts): Promise<Version> {
  ports.signal?.throwIfAborted();
  const watch = new Watch(ports.stall, ports.signal);
  try {
    const { fetch } = ports; // not ports.fetch(): a browser's fetch refuses any other `this`
    const response = await fetch(url, { cache: "no-cache", signal: watch.signal });
    watch.alive();
    await refuse(response, url);
    return toVersion(url, await readText(response, url, () => watch.alive()));
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    ports.signal?.throwIfAborted();
    const why = watch.stalled ? "did not answer when asked for" : "could not be reached for";
    throw new EngineError("network", `The server ${why} ${url}.`, "Check the connection and try again.", {
      cause,
    });
  } finally {
    watch.end();
  }
}

function toVersion(url: string, text: string): Version {
  return { url, text, manifest: parseManifest(text, url) };
}

/** @throws EngineError when a response cannot be a manifest by its status */
async function refuse(response: Response, url: string): Promise<void> {
  const { ok, status } = response;
  if (ok) return;
  await response.body?.cancel().catch(() => {});
  if (status >= 500 || status === 408 || status === 429)
    throw new EngineError(
      "network",
      `The server failed to send ${url} (HTTP ${status}).`,
      "Wait a moment and try again.",
    );
  throw new EngineError(
    "manifest-missing",
    `There is no model at ${url} (HTTP ${status}).`,
    "Check the address and the connection, then try again.",
  );
}

/** @throws EngineError "manifest-invalid" when the text does not end */
async function readText(response: Response, url: string, onBytes: () => void): Promise<string> {
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  let text = "";
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    onBytes();
    text += decoder.decode(value, { stream: true });
    if (text.length <= manifestLimits.text) continue;
    await reader.cancel().catch(() => {});
    throw new EngineError(
      "manifest-invalid",
      `${url} does not describe a model: it is longer than ${format.bytes(manifestLimits.text)}.`,
      "Check the address: it must be that of a model's manifest.json.",
    );
  }
  return text + decoder.decode();
}
