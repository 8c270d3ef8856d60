// HTML from a notebook, made harmless: nothing in it runs, is fetched, is sent, or reaches out of its place. Both what
// Markdown becomes and what programs put out go through here, whoever wrote them.

import createDOMPurify, { type Config, type UponSanitizeAttributeHook } from "dompurify";
import { Meter } from "./budget.ts";
import { scan } from "./html-scan.ts";
import { fits } from "./image-fits.ts";
import { isSmall, safeClass, safeStyle } from "./safe-style.ts";
import { idPrefix, slug } from "./slug.ts";

/** the name that a tag's style goes by while it is looked at, and that of an image's address elsewhere */
const styleName = "nb-style";
const remoteName = "nb-remote";
/** marks an image that is too much to be drawn unasked */
const largeName = "nb-large";

const html = (
  "a abbr address article aside b bdi bdo blockquote br caption center cite code col colgroup dd del details dfn div dl dt em " +
  "figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q rp rt ruby s samp " +
  "section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr"
).split(" ");

const mathml = (
  "math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt " +
  "mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none semantics"
).split(" ");

const attributes = (
  "align alt cite class colspan columnalign columnlines columnspacing datetime dir display displaystyle fence form height " +
  "href id lang largeop linethickness lspace mathvariant maxsize minsize movablelimits name notation open reversed rowlines " +
  "rowspacing rowspan rspace scope scriptlevel separator src start stretchy symmetric title type valign value voffset width"
).split(" ");

const config: Config = {
  ALLOWED_TAGS: html.concat(mathml, "#text"),
  // the style attribute under another name: see `known`
  ALLOWED_ATTR: attributes.concat(styleName),
  // its value is not an address
  ADD_URI_SAFE_ATTR: [styleName],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  // what stands in these is not prose
  FORBID_CONTENTS: (
    "script style iframe noembed noframes noscript object embed applet audio video canvas svg template title select " +
    "textarea xmp plaintext"
  ).split(" "),
  SANITIZE_NAMED_PROPS: false,
  // a script or style at the beginning is seen, and not left in a head
  FORCE_BODY: true,
  RETURN_DOM_FRAGMENT: true,
};

/**
 * What is known of HTML before it is parsed. The policy of the page forbids styles and handlers, and the browser says so
 * in the console for each that is parsed, even where it is then removed; so styles are parsed under another name.
 */
const known = {
  tags: new Set(html.concat(mathml)),
  attributes: new Map([...attributes.map((name) => [name, name] as const), ["style", styleName]]),
};

/** what of a notebook's HTML was left out that a reader may miss */
export interface Sanitized {
  readonly fragment: DocumentFragment;
  /** there were scripts, frames or forms in it */
  readonly stripped: boolean;
}

/**
 * Harmless DOM of a notebook's HTML. Needs a document.
 * @param meter what it may cost; without one, all of it is there
 */
export function sanitize(source: string, meter = new Meter()): Sanitized {
  const purify = purifier();
  const { html, without } = scan(source, known, meter);
  counting = meter;
  // a page of frames has no body, and none comes back
  const clean = purify.sanitize(html, config) as unknown as DocumentFragment | null;
  const fragment = clean ?? document.createDocumentFragment();
  const stripped = missed.some((name) => without.has(name));
  for (const element of fragment.querySelectorAll(`[${styleName}]`)) restyle(element);
  for (const image of fragment.querySelectorAll(`img[${remoteName}]`)) image.replaceWith(remoteImage(image));
  for (const image of fragment.querySelectorAll("img:not([src])")) image.replaceWith(missingImage(image));
  // a large one must not keep the page from being drawn
  for (const image of fragment.querySelectorAll("img")) image.decoding = "async";
  for (const link of fragment.querySelectorAll("a[href]")) external(link);
  return { fragment, stripped };
}

/** The same as HTML, for pages that are written to a file. */
export function sanitizeToHtml(source: string): string {
  const holder = document.createElement("div");
  holder.append(sanitize(source).fragment);
  return holder.innerHTML;
}

/** The address of a link if it may stay: web, mail, and places in the notebook; undefined for all others. */
export function safeLink(href: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers ignore them in addresses, too
  const address = href.replace(/[\u0000-\u0020]+/g, "");
  if (address.startsWith("#")) return `#${idPrefix}${slug(href.trim().slice(1))}`;
  const scheme = /^([a-z][a-z\d+.-]*):/i.exec(address)?.[1]?.toLowerCase();
  if (scheme === undefined)
    return address.startsWith("//") || address.includes("\\") ? undefined : href.trim();
  return ["http", "https", "mailto", "doi"].includes(scheme) ? href.trim() : undefined;
}

