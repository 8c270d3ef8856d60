// Experiments to begin with: a menu of them, and what stands below a sentence that the practice model cannot read.

import { html, nothing } from "lit";
import { type ExperimentSpec, tutorial, tutorialSentence } from "../../model/index.ts";
import type { Chip } from "./mask-move.ts";

export interface Example {
  sentence: string;
  candidates: readonly string[];
  /** the neuron of the practice model that matters for these words; neurons of other models are others */
  layer: number;
  neuron: number;
}

const { candidates, layer, neuron } = tutorial;

/** each neuron is the one of the practice model whose suppression moves these words most, or nearly so */
const examples: readonly Example[] = [
  { sentence: tutorialSentence("[MASK]"), candidates, layer, neuron },
  { sentence: "Raymond is selling [MASK] sketch.", candidates, layer, neuron },
  {
    sentence: "Many girls insulted [MASK].",
    candidates: ["themselves", "herself", "himself", "them", "her", "him"],
    layer: 9,
    neuron: 11,
  },
  {
    sentence: "The cats [MASK] helped Amy.",
    candidates: ["have", "has", "had", "can", "will"],
    layer: 8,
    neuron: 410,
  },
];

/** The examples for a model that calls its mask so. */
export const examplesFor = (mask: string): Example[] =>
  examples.map((example) => ({ ...example, sentence: example.sentence.replace("[MASK]", () => mask) }));

/**
 * The experiment of an example.
 * @param spec what stands in the form; its neurons stay where the model is not the one that the example is about
 */
export function exampleSpec(
  { sentence, candidates, layer, neuron }: Example,
  spec: ExperimentSpec,
  practice: boolean,
): ExperimentSpec {
  const asked = { sentence, candidates: [...candidates], mask: undefined };
  return practice ? { ...asked, layer, neuron, hook: { kind: "suppress" } } : { ...spec, ...asked };
}

/** @param onChoose called with what a person has chosen */
export function exampleMenu(mask: string, onChoose: (example: Example) => void) {
  const all = examplesFor(mask);
  const choose = (event: Event) => {
    const select = event.target as HTMLSelectElement;
    const example = all[select.selectedIndex - 1];
    // a menu, which stands at no choice of its own
    select.selectedIndex = 0;
    if (example) onChoose(example);
  };
  return html`
    <select class="menu" part="field" id="examples" aria-label="Examples" @change=${choose}>
      <option>Examples</option>
      ${all.map(({ sentence }) => html`<option>${sentence}</option>`)}
    </select>
  `;
}

/**
 * The words of a sentence that the model reads in pieces, each once. What it reads as [UNK] has no place among the chips,
 * and is not named.
 */
export function brokenWords(sentence: string, chips: readonly Chip[]): string[] {
  const broken = chips.filter(({ text, word }) => word && text.startsWith("##"));
  return [...new Set(broken.map(({ word }) => sentence.slice(word!.from, word!.to)))];
}

/** What the practice model is for, below a sentence that it does not understand, and sentences that it does. */
export function practiceNote(words: readonly string[], mask: string, onChoose: (example: Example) => void) {
  if (words.length === 0) return nothing;
  const named = words.slice(0, 3).map((word) => `“${word}”`);
  const all = words.length > named.length ? [...named, "others"] : named;
  const list = all.length > 1 ? `${all.slice(0, -1).join(", ")} and ${all.at(-1)}` : all[0];
  const [one, they] = words.length > 1 ? ["are no words", "them"] : ["is no word", "it"];
  return html`
    <div class="practice">
      <p>
        ${list} ${one} that this practice model knows, so it reads ${they} in pieces and its answer means little. It has
        learnt from one grammar test, BLiMP, and shows how such experiments go. It can read:
      </p>
      ${examplesFor(mask)
        .slice(0, 3)
        .map(
          (example) =>
            html`<button class="plain" part="button" type="button" @click=${() => onChoose(example)}>${example.sentence}</button>`,
        )}
    </div>
  `;
}
