// What a teacher pastes into a course page, as text: a frame or an element of the site, with a text and a link for readers who
// do not get it. Pure.

import { fallback } from "./frames.ts";

/** something of the site in a course page */
export interface Embedded {
  /** address of the folder that the site's pages lie in, or of a page there */
  readonly site: string;
  /** what it is, for readers */
  readonly title: string;
  /** where it is on a page of its own */
  readonly page: string;
}

type Attributes = readonly (readonly [name: string, value: string])[];

/**
 * A frame, a link for readers whose browser does not show it, and the module that gives the frame the height it needs and
 * hides the link once the frame is there. A course system that cuts the script off leaves the frame and the link.
 * @param src what the frame shows
 * @param height of the frame where no script gives it another, CSS pixels
 */
export function frameCode(embedded: Embedded, src: string, height: number): string {
  const attributes: Attributes = [
    ["src", src],
    ["title", embedded.title],
    ["style", `width: 100%; height: ${height}px; border: 0`],
    ["loading", "lazy"],
    // the copy buttons; everything else that is needed is allowed to every frame
    ["allow", "clipboard-write"],
    // the name of the page's host is shown in the frame, and its path stays private
    ["referrerpolicy", "strict-origin"],
  ];
  return [
    tag("iframe", attributes),
    `<p class="${fallback}">${otherwise(embedded)}</p>`,
    moduleCode(embedded.site),
  ].join("\n");
}

/** The element with a link in it, which stands there until the element works, and the module that defines it. */
export function elementCode(embedded: Embedded, name: string, attributes: Attributes): string {
  return `${moduleCode(embedded.site)}\n${tag(name, attributes, `\n  ${otherwise(embedded)}\n`)}`;
}

/** What a reader gets where the thing itself cannot be shown: what it is, and where. */
function otherwise({ title, page }: Embedded): string {
  return `${escaped(title)}. ${tag("a", [["href", page]], "Open it in a tab of its own")}.`;
}

function moduleCode(site: string): string {
  return tag("script", [
    ["type", "module"],
    ["src", new URL("embed.js", site).href],
  ]);
}

function tag(name: string, attributes: Attributes, content = ""): string {
  const written = attributes.map(([key, value]) => `${key}="${escaped(value)}"`);
  return `<${name} ${written.join(" ")}>${content}</${name}>`;
}

function escaped(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
