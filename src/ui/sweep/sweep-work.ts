// One sweep being carried out: what the engine reports goes into its grid and is said in quarters, estimates are made exact
// from the largest down.

import type { SweepOptions, SweepProgress } from "../../engine/index.ts";
import { agreement, type SweepRecord, type SweepResult, type SweepSpec } from "../../model/sweep/index.ts";
import { methodOf, type Way } from "./sweep-fields.ts";
import { SweepGrid } from "./sweep-grid.ts";
import type { SweepRun } from "./sweep-state.ts";
import { topDown } from "./top-down.ts";

/** how the view asks for a sweep */
export type Asked = Required<SweepOptions> & { signal: AbortSignal };

/** Sweep on the experiment's model, which is opened first where it is not. @throws EngineError, AbortError */
export type AskSweep = (spec: SweepSpec, options: Asked) => Promise<SweepResult>;

/** one sweep being carried out */
export class SweepWork {
  readonly #change: (change: Partial<SweepRun>) => void;
  readonly #say: (text: string) => void;
  readonly #spec: SweepSpec;
  #grid: SweepGrid | undefined;
  #version = 0;
  /** quarters that were said */
  #quarters = 0;

  constructor(run: SweepRun, change: (change: Partial<SweepRun>) => void, say: (text: string) => void) {
    this.#spec = run.spec;
    this.#change = change;
    this.#say = say;
  }

  async carryOut(way: Way, sweep: AskSweep, signal: AbortSignal): Promise<void> {
    this.#say("Looking for the neurons.");
    const first = await sweep(
      { ...this.#spec, method: methodOf(way) },
      { signal, onProgress: (report) => this.#hear(report, report.remaining, signal) },
    );
    if (signal.aborted) return;
    this.#take(first);
    this.#change({ completeness: first.completeness ?? [] });
    if (way !== "gradient-exact") return;
    const total = this.#grid!.total;
    const begun = performance.now();
    let compared = 0;
    this.#quarters = 0;
    this.#say(`Estimated ${total} neurons; now computing them exactly, the largest first.`);
    for (const { layer, neurons, round } of topDown(this.#grid!.records())) {
      if (round > compared) await this.#compare();
      compared = round;
      const before = this.#grid!.exact;
      const part = { ...this.#spec, method: "exact" as const, layers: [layer], neurons };
      const result = await sweep(part, {
        signal,
        onProgress: (report) => {
          const done = before + report.done;
          const left = done > 0 ? ((performance.now() - begun) / done) * (total - done) : undefined;
          this.#hear({ ...report, done, total }, left, signal);
        },
      });
      if (signal.aborted) return;
      this.#add(result.records);
    }
    await this.#compare();
  }

  /** Compare estimates with what is known exactly, in a task of its own: that takes a while. */
  async #compare(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    const exact = this.#grid!.records().filter((record) => record.exact);
    const estimates = exact.flatMap((record) => this.#grid!.estimateAt(record) ?? []);
    this.#change({ agreement: agreement(estimates, exact) });
  }

  #hear(report: SweepProgress, remaining: number | undefined, signal: AbortSignal): void {
    if (signal.aborted) return;
    const { done, total } = report;
    this.#take(report);
    this.#change({ done, total, remaining, status: { kind: "running" } });
    const quarters = total > 0 ? Math.floor((4 * done) / total) : 0;
    if (quarters > this.#quarters && quarters < 4)
      this.#say(`${25 * quarters} per cent of the neurons are done.`);
    this.#quarters = Math.max(this.#quarters, quarters);
  }

  /** Take in a report or a result; the first one says what is swept. */
  #take({ sweep, provenance, records }: Pick<SweepProgress, "sweep" | "provenance" | "records">): void {
    if (!this.#grid) {
      this.#grid = new SweepGrid(sweep.layers, sweep.neurons);
      this.#change({ sweep, provenance, grid: this.#grid });
    }
    this.#add(records);
  }

  #add(records: readonly SweepRecord[]): void {
    this.#grid!.add(records);
    this.#change({ version: ++this.#version });
  }
}
