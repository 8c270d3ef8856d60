// The search for neurons on the page of an experiment.

import type { SweepEvents } from "../sweep/events.ts";
import type { ExperimentPage } from "./experiment-page.ts";
import type { ModelSession } from "./model-session.ts";
import { SweepHost, type SweepSurroundings, type SweepWish, sweepWishes } from "./sweep-host.ts";

/** The search of a page; it hears its elements until `signal` aborts. */
export function pageSweeps(page: ExperimentPage, session: ModelSession, signal: AbortSignal): SweepHost {
  const { finder, world } = page;
  const around: SweepSurroundings = {
    experiment: () => page.state.draft,
    write: (spec) => {
      page.write(spec);
      void session.tokenize();
    },
    run: () => {
      page.reveal();
      session.runOrLoad();
    },
    opened: async (signal) => {
      await session.opened(signal);
      return world.engine;
    },
    show: (state, busy) => {
      if (finder) finder.state = state;
      world.onSweep?.(busy);
    },
    say: (message) => page.say(message),
    failed: (problem) => page.dispatch({ kind: "failed", during: "run", problem }),
  };
  // an element that was taken out of its page and put back has what it had found
  const host = new SweepHost(around, finder?.state);
  for (const type of sweepWishes)
    finder?.addEventListener(
      type,
      (event) =>
        host.hear({
          type,
          detail: (event as CustomEvent<SweepEvents[keyof SweepEvents]>).detail,
        } as SweepWish),
      { signal },
    );
  return host;
}
