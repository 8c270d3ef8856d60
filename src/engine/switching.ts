// Which split a model should have open. Opening one costs seconds for a large model, running one of many segments costs a
// little more each time: a program that works at one layer gets the pair cut there, one that goes from layer to layer the
// split that has them all.

import { EngineError } from "./errors.ts";
import { findSplit, type Manifest, type Split } from "./manifest.ts";

/** runs within which a second change of layer is going from layer to layer, and after which staying at one is settled */
const patience = 8;

export class Switching {
  #runs = 0;
  /** the run at which the open split did not do */
  #changed = Number.NEGATIVE_INFINITY;
  #wanted: Split | undefined;
  /** how many runs in a row wanted that one */
  #streak = 0;

  /**
   * For one layer: what is open if it is cut there, else the pair.
   * @throws EngineError "layer-range" when there is none
   */
  one(manifest: Manifest, open: Split | undefined, layer: number): Split {
    const wanted = this.#want(manifest, [layer]);
    return open && this.#does(open, wanted, [layer]) ? open : wanted;
  }

  /**
   * For several layers, or for one among others that are asked for in turn.
   * @param layers none: whatever is open
   * @throws EngineError "layer-range" when there is none
   */
  several(manifest: Manifest, open: Split | undefined, layers: readonly number[]): Split {
    if (open && layers.length === 0) return open;
    const wanted = this.#want(manifest, layers);
    if (!open) return wanted;
    if (this.#does(open, wanted, layers)) return open;
    // it does, but has more cuts than needed, and has not been needed for long
    if (serves(open, layers)) return wanted;
    const hasty = this.#runs - this.#changed < patience;
    this.#changed = this.#runs;
    return (hasty && findSplit(manifest, [...open.cuts, ...layers])) || wanted;
  }

  #want(manifest: Manifest, layers: readonly number[]): Split {
    const wanted = findSplit(manifest, layers);
    if (!wanted)
      throw new EngineError(
        "layer-range",
        `${manifest.name} was exported without a split that is cut at ${layers.length === 1 ? "layer" : "layers"} ${layers.join(", ")}.`,
        "Choose another layer, or export it again with all layers.",
      );
    this.#runs++;
    this.#streak = wanted === this.#wanted ? this.#streak + 1 : 1;
    this.#wanted = wanted;
    return wanted;
  }

  #does(open: Split, wanted: Split, layers: readonly number[]): boolean {
    return wanted === open || (serves(open, layers) && this.#streak < patience);
  }
}

function serves(split: Split, layers: readonly number[]): boolean {
  return layers.every((layer) => split.cuts.includes(layer));
}
