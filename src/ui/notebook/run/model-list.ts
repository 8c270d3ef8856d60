// The site's list of models, as a notebook asks for it: once, and anew where it did not arrive. The notice says while it
// is waited for.

import { EngineError } from "../../../model/index.ts";
import type { Retry } from "../../../storage/index.ts";
import type { ModelEntry } from "../../experiment/models.ts";
import type { NotebookPage } from "../notebook-page.ts";

/** @returns lists the site's models; a list that did not arrive is asked for anew by whatever needs it next */
export function modelList(page: NotebookPage): () => Promise<readonly ModelEntry[]> {
  const { notice, world } = page;
  /** what the notice says of the list */
  let unlisted: string | undefined;
  return async () => {
    if (page.experiments.models.length > 0) return page.experiments.models;
    const onRetry = ({ message }: Retry) => {
      unlisted = message;
      const retrying = {
        kind: "note" as const,
        heading: message,
        textContent: "Trying again.",
        hidden: false,
      };
      if (notice) Object.assign(notice, retrying);
    };
    const models = await world.models(onRetry).catch((error: unknown) => {
      if (error instanceof EngineError) unlisted = error.message;
      throw error;
    });
    if (notice && notice.heading === unlisted) notice.hidden = true;
    page.setExperiments({ models });
    page.draw();
    return models;
  };
}
