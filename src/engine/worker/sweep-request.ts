// What a notebook's Python asks of a sweep, checked as coming from a stranger: words in Python's texts, and lists no longer
// than any model could need.

import * as v from "valibot";
import { EngineError, type SweepMethod, type SweepSpec } from "../../model/index.ts";
import { readMetric, readOperation, takesMetric, takesOperation } from "../../model/sweep/index.ts";

/** characters of a text, and numbers in a list */
const [longest, most] = [10_000, 2 ** 18];

const text = v.pipe(v.string(), v.maxLength(longest));
const index = v.pipe(v.number(), v.safeInteger());
const list = <T extends v.GenericSchema>(item: T) =>
  v.optional(v.pipe(v.instance(Array), v.maxLength(most), v.array(item)));

const schema = v.object({
  sentence: text,
  ids: list(index),
  position: v.optional(index),
  mask: v.optional(index),
  positions: list(index),
  layers: list(index),
  neurons: list(index),
  /** as operation-text.ts has it */
  operation: text,
  /** of "replace": one per neuron of the layer */
  values: list(v.number()),
  /** as metric-text.ts has it */
  metric: text,
  method: text,
  steps: v.optional(v.number()),
});

/** a sweep as Python asks for it */
export type SweepRequest = v.InferInput<typeof schema>;

/**
 * The sweep that a message asks for.
 * @throws EngineError sweep-metric, sweep-operation, and "runtime" for what Python's own part does not send
 */
export function readSweepRequest(value: unknown): SweepSpec {
  const { success, output } = v.safeParse(schema, value, { abortEarly: true });
  if (!success)
    throw new EngineError(
      "runtime",
      "The engine was not given a sweep.",
      "Restart the kernel and run again.",
    );
  const { metric: metricText, operation: operationText, values, method, ...rest } = output;
  const metric = readMetric(metricText);
  if (!metric)
    throw new EngineError(
      "sweep-metric",
      `"${metricText}" is not a metric.`,
      `A sweep takes ${takesMetric}.`,
    );
  const operation = readOperation(operationText, values);
  if (!operation)
    throw new EngineError(
      "hook-value",
      `"${operationText}" is nothing that can be done to a neuron.`,
      `A sweep takes ${takesOperation} with values.`,
    );
  return { ...rest, metric, operation, method: method as SweepMethod };
}
