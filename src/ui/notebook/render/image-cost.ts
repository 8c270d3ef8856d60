// How large an image is that comes as an address with its data, read from its first bytes: a few kilobytes can unfold to
// gigabytes. Pure.

import { svgCost } from "./svg-cost.ts";

export interface ImageCost {
  readonly pixels: number;
  /** for SVG: see svg-cost.ts */
  readonly elements: number;
}

/** characters of an SVG that are looked at, and base64 characters of other images, at whose beginning their size stands */
const [longest, first] = [4 * 2 ** 20, 400_000];

const unknown: ImageCost = { pixels: Number.POSITIVE_INFINITY, elements: 0 };

/** What an image costs. `depth` counts images inside images. */
export function imageCost(address: string, depth = 0): ImageCost {
  const comma = address.indexOf(",");
  const head = address.slice(0, Math.max(0, comma));
  if (!/^\s*data:/i.test(head) || depth > 3) return unknown;
  const base64 = /;\s*base64\s*$/i.test(head);
  if (/svg/i.test(head)) {
    if (address.length - comma > longest) return { pixels: 0, elements: Number.POSITIVE_INFINITY };
    const text = svgText(address.slice(comma + 1), base64);
    let pixels = 0;
    const elements = svgCost(text ?? "", (inner) => {
      const cost = imageCost(inner, depth + 1);
      pixels += cost.pixels;
      return cost.elements + 20;
    });
    return { pixels, elements: text === undefined ? 0 : elements };
  }
  const part = address.slice(comma + 1, comma + 1 + first);
  const bytes = bytesOf(part, base64);
  // what is not understood is not drawn either
  if (!bytes) return { pixels: 0, elements: 0 };
  const size = sizeOf(bytes);
  if (size) return { pixels: size[0] * size[1], elements: 0 };
  return bytes.length < 1000 ? { pixels: 0, elements: 0 } : unknown;
}

function bytesOf(data: string, base64: boolean): Uint8Array | undefined {
  try {
    const encoded = /%/.test(data) ? decodeURIComponent(data.replace(/%[\da-f]?$/i, "")) : data;
    if (!base64) return Uint8Array.from(encoded, (character) => character.charCodeAt(0));
    const clean = encoded
      .replace(/[\s=]+/g, "")
      .replaceAll("-", "+")
      .replaceAll("_", "/");
    return Uint8Array.from(
      atob(clean.slice(0, clean.length - (clean.length % 4 === 1 ? 1 : 0))),
      (character) => character.charCodeAt(0),
    );
  } catch {
    return undefined;
  }
}

function svgText(data: string, base64: boolean): string | undefined {
  if (base64) {
    const bytes = bytesOf(data, true);
    return (
      bytes && new TextDecoder(bytes[0] === 0xff || bytes[0] === 0xfe ? "utf-16" : "utf-8").decode(bytes)
    );
  }
  try {
    return decodeURIComponent(data);
  } catch {
    return data;
  }
}

/** Width and height of a PNG, GIF, JPEG, WebP, BMP or AVIF; undefined where none is found. */
function sizeOf(bytes: Uint8Array): [number, number] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (at: number, length: number) => String.fromCharCode(...bytes.subarray(at, at + length));
  try {
    if (text(1, 3) === "PNG") return [view.getUint32(16), view.getUint32(20)];
    if (text(0, 3) === "GIF") return [view.getUint16(6, true), view.getUint16(8, true)];
    if (text(0, 2) === "BM") return [view.getUint32(18, true), Math.abs(view.getInt32(22, true))];
    if (text(0, 4) === "RIFF") return webpSize(view, text(12, 4));
    if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpegSize(view);
    if (text(4, 4) === "ftyp") return avifSize(view, text(0, bytes.length > 4000 ? 4000 : bytes.length));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}

function webpSize(view: DataView, kind: string): [number, number] | undefined {
  const three = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 65536 + 1;
  if (kind === "VP8X") return [three(24), three(27)];
  if (kind === "VP8 ") return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
  if (kind !== "VP8L") return undefined;
  const bits = view.getUint32(21, true);
  return [(bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1];
}

function jpegSize(view: DataView): [number, number] | undefined {
  let at = 2;
  for (;;) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return [view.getUint16(at + 7), view.getUint16(at + 5)];
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
}

/** The largest of the sizes it names. */
function avifSize(view: DataView, head: string): [number, number] | undefined {
  let size: [number, number] | undefined;
  for (const { index } of head.matchAll(/ispe/g)) {
    const [width, height] = [view.getUint32(index + 8), view.getUint32(index + 12)];
    if (!size || width * height > size[0] * size[1]) size = [width, height];
  }
  return size;
}
