// What a teacher pastes into a course page, as text. Pure.

import { embedAddress } from "./address.ts";
import { parameters, textOf } from "./parameters.ts";
import { defaults, type Settings } from "./settings.ts";

/** tall enough for the experiment with a result on a page of usual width; a frame that is too low gets a scroll bar */
const height = 1400;

/** A frame: nothing of this site runs in the page around it. */
export function frameCode(site: string, settings: Settings): string {
  const { layer, neuron } = settings.spec;
  const attributes = [
    ["src", embedAddress(site, settings)],
    ["title", `Experiment: neuron ${neuron} of layer ${layer}`],
    ["style", `width: 100%; height: ${height}px; border: 0`],
    ["loading", "lazy"],
    // the copy buttons; everything else that the experiment needs is allowed to every frame
    ["allow", "clipboard-write"],
    // the name of the page's host is shown in the frame, and its path is nobody's business
    ["referrerpolicy", "strict-origin"],
  ];
  return tag("iframe", attributes);
}

/** The element, and the module that defines it. */
export function elementCode(site: string, settings: Settings): string {
  const script = tag("script", [
    ["type", "module"],
    ["src", new URL("embed.js", site).href],
  ]);
  const attributes = parameters
    .filter(
      (parameter) =>
        always.has(parameter.name) || textOf(parameter, settings) !== textOf(parameter, defaults),
    )
    .map((parameter) => [parameter.name, textOf(parameter, settings)]);
  return `${script}\n${tag("neuron-experiment", attributes)}`;
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
