// What is on its way, as one thing: Python and a model come side by side, and a person sees one bar that counts the bytes
// of both, as the question before it did.

import type { Loading } from "../../experiment/phase.ts";
import type { Need } from "./download-consent.ts";
import type { RunnerPage } from "./runner-world.ts";

/** one of the things that come */
interface Arrival {
  readonly title: string;
  /** bytes that were here before */
  readonly kept: number;
  /** bytes that are here now, and of all of it */
  readonly done: number;
  readonly total: number;
  /** undefined when it is here, or does not come */
  readonly phase: Loading | undefined;
}

export class Arrivals {
  readonly #page: Pick<RunnerPage, "show">;
  readonly #all = new Map<string, Arrival>();

  constructor(page: Pick<RunnerPage, "show">) {
    this.#page = page;
  }

  /** These begin to come now, together: what each of them costs counts before its first byte. */
  expect(needs: readonly Need[]): void {
    for (const { name, shortTitle: title, bytes, kept, keep } of needs) {
      const total = kept + bytes;
      const phase: Loading = {
        kind: "downloading",
        done: kept,
        total,
        waiting: undefined,
        interrupted: false,
        thenRun: false,
        keep,
      };
      this.#all.set(name, { title, kept, done: kept, total, phase });
    }
    this.#draw();
  }

  /** How one of them is doing. @param phase undefined when it is here, or does not come */
  tell(name: string, title: string, phase: Loading | undefined): void {
    const known = this.#all.get(name);
    if (!known && !phase) return;
    const { kept = 0, done: before = 0, total: all = 0 } = known ?? {};
    const counts = phase?.kind === "downloading" && phase.total > 0;
    const total = counts ? phase.total : all;
    const done = counts ? phase.done : phase?.kind === "downloading" ? before : total;
    this.#all.set(name, { title, kept, done, total, phase });
    this.#draw();
  }

  #draw(): void {
    const all = [...this.#all.values()];
    const phases = all.flatMap(({ phase }) => phase ?? []);
    if (phases.length === 0) this.#all.clear();
    this.#page.show({ loading: together(all, phases) });
  }
}

function together(
  all: readonly Arrival[],
  phases: readonly Loading[],
): { title: string; phase: Loading } | undefined {
  const [first] = phases;
  if (!first) return undefined;
  const title = all.map((each) => each.title).join(" and ");
  const common = {
    waiting: phases.find(({ waiting }) => waiting)?.waiting,
    interrupted: phases.some(({ interrupted }) => interrupted),
    thenRun: false,
    keep: phases.every(({ keep }) => keep),
  };
  if (phases.every(({ kind }) => kind === "preparing"))
    return { title, phase: { ...common, kind: "preparing" } };
  const sum = (of: (each: Arrival) => number) => all.reduce((bytes, each) => bytes + of(each), 0);
  const known = all.every(({ total }) => total > 0);
  return {
    title,
    phase: {
      ...common,
      kind: "downloading",
      done: known ? sum(({ done, kept }) => Math.max(0, done - kept)) : 0,
      total: known ? sum(({ total, kept }) => total - kept) : 0,
    },
  };
}
