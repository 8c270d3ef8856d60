// Metrics of a changed prediction, in float64, from the logits of the untouched one and from how much each logit differs.
//
// With p the untouched probabilities and d the differences of the logits, of which a shift common to all changes nothing:
// m = sum p d, e = d - m, so sum p e = 0, and KL(p || q) = ln(sum p exp(e)) = ln(1 + sum p (exp(e) - 1 - e)), a sum of
// terms that are never negative: a small divergence loses no digits. Then ln q = ln p + e - KL.

import { EngineError, exp, ln, ln1p, type Metric, type SweepRecord, type Token } from "../../model/index.ts";

/** the numbers of a record that come from logits */
export type Measured = Pick<SweepRecord, "after" | "kl" | "rankBefore" | "rankAfter">;

/** a word's place in a list of logits */
type At = (id: number) => number;

export class Prediction {
  readonly #logits: Float32Array;
  readonly #p: Float64Array;
  /** ln of the sum of exp of all logits */
  readonly #norm: number;
  readonly #metric: Metric<Token>;
  /** of the metric's word, where it has one: how many are likelier, plus 1 */
  readonly #rankBefore: number;
  /** the metric of the untouched prediction */
  readonly before: number;
  /** ids of the words whose logits alone the metric needs; undefined: it needs all */
  readonly words: number[] | undefined;

  /**
   * @param logits of the untouched sentence at the asked position [V]
   * @throws EngineError "sweep-metric" where the metric has no value
   */
  constructor(logits: Float32Array, metric: Metric<Token>) {
    this.#logits = logits;
    this.#metric = metric;
    this.words =
      metric.kind === "log-odds" ? [...metric.plus, ...metric.minus].map(({ id }) => id) : undefined;
    this.#norm = logSumExp(logits);
    this.#p = Float64Array.from(logits, (logit) => exp(logit - this.#norm));
    const own = "word" in metric ? logits[metric.word.id]! : Number.POSITIVE_INFINITY;
    this.#rankBefore = logits.filter((logit) => logit > own).length + 1;
    this.before = metric.kind === "kl" ? 0 : this.#measure(() => 0, 0);
    if (!Number.isFinite(this.before)) throw undefinedMetric(metric, "Without any change");
  }

  /**
   * The metric of a changed prediction.
   * @param untouched logits as the graph of the changed ones has them without a change: [V], or of {@link words} only
   * @param changed logits, as many
   * @param who says for the message what changed them
   * @throws EngineError "sweep-metric" where it has no value
   */
  compare(untouched: Float32Array, changed: Float32Array, who: () => string): Measured {
    const measured = this.words
      ? { after: this.#logOdds((i) => difference(untouched[i]!, changed[i]!)) }
      : this.#compareAll(untouched, changed);
    if (Number.isFinite(measured.after) && Number.isFinite(measured.kl ?? 0)) return measured;
    throw undefinedMetric(this.#metric, who());
  }

  #compareAll(untouched: Float32Array, changed: Float32Array): Measured {
    const metric = this.#metric;
    const mean = this.#meanOf(untouched, changed);
    const kl = ln1p(this.#beyondMean(untouched, changed, mean));
    if (metric.kind === "kl") return { after: kl, kl };
    const differing: At = (id) => difference(untouched[id]!, changed[id]!);
    if (!("word" in metric)) return { after: this.#measure(differing, mean + kl), kl };
    const own = this.#logits[metric.word.id]! + differing(metric.word.id);
    const rankAfter = this.#likelier(own, untouched, changed) + 1;
    const after = metric.kind === "rank" ? rankAfter : this.#measure(differing, mean + kl);
    return { after, kl, rankBefore: this.#rankBefore, rankAfter };
  }

  // these loops pass over a vocabulary for every neuron, so each does one thing, on arrays that it holds itself

  /** the sum of p d */
  #meanOf(untouched: Float32Array, changed: Float32Array): number {
    const p = this.#p;
    let sum = 0;
    for (let i = 0; i < p.length; i++) if (p[i]! > 0) sum += p[i]! * (changed[i]! - untouched[i]!);
    return sum;
  }

  /** the sum of p (exp(e) - 1 - e), e = d - mean */
  #beyondMean(untouched: Float32Array, changed: Float32Array, mean: number): number {
    const p = this.#p;
    let sum = 0;
    for (let i = 0; i < p.length; i++)
      if (p[i]! > 0) sum += p[i]! * beyondLinear(changed[i]! - untouched[i]! - mean);
    return sum;
  }

  /** how many logits are above this one, with what they differ */
  #likelier(own: number, untouched: Float32Array, changed: Float32Array): number {
    const logits = this.#logits;
    let count = 0;
    for (let i = 0; i < logits.length; i++) if (logits[i]! + (changed[i]! - untouched[i]!) > own) count++;
    return count;
  }

  /**
   * @param differing how much a word's logit differs
   * @param norm how much the ln of the sum of exp of all logits differs
   */
  #measure(differing: At, norm: number): number {
    const metric = this.#metric;
    const log = ({ id }: Token) => this.#logits[id]! - this.#norm + differing(id) - norm;
    const sum = (words: readonly Token[]) => words.reduce((total, word) => total + exp(log(word)), 0);
    switch (metric.kind) {
      case "probability":
        return exp(log(metric.word));
      case "log-probability":
        return log(metric.word);
      case "rank":
        return this.#rankBefore;
      case "difference":
        return sum(metric.plus) - sum(metric.minus);
      case "log-odds":
        return this.#logOdds((i) => differing(this.words![i]!));
      case "kl":
        return 0;
    }
  }

  /** @param differing how much the logit of one of {@link words} differs, by its place there */
  #logOdds(differing: At): number {
    const metric = this.#metric;
    if (metric.kind !== "log-odds") return Number.NaN;
    const logits = this.words!.map((id, i) => this.#logits[id]! + differing(i));
    const { length } = metric.plus;
    return logSumExp(logits.slice(0, length)) - logSumExp(logits.slice(length));
  }
}

/** how much a logit differs; minus infinity is a word that a model never says */
const difference = (before: number, after: number): number => (after === before ? 0 : after - before);

/** ln of the sum of exp of these, without overflow */
function logSumExp(values: ArrayLike<number>): number {
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) if (values[i]! > max) max = values[i]!;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += exp(values[i]! - max);
  return max + ln(sum);
}

/** exp(x) - 1 - x; near 0, where that loses digits, by its series to 1e-12 */
function beyondLinear(x: number): number {
  if (x > 0.05 || x < -0.05) return exp(x) - 1 - x;
  return x * x * (1 / 2 + x * (1 / 6 + x * (1 / 24 + x * (1 / 120 + x * (1 / 720 + x / 5040)))));
}

function undefinedMetric(metric: Metric<Token>, who: string): EngineError {
  return new EngineError(
    "sweep-metric",
    `${who}, a probability is 0 or no number, so the metric ${metric.kind} has no value.`,
    "Choose another metric, other words, or an operation that leaves activations in their usual range.",
  );
}
