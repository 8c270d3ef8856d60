// Which version of a model an address stands for: what its manifest says there now, or, where the server cannot say,
// what it said when the model was kept.

import {
  EngineError,
  isOpened,
  type Manifest,
  manifestLimits,
  openAgain,
  parseManifest,
} from "../../model/index.ts";
import { fetchText, type Patience, type Retry, StorageError, type WeightStore } from "../../storage/index.ts";

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
  patience: Patience;
  /** told why the manifest is waited for */
  onRetry?: ((retry: Retry) => void) | undefined;
}

/**
 * The version that is to be opened: the server's, or the one that is completely kept when the server does not answer, or
 * answers with something else than a manifest, as a log-in page in the way does.
 * @throws EngineError "manifest-missing" when the server says that there is none; "network", after as many attempts as
 * there is patience for, or "manifest-invalid" when nothing is kept either
 */
export async function findVersion(
  url: string,
  { store, patience, ...ports }: VersionPorts & { store: WeightStore },
): Promise<Version> {
  const models = await store.models().catch(() => []);
  const kept = models.find((model) => model.url === url && !model.unfinished);
  if (kept && isOpened(url)) return toVersion(url, kept.manifest);
  if (!kept) return fetchVersion(url, { ...ports, patience });
  try {
    const once = { ...patience, attempts: 1, stall: Math.min(KEPT, patience.stall) };
    return await fetchVersion(url, { ...ports, patience: once });
  } catch (error) {
    const { code } = error as Partial<EngineError>;
    if (code === "network" || code === "manifest-invalid") return toVersion(url, kept.manifest);
    throw error;
  }
}

/**
 * The version that the server has now.
 * @throws EngineError "network", "manifest-missing" or "manifest-invalid"; "not-loaded" for what no server has
 */
export async function fetchVersion(url: string, ports: VersionPorts): Promise<Version> {
  if (isOpened(url)) throw openAgain(`${nameIn(url)} is not kept on this device any more.`);
  const longest = manifestLimits.text;
  const text = await fetchText(url, { ...ports, longest }).catch((error: unknown) => {
    throw error instanceof StorageError ? explained(error, url) : error;
  });
  return toVersion(url, text);
}

/** the model that an opened one's address names */
const nameIn = (url: string) => url.split("/").at(-2);

function toVersion(url: string, text: string): Version {
  return { url, text, manifest: parseManifest(text, url) };
}

/** why there is no manifest, in the engine's terms */
function explained(error: StorageError, url: string): EngineError {
  const { code, message, hint } = error;
  const options = { cause: error };
  switch (code) {
    case "file-missing":
      return new EngineError(
        "manifest-missing",
        `There is no model at ${url}: ${message}`,
        "Check the address and the connection, then try again.",
        options,
      );
    case "file-corrupt":
      return new EngineError(
        "manifest-invalid",
        `${url} does not describe a model: ${message}`,
        "Check that the address is that of a model's manifest.json, and that no log-in page stands in the way.",
        options,
      );
    default:
      return new EngineError("network", message, hint, options);
  }
}
