// config.json, reduced to what decides the computation: which family of models it is of, and what that reads in it.

import { defaultFamily, families, familyOf, type Shape } from "../families/index.ts";
import { ConfigReader } from "./config-reader.ts";
import { CheckpointError } from "./errors.ts";
import { shown } from "./shown.ts";

/** `tied` is what config.json says until the checkpoint is opened, then what its tensors are */
export interface BertConfig extends Shape {
  /** config.json says neither model_type nor architectures, so that the tensors have to show whether it is a BERT */
  unnamed?: boolean;
}

/**
 * Read a config.json.
 * @param text its content
 * @throws CheckpointError naming the field that is missing, or that says it is no model this exporter computes
 */
export function parseConfig(text: string, file = "config.json"): BertConfig {
  const json = parseObject(text, file);
  const name = findFamily(json, file);
  const family = name ?? defaultFamily;
  const shape = familyOf({ family }).checkpoint!.read(new ConfigReader(json, file));
  return {
    ...(family === defaultFamily ? {} : { family }),
    ...shape,
    ...(name === undefined ? { unnamed: true } : {}),
  };
}

/**
 * A JSON object from a file's text.
 * @throws CheckpointError when it is anything else
 */
export function parseObject(text: string, file: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw new CheckpointError(`${file} is not JSON.`, "Download or save the checkpoint again.", { cause });
  }
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return { ...json };
  throw new CheckpointError(`${file} is not a JSON object.`, "Download or save the checkpoint again.");
}

/** @returns the family's name; undefined when it does not say what the model is at all */
function findFamily(
  { model_type, architectures }: Record<string, unknown>,
  file: string,
): string | undefined {
  const names = Array.isArray(architectures)
    ? architectures.map((name) => (typeof name === "string" ? name : shown(name)))
    : [];
  const type = model_type ?? undefined;
  if (type === undefined && names.length === 0) return undefined;
  for (const { name, checkpoint } of families.values()) {
    if (checkpoint?.modelTypes.includes(type as string)) return name;
    // the earliest configs have no model_type
    const own = checkpoint?.architecture.replace("ForMaskedLM", "") ?? " ";
    if (type === undefined && names.some((each) => each.startsWith(own))) return name;
  }
  const found =
    type === undefined ? `the architecture ${names.join(", ").slice(0, 200)}` : `model_type ${shown(type)}`;
  throw new CheckpointError(
    `${file} describes a model that cannot be used: ${found}.`,
    `Choose a masked language model of one of these kinds: ${exportable()}.`,
  );
}

/** The families that can be exported, as a sentence lists them. */
export const exportable = (): string =>
  [...families.values()].flatMap(({ title, checkpoint }) => (checkpoint ? [title] : [])).join(", ");
