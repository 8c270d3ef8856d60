// What a teacher pastes into a course page, as text. Pure.

import { editsOf } from "../../model/index.ts";
import { fallback } from "../kit/frames.ts";
import { embedAddress, pageAddress } from "./address.ts";
import { parameters, says, textOf } from "./parameters.ts";
import { defaults, type Settings } from "./settings.ts";
import { neuronsText } from "./words.ts";

/**
 * Where no script gives the frame its height: enough for the whole experiment from 600 px of width on, where the first
 * visit without WebGPU is highest, with 1986 px; every further neuron takes up to 250. A frame that is too low has a scroll
 * bar.
 */
const heightOf = ({ spec }: Settings): number => 2050 + 250 * (editsOf(spec).length - 1);

/**
 * A frame, a link for readers whose browser does not show it, and the module that gives the frame the height it needs and
 * hides the link once the frame is there. A course system that cuts the script off leaves the frame and the link.
 */
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
  return [
    tag("iframe", attributes),
    `<p class="${fallback}">${otherwise(site, settings)}</p>`,
    moduleCode(site),
  ].join("\n");
}

/** The element with a link in it, which stands there until the element works, and the module that defines it. */
export function elementCode(site: string, settings: Settings): string {
  const attributes = parameters
    .filter(
      (parameter) =>
        says(parameter, settings) &&
        (always.has(parameter.name) || textOf(parameter, settings) !== textOf(parameter, defaults)),
    )
    .map((parameter) => [parameter.name, textOf(parameter, settings)]);
  return `${moduleCode(site)}\n${tag("neuron-experiment", attributes, `\n  ${otherwise(site, settings)}\n`)}`;
}

/** What a reader gets where the experiment itself cannot be shown: what it is, and where. */
function otherwise(site: string, settings: Settings): string {
  const link = tag("a", [["href", pageAddress(site, settings)]], "Open it in a tab of its own");
  return `Experiment: ${neuronsText(editsOf(settings.spec))}. ${link}.`;
}

function moduleCode(site: string): string {
  return tag("script", [
    ["type", "module"],
    ["src", new URL("embed.js", site).href],
  ]);
}

/** written even where they are the default: what a teacher will want to change */
const always = new Set(["sentence", "layer", "neuron", "candidates"]);

function tag(name: string, attributes: string[][], content = ""): string {
  const written = attributes.map(([key, value = ""]) => `${key}="${escaped(value)}"`);
  return `<${name} ${written.join(" ")}>${content}</${name}>`;
}

function escaped(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
