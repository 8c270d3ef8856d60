// The list of models that a notebook's cells are run with: what was opened or removed since is known at once.

import { describe, expect, test } from "vitest";
import { EngineError } from "../../../../src/model/index.ts";
import type { Retry } from "../../../../src/storage/index.ts";
import type { ModelEntry } from "../../../../src/ui/experiment/models.ts";
import type { NotebookPage } from "../../../../src/ui/notebook/notebook-page.ts";
import { modelList } from "../../../../src/ui/notebook/run/model-list.ts";
import { entry } from "../../experiment/helpers.ts";

const mine = { ...entry, name: "mine", title: "mine" };

/** a page as far as its list of models goes; `models` is what there is when it is asked */
function page(models: (onRetry: (retry: Retry) => void) => readonly ModelEntry[]) {
  const made = {
    notice: { heading: "", textContent: "", hidden: true },
    world: { models: async (onRetry: (retry: Retry) => void) => models(onRetry) },
    experiments: { models: [] as readonly ModelEntry[] },
    draws: 0,
    setExperiments: (change: { models: readonly ModelEntry[] }) => {
      made.experiments = change;
    },
    draw: () => {
      made.draws++;
    },
  };
  return { made, list: modelList(made as unknown as NotebookPage) };
}

describe("the list of models", () => {
  test("has a model that was opened in another tab since, and loses it where it was removed", async () => {
    let now = [entry];
    const { made, list } = page(() => now.map((each) => ({ ...each })));
    for (const [there, draws] of [
      [[entry], 1],
      [[entry], 1],
      [[entry, mine], 2],
      [[entry, mine], 2],
      [[entry], 3],
    ] as const) {
      now = [...there];
      expect(await list()).toEqual(there);
      expect(made.experiments.models).toEqual(there);
      expect(made.draws).toBe(draws);
    }
  });

  test("that does not arrive is asked for anew; the notice says so until it is there", async () => {
    const failure = new EngineError("manifest-missing", "No list.", "Try again.");
    let fails = true;
    const { made, list } = page((onRetry) => {
      onRetry({ kind: "retry", message: "No list.", seconds: 1 });
      if (fails) throw failure;
      return [entry];
    });
    await expect(list()).rejects.toBe(failure);
    expect(made.notice).toMatchObject({ heading: "No list.", textContent: "Trying again.", hidden: false });
    fails = false;
    expect(await list()).toEqual([entry]);
    expect(made.notice.hidden).toBe(true);
  });
});
