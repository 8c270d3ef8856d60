// Images of a notebook as addresses with their data. Pure.

import type { Json, JsonObject } from "../../../storage/index.ts";

/** The address of an attached image as data; undefined when there is no such image. */
export function attachmentAddress(attached: JsonObject, name: string): string | undefined {
  const bundle = attached[name] ?? attached[decoded(name)];
  if (typeof bundle !== "object" || bundle === null || Array.isArray(bundle)) return undefined;
  for (const [type, content] of Object.entries(bundle as JsonObject)) {
    if (/^image\/(png|jpeg|gif|webp|svg\+xml)$/.test(type)) return imageAddress(type, content);
  }
  return undefined;
}

/** An image of a MIME bundle as an address: base64, or SVG as text. */
export function imageAddress(type: string, content: Json | undefined): string | undefined {
  const text = Array.isArray(content) ? content.join("") : content;
  if (typeof text !== "string") return undefined;
  return type === "image/svg+xml" && text.trimStart().startsWith("<")
    ? // half a character cannot be encoded
      `data:${type};charset=utf-8,${encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"))}`
    : `data:${type};base64,${text.replace(/\s+/g, "")}`;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