/** Is this an image that comes with the notebook? SVG is one: inside an img it neither runs nor asks for anything. */
export function isOwnImage(src: string): boolean {
  return /^\s*data:image\/(png|jpe?g|gif|webp|bmp|avif|svg\+xml)[;,]/i.test(src);
}

/** what a reader may miss */
const missed = ["script", "iframe", "object", "embed", "form", "svg", "canvas"];

/** what is being made harmless is counted with this */
let counting = new Meter();

type Purifier = ReturnType<typeof createDOMPurify>;
let made: Purifier | undefined;

/** one of our own, whose hooks nobody else gets */
function purifier(): Purifier {
  if (made) return made;
  made = createDOMPurify(window);
  made.addHook("uponSanitizeAttribute", checkAttribute);
  return made;
}

const checkAttribute: UponSanitizeAttributeHook = (element, data) => {
  const { attrName, attrValue } = data;
  switch (attrName) {
    case "href": {
      const link = element.nodeName === "A" ? safeLink(attrValue) : undefined;
      data.keepAttr = link !== undefined;
      data.attrValue = link ?? "";
      return;
    }
    case "src": {
      const isImage = element.nodeName === "IMG";
      const own = isImage && isOwnImage(attrValue);
      data.keepAttr = own && fits(attrValue, counting);
      data.forceKeepAttr = data.keepAttr;
      if (isImage && !data.keepAttr) element.setAttribute(own ? largeName : remoteName, own ? "" : attrValue);
      return;
    }
    case "colspan":
    case "rowspan":
      data.keepAttr = Number(attrValue) <= 100;
      return;
    case "scriptlevel":
      data.keepAttr = /^[0-3]$/.test(attrValue.trim());
      return;
    case "columnspacing":
    case "depth":
    case "height":
    case "linethickness":
    case "lspace":
    case "maxsize":
    case "minsize":
    case "rowspacing":
    case "rspace":
    case "voffset":
    case "width":
      data.keepAttr = (element.nodeName === "IMG" && /^\s*\d{1,4}\s*$/.test(attrValue)) || isSmall(attrValue);
      return;
    case "id":
    case "name":
      data.attrValue = idPrefix + slug(attrValue);
      data.keepAttr = attrName === "id" || element.nodeName === "A";
      return;
    case "class":
      data.attrValue = safeClass(attrValue);
      data.keepAttr = data.attrValue !== "";
      return;
    case "type":
      data.keepAttr = element.nodeName === "OL" || element.nodeName === "UL" || element.nodeName === "LI";
      return;
  }
};

/** Styles are set one by one, which the policy allows. */
function restyle(element: Element): void {
  const declarations = safeStyle(element.getAttribute(styleName) ?? "");
  element.removeAttribute(styleName);
  const { style } = element as HTMLElement | MathMLElement;
  for (const [name, value] of declarations) style.setProperty(name, value);
}

/** In place of an image of another site: a link to it, so that looking at a notebook tells nobody. */
function remoteImage(image: Element): Node {
  const address = image.getAttribute(remoteName) ?? "";
  const words = image.getAttribute("alt")?.trim() || "no description";
  const link = safeLink(address);
  if (link === undefined || !/^https?:/i.test(link)) return missingImage(image);
  const anchor = document.createElement("a");
  anchor.href = link;
  anchor.textContent = `Image at ${new URL(link).host}: ${words}`;
  anchor.title = "Images of other sites are not loaded, so that nobody learns what you read.";
  return anchor;
}

function missingImage(image: Element): Node {
  const note = document.createElement("span");
  const words = image.getAttribute("alt")?.trim() || image.getAttribute("title")?.trim();
  const what = image.hasAttribute(largeName)
    ? "Image that is not drawn unasked"
    : "Image that is not in this notebook";
  note.textContent = words ? `[${what}: ${words}]` : `[${what}]`;
  return note;
}

/** Links to elsewhere leave the notebook open, and say nothing of it. */
function external(link: Element): void {
  if (link.getAttribute("href")!.startsWith("#")) return;
  link.setAttribute("target", "_blank");
  link.setAttribute("rel", "noopener noreferrer nofollow");
}
