// One sweep by the engine, into a CSV where one is named: it goes on from what is there, and reports how far it is.

import type { Engine, ModelInfo } from "../../src/engine/index.ts";
import { EngineError } from "../../src/model/index.ts";
import {
  type Completeness,
  differenceOf,
  inOrder,
  missingBlocks,
  type NeuronBlock,
  operationText,
  rowsOf,
  type Shard,
  type SweepRow,
  type SweepSpec,
  shardOf,
} from "../../src/model/sweep/index.ts";
import { ExportError } from "../errors.ts";
import { countUnits, ProgressBar } from "../progress.ts";
import { blockOf } from "./ask.ts";
import { SweepFile } from "./sweep-file.ts";

export interface Computed {
  /** what was asked, in order of layer and neuron */
  rows: SweepRow[];
  /** neurons that were there before */
  kept: number;
  /** what rounding the model's weights has changed, in words; undefined where nothing is rounded, or that was not measured */
  rounded: string | undefined;
  /** of integrated gradients, of the paths that were walked now */
  completeness: Completeness[];
}

export interface ComputeOptions {
  /** the file to write, and to go on from */
  csv?: string | undefined;
  /** the option that would name a file where there is none */
  keep: string;
  /** the part of the neurons of each layer that is computed */
  shard?: Shard | undefined;
  /** what the progress bar says */
  label: string;
  /** called when the process ends too early, with what was computed and is in no file */
  onStop?: ((rows: readonly SweepRow[]) => void) | undefined;
}

/**
 * Compute a sweep, or what the file lacks of it.
 * @throws ExportError where the file holds another sweep; whatever the engine throws. What was computed is in the file
 */
export async function computeSweep(
  engine: Engine,
  info: Pick<ModelInfo, "cuts" | "dMlp">,
  spec: SweepSpec,
  { csv, keep, shard, label, onStop }: ComputeOptions,
): Promise<Computed> {
  const whole = blockOf(spec, info);
  const block = shard ? { layers: whole.layers, neurons: shardOf(whole.neurons, shard) } : whole;
  if (block.neurons.length === 0)
    throw new ExportError(
      `Part ${shard?.part} of ${shard?.of} has no neurons: there are ${whole.neurons.length}.`,
      `Cut them into ${whole.neurons.length} parts at most.`,
    );
  const file = csv === undefined ? undefined : new SweepFile(csv);
  const rows = file?.rows ?? [];
  const rounded = await checkFile(engine, { ...spec, ...block }, file);
  const missing = missingBlocks(rows, block);
  if (missing.length > 0) file?.open();
  const total = sizeOf([block]);
  const stopped = () => file ?? onStop?.(rows);
  const done = total - sizeOf(missing);
  const progress = new Progress(label, { done, total, csv, keep, stopped });
  const completeness: Completeness[] = [];
  try {
    for (const part of missing) {
      const result = await engine.sweep(
        { ...spec, ...part },
        {
          onProgress: ({ records, sweep, provenance }) => {
            const computed = rowsOf({ sweep, records, provenance });
            if (file) file.add(computed);
            else for (const row of computed) rows.push(row);
            progress.add(computed);
          },
        },
      );
      completeness.push(...(result.completeness ?? []));
    }
    file?.finish();
  } catch (error) {
    progress.stop();
    throw error;
  } finally {
    file?.close();
    progress.close();
  }
  return { rows: inOrder(within(rows, block)), kept: done, rounded, completeness };
}

const sizeOf = (blocks: readonly NeuronBlock[]): number =>
  blocks.reduce((sum, { layers, neurons }) => sum + layers.length * neurons.length, 0);

function within(rows: readonly SweepRow[], { layers, neurons }: NeuronBlock): SweepRow[] {
  const [inLayers, inNeurons] = [new Set(layers), new Set(neurons)];
  return rows.filter(({ layer, neuron }) => inLayers.has(layer) && inNeurons.has(neuron));
}

