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

/** The models of a site's list. @throws EngineError "manifest-missing" when there is no list, or nothing in it */
export async function fetchModels(
  url: string,
  { fetch = globalThis.fetch.bind(globalThis), ...ports }: ListPorts = {},
): Promise<ModelEntry[]> {
  const text = await fetchText(url, { fetch, longest, ...ports }).catch((error: unknown) => {
    throw error instanceof StorageError ? unlisted(error.message, error) : error;
  });
  let index: unknown;
  try {
    index = JSON.parse(text);
  } catch (cause) {
    throw unlisted("It is not JSON.", cause);
  }
  const models = readModels(index, url);
  if (models.length === 0) throw unlisted("It names no model.");
  return models;
}

function unlisted(why: string, cause?: unknown): EngineError {
  return new EngineError(
    "manifest-missing",
    `This site’s list of models, models/index.json, could not be read. ${why}`,
    "Try again; if it stays so, tell whoever runs the site that it offers no model.",
    { cause },
  );
}
