// The search for neurons on the page of an experiment; its script is fetched with the first thing that is asked of it.

import type { SweepEvents } from "../sweep/events.ts";
import type { ExperimentPage } from "./experiment-page.ts";
import type { ModelSession } from "./model-session.ts";
import type { SweepHost, SweepSurroundings, SweepWish, SweepWishes } from "./sweep-host.ts";
import { notFetched } from "./sweep-missing.ts";

const wishes = [
  "nn-sweep-open",
  "nn-sweep-edit",
  "nn-sweep-start",
  "nn-sweep-stop",
  "nn-sweep-show",
  "nn-sweep-put",
  "nn-sweep-put-back",
  "nn-sweep-run",
] as const satisfies readonly (keyof SweepWishes)[];

export interface PageSweeps {
  /** Stop the sweep under way; what was computed stays. */
  halt(): void;
  dispose(): void;
}

/** The search of a page; it hears its elements until `signal` aborts. */
export function pageSweeps(page: ExperimentPage, session: ModelSession, signal: AbortSignal): PageSweeps {
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
  let host: SweepHost | undefined;
  const fetched = async () => {
    const { SweepHost } = await import("./sweep-host.ts");
    // an element that was taken out of its page and put back has what it had found
    if (!signal.aborted) host ??= new SweepHost(around, finder?.state);
    return host;
  };
  const missing = (cause: unknown) => {
    console.warn(cause);
    around.failed(notFetched());
  };
  if (finder?.state) fetched().catch(missing);
  for (const type of wishes)
    finder?.addEventListener(
      type,
      (event) => {
        const { detail } = event as CustomEvent<SweepEvents[keyof SweepEvents]>;
        const wish = { type, detail } as SweepWish;
        if (host) host.hear(wish);
        else fetched().then((host) => host?.hear(wish), missing);
      },
      { signal },
    );
  return { halt: () => host?.halt(), dispose: () => host?.dispose() };
}
