// An open model in the words of those who use it.

import { cutLayers, familyOf, type Manifest, roundingText, stopsOf } from "../../model/index.ts";
import type { Tokenizer } from "../../model/tokenizer/index.ts";
import type { Architecture, Device, ModelDescription, ModelInfo } from "../types.ts";
import type { ModelFiles } from "./files.ts";
import { weightShapes } from "./weights.ts";

/** What a page needs to know. */
export async function describeToPage(
  { version: { manifest }, store, all, repaired }: ModelFiles,
  mask: string,
  device: Device,
): Promise<ModelInfo> {
  const { name, title, source, licence, encoding, model, defaultLayer } = manifest;
  const { layers, dModel, dMlp, positions, vocabulary } = model;
  const cuts = cutLayers(manifest);
  return {
    name,
    title,
    ...source,
    licence,
    encoding,
    layers,
    dModel,
    dMlp,
    positions,
    vocabulary,
    mask,
    cuts,
    defaultLayer,
    ...sharing(model),
    device,
    store: (await store.spilled(all)) ? "memory" : store.kind,
    repaired,
  };
}

/** How a model differs from a BERT with GELU; undefined where it is one. */
export function architectureOf({ model }: Manifest): Architecture | undefined {
  const { name: family, title: familyTitle } = familyOf(model);
  const { activation = "gelu" } = model;
  if (family === "bert" && activation === "gelu") return undefined;
  return { family, familyTitle, activation, ...sharing(model) };
}

/** Which layers have their weights from which; nothing where each has its own. */
export function sharing(model: Manifest["model"]): Pick<Architecture, "sharedFrom"> {
  const { sharedFrom } = familyOf(model);
  return sharedFrom
    ? { sharedFrom: Array.from({ length: model.layers }, (_, layer) => sharedFrom(layer, model)) }
    : {};
}

/** What a notebook's Python needs to know. */
export function describeToPython(manifest: Manifest, tokenizer: Tokenizer): ModelDescription {
  const { layers, dModel, dMlp, heads, positions, tokenTypes, layerNormEps: eps } = manifest.model;
  const { activation = "gelu", headActivation = "gelu" } = manifest.model;
  const { name } = manifest;
  const { name: family, title: familyTitle } = familyOf(manifest.model);
  const points = stopsOf(manifest).map((point) => point.name);
  const weights = weightShapes(manifest);
  const { vocabulary, asWritten, vocabSize, special } = tokenizer;
  const words = { vocabulary, asWritten, vocabSize, special, dVocab: manifest.model.vocabulary };
  const kind = {
    family,
    familyTitle,
    activation,
    headActivation,
    tokenTypes,
    rounding: roundingText(manifest),
  };
  return { name, layers, dModel, dMlp, heads, positions, eps, ...kind, points, weights, ...words };
}
