// The sentences that an exporter measures rounded weights on: plain English, written for this, and the tutorial's own. What
// the model does at [MASK] is compared. Changing them makes models that were exported before incomparable with those after.

import { tutorial } from "../src/model/index.ts";

export const sentences: readonly string[] = [
  tutorial.sentence,
  "The teacher has read [MASK] books twice.",
  "Most of the children were [MASK] in the garden.",
  "Nobody knows why the old bridge [MASK] last winter.",
  "She put the [MASK] on the table and left.",
  "Two of my brothers [MASK] near the sea.",
  "The capital of France is [MASK].",
  "It was so cold that the lake [MASK] over.",
  "He can [MASK] three languages.",
  "A doctor should always listen to her [MASK].",
  "The keys to the cabinet [MASK] on the shelf.",
  "We have been waiting [MASK] an hour.",
  "Those [MASK] look very tired.",
  "If you are hungry, eat some [MASK].",
  "The film was long, but nobody [MASK] before the end.",
  "[MASK] is the first day of the week.",
  "My neighbour sold [MASK] car to a student.",
  "There are seven [MASK] in a week.",
  "The waiter who served the guests [MASK] polite.",
  "Water boils at one hundred [MASK].",
  "I have never seen [MASK] a large dog.",
  "Before the war, the town had four [MASK].",
  "Julia taught [MASK] to swim.",
  "The sun rises in the [MASK].",
  "Every evening he walks [MASK] the river.",
  "Some people say that cats [MASK] nine lives.",
  "The letter was [MASK] in blue ink.",
  "This question is much [MASK] than the last one.",
  "The parents gave their daughter a [MASK] for her birthday.",
  "When the music stopped, everyone [MASK] home.",
  "You will find these [MASK] in any good kitchen.",
  "The bank raised its interest [MASK] again.",
];
