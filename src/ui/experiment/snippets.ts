// What a teacher pastes into a course page to have an experiment there, as text. Pure.

import { editsOf } from "../../model/index.ts";
import { elementCode as codeOfElement, frameCode as codeOfFrame, type Embedded } from "../kit/course-code.ts";
import { embedAddress, pageAddress } from "./address.ts";
import { parameters, says, textOf } from "./parameters.ts";
import { defaults, type Settings } from "./settings.ts";
import { neuronsText } from "./words.ts";

/**
 * Where no script gives the frame its height: enough for the whole experiment from 600 px of width on, where the first
 * visit without WebGPU is highest, with 2150 px; every further neuron takes up to 250. A frame that is too low has a scroll
 * bar.
 */
const heightOf = ({ spec }: Settings): number => 2200 + 250 * (editsOf(spec).length - 1);

export function frameCode(site: string, settings: Settings): string {
  return codeOfFrame(embedded(site, settings), embedAddress(site, settings), heightOf(settings));
}

export function elementCode(site: string, settings: Settings): string {
  const attributes = parameters
    .filter(
      (parameter) =>
        says(parameter, settings) &&
        (always.has(parameter.name) || textOf(parameter, settings) !== textOf(parameter, defaults)),
    )
    .map((parameter) => [parameter.name, textOf(parameter, settings)] as const);
  return codeOfElement(embedded(site, settings), "neuron-experiment", attributes);
}

/** written even where they are the default: what a teacher will want to change */
const always = new Set(["sentence", "layer", "neuron", "candidates"]);

function embedded(site: string, settings: Settings): Embedded {
  const title = `Experiment: ${neuronsText(editsOf(settings.spec))}`;
  return { site, title, page: pageAddress(site, settings) };
}