/**
 * Have the engine check the sweep as a whole, before anything is computed, and compare it with what the file holds.
 * @returns what rounding the weights has changed, which rows do not say
 */
async function checkFile(
  engine: Engine,
  spec: SweepSpec,
  file: SweepFile | undefined,
): Promise<string | undefined> {
  const { row: own, rounded } = await describe(engine, spec);
  for (const row of file?.rows ?? []) {
    const difference = differenceOf(row, own) ?? processorOf(row, own) ?? ownValueOf(row, spec);
    if (difference)
      throw new ExportError(
        `${file!.path} holds another sweep: its ${difference.what} is ${difference.one}, and now it is ${difference.other}.`,
        "Name another file, or remove this one.",
      );
  }
  return rounded;
}

/** Numbers of one file are to be those of one run. */
function processorOf(one: SweepRow, other: SweepRow) {
  for (const what of ["device", "runtime"] as const)
    if (one[what] !== other[what]) return { what, one: one[what], other: other[what] };
  return undefined;
}

/** How the value differs that takes a neuron's place. */
function ownValueOf({ layer, neuron, operation }: SweepRow, spec: SweepSpec) {
  const now = operationText(spec.operation ?? { kind: "suppress" }, neuron);
  const what = `operation on neuron ${neuron} of layer ${layer}`;
  return operation === now ? undefined : { what, one: operation, other: now };
}

/** A row without numbers that says what a sweep is, and what rounding has changed; nothing is computed. */
async function describe(
  engine: Engine,
  spec: SweepSpec,
): Promise<{ row: SweepRow; rounded: string | undefined }> {
  const stop = new AbortController();
  let described: { row: SweepRow; rounded: string | undefined } | undefined;
  const nothing = { layer: 0, neuron: spec.neurons![0]!, activation: 0, before: 0, after: 0, effect: 0 };
  try {
    await engine.sweep(spec, {
      signal: stop.signal,
      onProgress: ({ sweep, provenance }) => {
        const record = { ...nothing, exact: sweep.method === "exact", method: sweep.method };
        const [row] = rowsOf({ sweep, records: [record], provenance });
        described = { row: row!, rounded: provenance.rounded };
        stop.abort();
      },
    });
  } catch (error) {
    if (!stop.signal.aborted || error instanceof EngineError) throw error;
  }
  return described!;
}

interface ProgressOptions {
  done: number;
  total: number;
  csv: string | undefined;
  keep: string;
  /** called when the sweep ends too early */
  stopped: () => void;
}

/** The bar, and what is said when the sweep ends too early, by an error or with the process. */
class Progress {
  readonly #bar: ProgressBar;
  readonly #options: ProgressOptions;
  readonly #from = performance.now();
  readonly #exit = () => this.stop();
  #done: number;

  constructor(label: string, options: ProgressOptions) {
    this.#bar = new ProgressBar(label, process.stderr, countUnits("neurons"));
    this.#options = options;
    this.#done = options.done;
    process.once("exit", this.#exit);
    if (options.done < options.total) this.#bar.update(options.done, options.total);
  }

  add({ length }: readonly SweepRow[]): void {
    const { done, total } = this.#options;
    this.#done += length;
    const each = (performance.now() - this.#from) / (this.#done - done);
    const left = (total - this.#done) * each;
    const note = Number.isFinite(left) && left > 0 ? `, ${timeText(left)} left` : "";
    if (length > 0) this.#bar.update(this.#done, total, note);
  }

  close(): void {
    process.off("exit", this.#exit);
    this.#bar.close();
  }

  stop(): void {
    const { total, csv, keep, stopped } = this.#options;
    this.close();
    stopped();
    const done = `Stopped after ${this.#done} of ${total} neurons`;
    console.error(
      csv === undefined
        ? `${done}; with ${keep} they would have been kept.`
        : `${done}; the same command goes on from ${csv}.`,
    );
  }
}

/** "40 s", "12 min", "3 h 5 min" */
function timeText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
