// HTML from a notebook, made harmless: nothing in it runs, is fetched, is sent, or reaches out of its place. Both what
// Markdown becomes and what programs put out go through here, whoever wrote them.

import createDOMPurify, { type Config, type UponSanitizeAttributeHook } from "dompurify";
import { slug } from "./markdown.ts";

/** the name that a tag's style goes by while it is looked at, and that of an image's address elsewhere */
const styleName = "nb-style";
const remoteName = "nb-remote";

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
  // the style attribute under another name: see `renamed`
  ALLOWED_ATTR: attributes.concat(styleName),
  // its value is no address
  ADD_URI_SAFE_ATTR: [styleName],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  // what stands in these is no prose
  FORBID_CONTENTS: (
    "script style iframe noembed noframes noscript object embed applet audio video canvas svg template title select " +
    "textarea xmp plaintext"
  ).split(" "),
  SANITIZE_NAMED_PROPS: false,
  // a script or style at the beginning is seen, and not left in a head
  FORCE_BODY: true,
  RETURN_DOM_FRAGMENT: true,
};

/** before every id, so that none means anything to a page, nor to the elements around it */
export const idPrefix = "nb-";

/** what of a notebook's HTML was left out that a reader may miss */
export interface Sanitized {
  readonly fragment: DocumentFragment;
  /** there were scripts, frames or forms in it */
  readonly stripped: boolean;
}

/** Harmless DOM of a notebook's HTML. Needs a document. */
export function sanitize(source: string): Sanitized {
  const purify = purifier();
  // a page of frames has no body, and none comes back
  const clean = purify.sanitize(renamed(source), config) as unknown as DocumentFragment | null;
  const fragment = clean ?? document.createDocumentFragment();
  const stripped = purify.removed.some(
    (entry) =>
      "element" in entry && /^(script|iframe|object|embed|form|svg|canvas)$/i.test(entry.element.nodeName),
  );
  for (const element of fragment.querySelectorAll(`[${styleName}]`)) restyle(element);
  for (const image of fragment.querySelectorAll(`img[${remoteName}]`)) image.replaceWith(remoteImage(image));
  for (const image of fragment.querySelectorAll("img:not([src])")) image.replaceWith(missingImage(image));
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

/** layout that cannot reach out of its place; colours are left to the page, which has two themes */
const properties =
  /^(border(-(top|right|bottom|left|collapse))?|display|font-(style|weight)|math-(depth|style)|padding(-(top|right|bottom|left))?|text-(align|decoration)|vertical-align|white-space|width)$/;
const values = /^[a-z\d.,%+\- ]{1,80}$/i;

/** The declarations of a style that may stay. */
export function safeStyle(text: string): [name: string, value: string][] {
  return text.split(";").flatMap((declaration): [string, string][] => {
    const [left = "", ...rest] = declaration.split(":");
    const name = left.trim().toLowerCase();
    const value = rest.join(":").trim();
    const allowed =
      properties.test(name) && values.test(value) && !(name === "display" && !isMathDisplay(value));
    return allowed ? [[name, value]] : [];
  });
}

function isMathDisplay(value: string): boolean {
  return value === "block math" || value === "none" || value === "inline-block";
}

/**
 * The policy of the page forbids styles and handlers, and the browser says so in the console for each that is parsed,
 * even where it is then removed. So style sheets go, and the attributes are parsed under other names. What this
 * overlooks is removed all the same.
 */
function renamed(source: string): string {
  return source
    .replace(/<style\b[^<>]*>[^<]*<\/style\s*>/gi, "")
    .replace(/<[a-z][^<>]*>/gi, (tag) =>
      tag
        .replace(/(["'\s/])style(?=\s*=)/gi, `$1${styleName}`)
        .replace(/(["'\s/])on(?=[a-z]+\s*=)/gi, "$1no-"),
    );
}

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
    case "src":
      data.keepAttr = element.nodeName === "IMG" && isOwnImage(attrValue);
      data.forceKeepAttr = data.keepAttr;
      if (element.nodeName === "IMG" && !data.keepAttr) element.setAttribute(remoteName, attrValue);
      return;
    case "id":
    case "name":
      data.attrValue = idPrefix + slug(attrValue);
      data.keepAttr = attrName === "id" || element.nodeName === "A";
      return;
    case "class":
      data.attrValue =
        attrValue.match(/\b(tok-[a-z]+|tml-(left|right|display)|tex-error)\b/g)?.join(" ") ?? "";
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
  note.textContent = words
    ? `[Image that is not in this notebook: ${words}]`
    : "[Image that is not in this notebook]";
  return note;
}

/** Links to elsewhere leave the notebook open, and say nothing of it. */
function external(link: Element): void {
  if (link.getAttribute("href")!.startsWith("#")) return;
  link.setAttribute("target", "_blank");
  link.setAttribute("rel", "noopener noreferrer nofollow");
}
