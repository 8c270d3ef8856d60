// What of an output is shown: of a bundle the richest form this page can show, of long text its beginning and end. Pure.

import type { Json, MimeBundle, Output } from "../../../storage/index.ts";
import { withoutAnsi } from "../render/ansi.ts";
import { imageAddress } from "../render/image-address.ts";
import { type ComparisonView, comparisonType, toComparison } from "../run/comparison.ts";

/** one form of a bundle, ready to be drawn */
export type Form =
  | { readonly kind: "comparison"; readonly comparison: ComparisonView; readonly plain: string }
  | { readonly kind: "html"; readonly html: string; readonly plain: string }
  | { readonly kind: "markdown"; readonly source: string }
  | {
      readonly kind: "image";
      readonly address: string;
      readonly alt: string;
      readonly width: number | undefined;
      /** it has colours for a light page and for a dark one, and needs no white sheet */
      readonly themed: boolean;
    }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "unknown"; readonly types: readonly string[] };

const images = ["image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp"];

/** an SVG whose first tag says so */
const knowsThemes = /^\s*<svg\s[^>]{0,1000}\bcolor-scheme:\s*light dark\b/;

/** The richest form of a bundle that can be shown here. */
export function formOf(data: MimeBundle, metadata: MimeBundle = {}): Form {
  const comparison = toComparison(data[comparisonType]);
  const plain = textOf(data["text/plain"]);
  if (comparison) return { kind: "comparison", comparison, plain: plain ?? "" };
  const html = textOf(data["text/html"]);
  if (html !== undefined) return { kind: "html", html, plain: plain ?? "" };
  const markdown = textOf(data["text/markdown"]) ?? latex(textOf(data["text/latex"]));
  if (markdown !== undefined) return { kind: "markdown", source: markdown };
  for (const type of images) {
    const address = imageAddress(type, data[type]);
    if (address)
      return {
        kind: "image",
        address,
        alt: alternative(plain),
        width: widthIn(metadata[type]),
        themed: type === "image/svg+xml" && knowsThemes.test(textOf(data[type])!),
      };
  }
  if (data["application/json"] !== undefined)
    return { kind: "text", text: jsonText(data["application/json"]) };
  if (plain !== undefined) return { kind: "text", text: plain };
  return { kind: "unknown", types: Object.keys(data) };
}

/** JSON to read; long JSON as it comes, since blanks at the beginning of each line could be most of it. */
function jsonText(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 100_000 ? text : JSON.stringify(value, null, 2);
}

/** What describes an image: what a text-only reader would have got instead. */
function alternative(plain: string | undefined): string {
  const words = plain === undefined ? "" : withoutAnsi(plain).replace(/\s+/g, " ").trim();
  return words === "" ? "Image without a description" : words.slice(0, 300);
}

function latex(text: string | undefined): string | undefined {
  // programs write it with its dollars, or as an environment of its own
  return text === undefined || /\$|\\begin|\\\[|\\\(/.test(text) ? text : `$$${text}$$`;
}

function widthIn(metadata: Json | undefined): number | undefined {
  const width =
    typeof metadata === "object" && metadata !== null && "width" in metadata ? metadata.width : undefined;
  return typeof width === "number" && width > 0 && width < 10_000 ? width : undefined;
}

function textOf(value: Json | undefined): string | undefined {
  if (Array.isArray(value)) return value.join("");
  return typeof value === "string" ? value : undefined;
}

/** Outputs with text of one stream joined, as it is seen. */
export function joined(outputs: readonly Output[]): Output[] {
  const result: Output[] = [];
  for (const output of outputs) {
    const last = result.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name)
      result[result.length - 1] = { ...last, text: last.text + output.text };
    else result.push(output);
  }
  return result;
}

/** Do characters stand below each other in it on purpose? Then its lines must not be broken. */
export function isAligned(text: string): boolean {
  return /^[ \t]+\S|\S(?:\t| {2,})\S/m.test(text);
}

/** text that is too long to show at once */
export interface Excerpt {
  readonly head: string;
  /** empty when nothing is left out */
  readonly tail: string;
  /** lines between head and tail */
  readonly omitted: number;
  /** characters are left out as well, of lines that are too long */
  readonly cut: boolean;
}

const [most, first, last] = [40, 20, 12];
const longest = 8000;

/** The beginning and the end of long text; the end, because that is where a program is. */
export function excerpt(text: string): Excerpt {
  const lines = text.split("\n");
  if (lines.length <= most) {
    const cut = text.length > longest;
    return { head: cut ? text.slice(0, longest) : text, tail: "", omitted: 0, cut };
  }
  const head = lines.slice(0, first).join("\n");
  const tail = lines.slice(-last).join("\n");
  return {
    head: head.slice(0, longest),
    tail: tail.slice(-longest),
    omitted: lines.length - first - last,
    cut: head.length > longest || tail.length > longest,
  };
}
