// What loading a model costs, where it will be kept, and whether there is room for it. Pure.

import type { ModelState } from "../../engine/index.ts";
import { format } from "../../model/index.ts";
import type { Embedding } from "./embedding.ts";
import type { ModelEntry } from "./models.ts";

/** Bytes still to come. */
export function missing(price: ModelState): number {
  return Math.max(0, price.bytes - price.kept);
}

/**
 * Is there room for what is still to come? A store takes more than the bytes that are put into it, and browsers round
 * what they tell, so a twentieth must be left over. Where they tell nothing, there is room until they say otherwise.
 */
export function fits(price: ModelState): boolean {
  if (price.store === "memory" || price.free === undefined) return true;
  return missing(price) * 1.05 <= price.free;
}

/** What loading costs, and where the model is then, in a line. */
export function costText(model: ModelEntry, price: ModelState | undefined, embedding: Embedding): string {
  const total = price?.bytes ?? model.bytes;
  const left = price ? missing(price) : total;
  const memory = price?.store === "memory";
  if (left === 0)
    return `${memory ? "Here until this tab closes" : keptWhere("Kept", embedding)}: nothing to download.`;
  const size = sizeText(total, left);
  if (memory) return `${size}, kept until this tab closes: ${whyMemory(embedding)}.`;
  if (price?.outdated)
    return `A newer version is on the site: ${format.bytes(left)}; the kept one stays until it is complete.`;
  return `${size}, ${keptWhere("then kept", embedding)}.`;
}

/** What the bytes are, and how much room there is; empty where there is nothing to say. */
export function priceText(model: ModelEntry, price: ModelState | undefined): string {
  const { bytes = model.bytes, free } = price ?? {};
  const parts =
    bytes > model.bytes
      ? `The model takes ${format.bytes(model.bytes)}, ONNX Runtime, which computes, ${format.bytes(bytes - model.bytes)}.`
      : "";
  const room =
    free === undefined || price?.store === "memory" ? "" : `The browser says ${format.bytes(free)} are free.`;
  return `${parts} ${room}`.trim();
}

function sizeText(total: number, left: number): string {
  return left < total
    ? `${format.bytes(left)} of ${format.bytes(total)} still to come`
    : `${format.bytes(total)} once`;
}

/** In a page of another site the browser keeps things apart: what is kept there is not found elsewhere. */
function keptWhere(kept: string, embedding: Embedding): string {
  const here = `${kept} on this device`;
  if (embedding.kind === "guest") return `${here} for ${embedding.host} only`;
  if (embedding.kind !== "framed" || embedding.access === "granted") return here;
  const host = embedding.host ?? "the site around this frame";
  return embedding.apart ? `${here} for ${host} only` : `${here} (the browser may keep it for ${host} only)`;
}

function whyMemory(embedding: Embedding): string {
  return embedding.kind === "sandboxed"
    ? "the page around this frame sandboxes it, so the browser lends it no storage"
    : "the browser lends this page no storage";
}
