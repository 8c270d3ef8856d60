// The text of a metric: "probability:these", "log-odds:these,those/this,that", "kl". Links, attributes, the terminal and
// the CSV read and write this. Pure.

import { separated, separator } from "../listed.ts";
import type { Metric } from "./types.ts";

type Kind = Metric["kind"];

/** what stands after a kind's colon: one word, two groups of words, nothing */
const table: Record<Kind, "word" | "groups" | "nothing"> = {
  probability: "word",
  "log-probability": "word",
  rank: "word",
  difference: "groups",
  "log-odds": "groups",
  kl: "nothing",
};

export const metricKinds = Object.keys(table) as Kind[];

/** what a text of a metric is, as a sentence goes on after "takes" */
export const takesMetric =
  "a metric: probability:these, log-probability:these, rank:these, difference:these,those/this,that, log-odds:these,those/this,that or kl (in a word, %2C is a comma and %2F a slash)";

/** Whether a kind is about one word, two groups of words, or the whole prediction. */
export const asksFor = (kind: Kind): "word" | "groups" | "nothing" => table[kind];

/** All words of a metric, those of plus before those of minus. */
export function wordsOf<Word>(metric: Metric<Word>): Word[] {
  if (metric.kind === "kl") return [];
  return "word" in metric ? [metric.word] : [...metric.plus, ...metric.minus];
}

/** The same metric of other words: of tokens instead of texts, or of texts instead of tokens. */
export function mapWords<From, To>(metric: Metric<From>, to: (word: From) => To): Metric<To> {
  if (metric.kind === "kl") return metric;
  if ("word" in metric) return { kind: metric.kind, word: to(metric.word) };
  return { kind: metric.kind, plus: metric.plus.map(to), minus: metric.minus.map(to) };
}

/** "probability:these", "difference:these,those/this,that", "kl"; what would separate words is written as in a URL: "rank:%2C". */
export function metricText(metric: Metric): string {
  if (metric.kind === "kl") return metric.kind;
  if ("word" in metric) return `${metric.kind}:${escaped(metric.word)}`;
  return `${metric.kind}:${groupsText(metric)}`;
}

/** What {@link metricText} wrote, the kind in letters of any case; undefined for other text. Which words there are depends on the model. */
export function readMetric(text: string): Metric | undefined {
  const [, name = "", rest] = /^([a-z-]+)(?::(.*))?$/is.exec(text) ?? [];
  const kind = metricKinds.find((known) => known === name.toLowerCase());
  switch (kind) {
    case undefined:
      return undefined;
    case "kl":
      return rest === undefined ? { kind } : undefined;
    case "difference":
    case "log-odds": {
      const groups = readGroups(rest ?? "");
      return groups && { kind, ...groups };
    }
    default: {
      const [word, more] = separated(rest ?? "").map(unescaped);
      return word === undefined || more !== undefined ? undefined : { kind, word };
    }
  }
}

interface Groups {
  plus: readonly string[];
  minus: readonly string[];
}

/** "these,those/this,that" */
export const groupsText = ({ plus, minus }: Groups): string =>
  [plus, minus].map((words) => words.map(escaped).join()).join("/");

/** What {@link groupsText} wrote, with any separators of {@link separated}; undefined unless there are two groups with a word in each. */
export function readGroups(text: string): Groups | undefined {
  const [plus = [], minus = [], ...more] = text.split("/").map((group) => separated(group).map(unescaped));
  return plus.length > 0 && minus.length > 0 && more.length === 0 ? { plus, minus } : undefined;
}

const escaped = (word: string): string =>
  word.replace(/[/%]/g, encodeURIComponent).replace(separator, encodeURIComponent);

function unescaped(word: string): string {
  return word.replace(/(?:%[0-9a-f]{2})+/gi, (codes) => {
    try {
      return decodeURIComponent(codes);
    } catch {
      return codes;
    }
  });
}
