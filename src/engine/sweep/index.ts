// Sweeps. All of this is loaded when one is asked for: nothing else of the engine imports more than its types.

import {
  type Completeness,
  roundedText,
  type Sweep,
  type SweepMethod,
  type SweepRecord,
  type SweepResult,
  type SweepSpec,
} from "../../model/index.ts";
import { gradient, layerIntegratedGradients, neuronIntegratedGradients } from "../gradient/methods.ts";
import { sharing } from "../load/describe.ts";
import type { SweepOptions, SweepProgress } from "../types.ts";
import { exact } from "./exact.ts";
import type { Host, Methods } from "./host.ts";
import { workOf } from "./pace.ts";
import { toSweep } from "./to-sweep.ts";

export type { Host } from "./host.ts";

const methods: Methods = {
  exact,
  gradient,
  "ig-neuron": neuronIntegratedGradients,
  "ig-layer": layerIntegratedGradients,
};

/** As the engine's method of this name; see there. */
export async function sweep(
  spec: SweepSpec,
  host: Host,
  { signal, onProgress }: SweepOptions,
): Promise<SweepResult> {
  const records: SweepRecord[] = [];
  const completeness: Completeness[] = [];
  let last: SweepProgress | undefined;
  for await (last of sweepSteps(spec, host, signal, (each) => completeness.push(each))) {
    for (const record of last.records) records.push(record);
    onProgress?.(last);
    signal?.throwIfAborted();
  }
  const { sweep, total, provenance } = last!;
  const result = { sweep, records, total, provenance };
  return completeness.length > 0 ? { ...result, completeness } : result;
}

/**
 * A sweep step by step: first a report without records, then one for every piece of it. Nothing runs until the next step is
 * asked for, and what is open is closed when none is asked for any more.
 * @param note is told how complete the attributions of each layer are, where the method knows
 * @throws as the engine's sweep
 */
export async function* sweepSteps(
  spec: SweepSpec,
  host: Host,
  signal?: AbortSignal,
  note: (each: Completeness) => void = () => {},
): AsyncGenerator<SweepProgress, undefined> {
  signal?.throwIfAborted();
  const { manifest, tokenizer } = host;
  const sweep = toSweep(spec, manifest, tokenizer, Object.keys(methods) as SweepMethod[]);
  const { repo, revision } = manifest.source;
  const { name: model, encoding } = manifest;
  const rounded = roundedText(manifest);
  const total = sweep.layers.length * sweep.neurons.length;
  let done = 0;
  const left = new Left(sweep, host);
  // after a lost GPU the rest may be computed elsewhere
  const devices = new Set<string>();
  const step = (records: SweepRecord[]): SweepProgress => {
    const { processor, version: runtime } = host.runtime();
    const device = [...devices.add(processor.device.name)].join(", then ");
    const shared = sharing(manifest.model);
    const provenance = { model, repo, revision, encoding, rounded, device, runtime, ...shared };
    done += records.length;
    return { done, total, remaining: left.after(records), records, sweep, provenance };
  };
  yield step([]);
  for await (const piece of methods[sweep.method]!(sweep, host, signal, note)) yield step(piece);
}

/** how long the rest of a sweep will take, by what was done and what is left to do */
class Left {
  readonly #from = performance.now();
  readonly #workOf: (layer: number) => number;
  readonly #all: number;
  #done = 0;

  constructor(sweep: Sweep, { manifest }: Host) {
    const { layers } = manifest.model;
    const { method } = sweep;
    // paths go through all layers above their own; one gradient is of all layers
    this.#workOf = (layer) =>
      method === "exact" ? workOf(manifest.model, sweep, layer) : method === "gradient" ? 1 : layers - layer;
    const each = sweep.layers.map(this.#workOf);
    this.#all = sweep.neurons.length * each.reduce((sum, work) => sum + work);
  }

  /** Milliseconds that are left after these; undefined as long as nothing is done. */
  after(records: readonly SweepRecord[]): number | undefined {
    for (const { layer } of records) this.#done += this.#workOf(layer);
    if (this.#done === 0) return undefined;
    return ((performance.now() - this.#from) / this.#done) * (this.#all - this.#done);
  }
}
