// What a teacher pastes into a course page, as text. Pure.

import { editsOf } from "../../model/index.ts";
import { embedAddress } from "./address.ts";
import { parameters, says, textOf } from "./parameters.ts";
import { defaults, type Settings } from "./settings.ts";
import { neuronsText } from "./words.ts";

/**
 * Where no script gives the frame its height: enough for the whole experiment from 600 px of width on, where the first
 * visit without WebGPU is highest, with 1986 px; every further neuron takes up to 250. A frame that is too low has a scroll
 * bar.
 */
const heightOf = ({ spec }: Settings): number => 2050 + 250 * (editsOf(spec).length - 1);

/** A frame, and the module that gives it the height it needs. A course system that cuts the script off leaves the frame. */
export function frameCode(site: string, settings: Settings): string {
  const attributes = [
    ["src", embedAddress(site, settings)],
    ["title", `Experiment: ${neuronsText(editsOf(settings.spec))}`],
    ["style", `width: 100%; height: ${heightOf(settings)}px; border: 0`],
    ["loading", "lazy"],
    // the copy buttons; everything else that the experiment needs is allowed to every frame
    ["allow", "clipboard-write"],
    // the name of the page's host is shown in the frame, and its path stays private
    ["referrerpolicy", "strict-origin"],
  ];
  return `${tag("iframe", attributes)}\n${moduleCode(site)}`;
}

/** The element, and the module that defines it. */
export function elementCode(site: string, settings: Settings): string {
  const attributes = parameters
    .filter(
      (parameter) =>
        says(parameter, settings) &&
        (always.has(parameter.name) || textOf(parameter, settings) !== textOf(parameter, defaults)),
    )
    .map((parameter) => [parameter.name, textOf(parameter, settings)]);
  return `${moduleCode(site)}\n${tag("neuron-experiment", attributes)}`;
}

function moduleCode(site: string): string {
  return tag("script", [
    ["type", "module"],
    ["src", new URL("embed.js", site).href],
  ]);
}

/** written even where they are the default: what a teacher will want to change */
const always = new Set(["sentence", "layer", "neuron", "candidates"]);

function tag(name: string, attributes: string[][]): string {
  const written = attributes.map(([key, value = ""]) => `${key}="${escaped(value)}"`);
  return `<${name} ${written.join(" ")}></${name}>`;
}

function escaped(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
