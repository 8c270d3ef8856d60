// The site's list of models, over the network.

import { EngineError } from "../../model/index.ts";
import { fetchText, type Patience, type Retry, StorageError } from "../../storage/index.ts";
import { type ModelEntry, readModels } from "./models.ts";

/** bytes of the longest list that is read; an entry has a few hundred */
const longest = 4 * 2 ** 20;

interface ListPorts {
  onRetry?: ((retry: Retry) => void) | undefined;
  fetch?: typeof globalThis.fetch;
  patience?: Patience;
}

/** a site that has no list of models, or names none in it */
export class NoModels extends EngineError {}

/** The models of a site's list. @throws EngineError "manifest-missing" when it cannot be read; NoModels, one of these */
export async function fetchModels(
  url: string,
  { fetch = globalThis.fetch.bind(globalThis), ...ports }: ListPorts = {},
): Promise<ModelEntry[]> {
  const text = await fetchText(url, { fetch, longest, ...ports }).catch((error: unknown) => {
    if (!(error instanceof StorageError)) throw error;
    throw unlisted(error.message, error, error.code === "file-missing" ? NoModels : EngineError);
  });
  let index: unknown;
  try {
    index = JSON.parse(text);
  } catch (cause) {
    throw unlisted("It is not JSON.", cause);
  }
  const models = readModels(index, url);
  if (models.length === 0) throw unlisted("It names no model.", undefined, NoModels);
  return models;
}

function unlisted(why: string, cause?: unknown, Kind = EngineError): EngineError {
  return new Kind(
    "manifest-missing",
    `This site’s list of models, models/index.json, could not be read. ${why}`,
    "Try again; if it stays so, tell whoever runs the site that it offers no model.",
    { cause },
  );
}
