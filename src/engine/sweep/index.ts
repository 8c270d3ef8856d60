// Sweeps. All of this is loaded when one is asked for: nothing else of the engine imports more than its types.

import type { SweepMethod, SweepProvenance, SweepRecord, SweepResult, SweepSpec } from "../../model/index.ts";
import type { SweepOptions } from "../types.ts";
import { exact } from "./exact.ts";
import type { Host, Methods } from "./host.ts";
import { toSweep } from "./to-sweep.ts";

export type { Host } from "./host.ts";

const methods: Methods = { exact };

/** As the engine's method of this name; see there. */
export async function sweep(
  spec: SweepSpec,
  host: Host,
  { signal, onProgress }: SweepOptions,
): Promise<SweepResult> {
  signal?.throwIfAborted();
  const { manifest, tokenizer } = host;
  const checked = toSweep(spec, manifest, tokenizer, Object.keys(methods) as SweepMethod[]);
  const total = checked.layers.length * checked.neurons.length;
  let provenance = await provenanceOf(host);
  const records: SweepRecord[] = [];
  const from = performance.now();
  const report = (piece: SweepRecord[]) => {
    const done = records.length;
    const remaining = done === 0 ? undefined : ((performance.now() - from) / done) * (total - done);
    onProgress?.({ done, total, remaining, records: piece, sweep: checked, provenance });
  };
  report([]);
  for await (const piece of methods[checked.method]!(checked, host, signal)) {
    records.push(...piece);
    report(piece);
    signal?.throwIfAborted();
  }
  provenance = await provenanceOf(host);
  return { sweep: checked, records, total, provenance };
}

async function provenanceOf({ manifest, onModel }: Host): Promise<SweepProvenance> {
  const { processor, version } = await onModel(async ({ runtime }) => runtime);
  const { repo, revision } = manifest.source;
  return {
    model: manifest.name,
    repo,
    revision,
    encoding: manifest.encoding,
    device: processor.device.name,
    runtime: version,
  };
}
