// Sweeps. All of this is loaded when one is asked for: nothing else of the engine imports more than its types.

import type {
  Completeness,
  Sweep,
  SweepMethod,
  SweepRecord,
  SweepResult,
  SweepSpec,
} from "../../model/index.ts";
import { gradient, layerIntegratedGradients, neuronIntegratedGradients } from "../gradient/methods.ts";
import type { SweepOptions } from "../types.ts";
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
  signal?.throwIfAborted();
  const { manifest, tokenizer } = host;
  const checked = toSweep(spec, manifest, tokenizer, Object.keys(methods) as SweepMethod[]);
  const { repo, revision } = manifest.source;
  const { name: model, encoding } = manifest;
  const total = checked.layers.length * checked.neurons.length;
  const records: SweepRecord[] = [];
  const completeness: Completeness[] = [];
  const left = new Left(checked, host);
  // after a lost GPU the rest may be computed elsewhere
  const devices = new Set<string>();
  const provenance = () => {
    const { processor, version: runtime } = host.runtime();
    const device = [...devices.add(processor.device.name)].join(", then ");
    return { model, repo, revision, encoding, device, runtime };
  };
  const report = (piece: SweepRecord[]) =>
    onProgress?.({
      done: records.length,
      total,
      remaining: left.after(piece),
      records: piece,
      sweep: checked,
      provenance: provenance(),
    });
  report([]);
  const note = (each: Completeness) => completeness.push(each);
  for await (const piece of methods[checked.method]!(checked, host, signal, note)) {
    for (const record of piece) records.push(record);
    report(piece);
    signal?.throwIfAborted();
  }
  const result = { sweep: checked, records, total, provenance: provenance() };
  return completeness.length > 0 ? { ...result, completeness } : result;
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
