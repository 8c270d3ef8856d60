// Which split a model should have open. Opening one costs seconds for a large model, running one of many segments costs a
// little more each time: a program that works at one layer gets the pair cut there, one that goes from layer to layer a
// split that has them all.

import { EngineError } from "./errors.ts";
import { findSplit, hookPoint, type Split } from "./places.ts";

/** runs within which a second change of layer is going from layer to layer, and after which staying at one is settled */
const patience = 8;

export class Switching {
  readonly #model: string;
  readonly #splits: readonly Split[];
  #runs = 0;
  /** the run at which the open split did not do */
  #changed = Number.NEGATIVE_INFINITY;
  #wanted: Split | undefined;
  /** how many runs in a row wanted that one */
  #streak = 0;

  /** @param model its name, for errors */
  constructor(model: string, splits: readonly Split[]) {
    this.#model = model;
    this.#splits = splits;
  }

  /**
   * For one place: what is open if it stops there, else the coarsest.
   * @throws EngineError "layer-range" when there is none
   */
  one(open: Split | undefined, place: number): Split {
    const wanted = this.#want([place]);
    return open && this.#does(open, wanted, [place]) ? open : wanted;
  }

  /**
   * For several places, or for one among others that are asked for in turn.
   * @param places none: whatever is open
   * @throws EngineError "layer-range" when there is none
   */
  several(open: Split | undefined, places: readonly number[]): Split {
    if (open && places.length === 0) return open;
    const wanted = this.#want(places);
    if (!open) return wanted;
    if (this.#does(open, wanted, places)) return open;
    // it does, but has more cuts than needed, and has not been needed for long
    if (serves(open, places)) return wanted;
    const hasty = this.#runs - this.#changed < patience;
    this.#changed = this.#runs;
    return (hasty && findSplit(this.#splits, [...open.ends, ...places])) || wanted;
  }

  #want(places: readonly number[]): Split {
    const wanted = findSplit(this.#splits, places);
    if (!wanted)
      throw new EngineError(
        "layer-range",
        `${this.#model} was exported without a split that is cut at ${places.map(hookPoint).join(" and ")}.`,
        "Choose another layer, or export it again with all layers.",
      );
    this.#runs++;
    this.#streak = wanted === this.#wanted ? this.#streak + 1 : 1;
    this.#wanted = wanted;
    return wanted;
  }

  #does(open: Split, wanted: Split, places: readonly number[]): boolean {
    return wanted === open || (serves(open, places) && this.#streak < patience);
  }
}

function serves({ ends }: Split, places: readonly number[]): boolean {
  return places.every((place) => ends.includes(place));
}
