// Between the sweep's form as filled in and the sweep it asks for. What can be seen to be wrong without a model is said at
// once, before anybody pays for a download or waits.

import { type ExperimentSpec, editsOf, listed } from "../../model/index.ts";
import {
  checkGradient,
  describeMethod,
  type Metric,
  type SweepMethod,
  type SweepSpec,
} from "../../model/sweep/index.ts";
import { check, type Limits, toFields } from "../experiment/spec.ts";

/** how a sweep is carried out: by one method, or by gradient at once and then exactly, the largest estimates first */
export type Way = SweepMethod | "gradient-exact";

/** the form as filled in; sentence, mask and operation are the experiment's */
export interface SweepFields {
  metric: Metric["kind"];
  /** of a metric of one word */
  word: string;
  /** of a contrast, as typed */
  plus: string;
  minus: string;
  /** undefined: all layers */
  layer: number | undefined;
  way: Way;
}

/** what a field has to say against its content; "experiment" is not a field of this form */
export type SweepComplaints = Partial<Record<"word" | "plus" | "minus" | "experiment", string>>;

/** metrics that are about two groups of words */
export const isContrast = (kind: Metric["kind"]): kind is "difference" | "log-odds" =>
  kind === "difference" || kind === "log-odds";

/** the ways there are, in the order of the form */
export const allWays: readonly Way[] = ["exact", "gradient-exact", "gradient", "ig-neuron", "ig-layer"];

/** The ways of a metric: some have no gradient. */
export const waysOf = (kind: Metric["kind"]): Way[] =>
  allWays.filter((way) => {
    try {
      checkGradient({ kind }, methodOf(way));
      return true;
    } catch {
      return false;
    }
  });

/** What a way is called in the form. */
export const wayLabel = (way: Way): string =>
  way === "gradient-exact" ? "Gradient at once, then exact from the largest down" : describeMethod(way).label;

/** What a way does, in a sentence. */
export const waySentence = (way: Way): string =>
  way === "gradient-exact"
    ? "The map is drawn from the gradient, then each estimate is replaced by the exact effect, the largest first, until you stop it."
    : describeMethod(way).sentence;

/**
 * What the form starts with: of the experiment's words, the third and fourth against the first two (as in "this, that,
 * these, those"), of two the second against the first; one word is asked about by its probability.
 */
export function startFields({ candidates, layer }: ExperimentSpec): SweepFields {
  const half = candidates.length >= 4 ? 2 : 1;
  const minus = candidates.slice(0, half);
  const plus = candidates.slice(half, 2 * half);
  return {
    metric: plus.length > 0 ? "log-odds" : "probability",
    word: candidates[0] ?? "",
    plus: plus.join(", "),
    minus: minus.join(", "),
    layer,
    way: "exact",
  };
}

/** What is measured. */
export function metricOf({ metric: kind, word, plus, minus }: SweepFields): Metric {
  if (kind === "kl") return { kind };
  if (isContrast(kind)) return { kind, plus: listed(plus), minus: listed(minus) };
  return { kind, word: word.trim() };
}

/** The method of a way's first step. */
export const methodOf = (way: Way): SweepMethod => (way === "gradient-exact" ? "gradient" : way);

/** The sweep that the form asks for, of the experiment's sentence, mask and first edit's operation. */
export function toSweepSpec(fields: SweepFields, experiment: ExperimentSpec): SweepSpec {
  const { sentence, mask } = experiment;
  return {
    sentence,
    mask,
    layers: fields.layer === undefined ? undefined : [fields.layer],
    operation: editsOf(experiment)[0]!.hook,
    metric: metricOf(fields),
    method: methodOf(fields.way),
  };
}

/** Every problem that can be found without a model; an empty object when there is none. */
export function checkSweep(
  fields: SweepFields,
  experiment: ExperimentSpec,
  limits: Limits | undefined,
): SweepComplaints {
  const complaints: SweepComplaints = {};
  const { sentence, amount } = check(toFields(experiment), limits);
  const said = sentence ?? amount;
  if (said) complaints.experiment = `The experiment above cannot be run yet. ${said}`;
  const metric = metricOf(fields);
  if ("word" in metric) {
    const [first, ...more] = listed(metric.word);
    if (first === undefined) complaints.word = "Write the word whose change is to be measured.";
    else if (more.length > 0) complaints.word = "Write one word; a contrast takes several.";
  }
  if ("plus" in metric) {
    const both = metric.plus.filter((word) => metric.minus.includes(word));
    if (metric.plus.length === 0) complaints.plus = empty;
    if (metric.minus.length === 0) complaints.minus = empty;
    if (both.length > 0)
      complaints.minus = `“${both[0]}” stands on both sides; take it out of one of the groups.`;
  }
  return complaints;
}

const empty = "Write at least one word on each side of the contrast.";
