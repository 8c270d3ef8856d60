// The site's list of models with those that were opened, as a notebook asks for it: anew each time, since one may have been
// opened or removed in another tab; the world keeps what came over the network. The notice says while that is waited for.

import { EngineError } from "../../../model/index.ts";
import type { Retry } from "../../../storage/index.ts";
import type { ModelEntry } from "../../experiment/models.ts";
import type { NotebookPage } from "../notebook-page.ts";

/** @returns lists the models there are now; a list that did not arrive is asked for anew by whatever needs it next */
export function modelList(page: NotebookPage): () => Promise<readonly ModelEntry[]> {
  const { notice, world } = page;
  /** what the notice says of the list */
  let unlisted: string | undefined;
  return async () => {
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
    // forms are drawn anew only where there is something new
    if (JSON.stringify(models) === JSON.stringify(page.experiments.models)) return models;
    page.setExperiments({ models });
    page.draw();
    return models;
  };
}
