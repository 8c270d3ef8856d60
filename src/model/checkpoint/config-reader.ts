// One config.json, field by field: what a family asks for is there and makes sense, or is refused by its name. Anything
// the graphs do not compute is refused: a model that runs and is subtly wrong is worse than one that does not run.

import type { Activation } from "../families/shape.ts";
import { CheckpointError } from "./errors.ts";
import { shown } from "./shown.ts";

/** transformers' names of each activation (activations.py) */
const names: Readonly<Record<string, Activation>> = {
  gelu: "gelu",
  gelu_python: "gelu",
  gelu_new: "gelu_new",
  gelu_fast: "gelu_new",
  gelu_pytorch_tanh: "gelu_new",
  relu: "relu",
};

export class ConfigReader {
  readonly #json: Readonly<Record<string, unknown>>;
  readonly #file: string;

  constructor(json: Readonly<Record<string, unknown>>, file: string) {
    this.#json = json;
    this.#file = file;
  }

  /** A positive whole number; `otherwise` where the field is missing. */
  count(key: string, otherwise?: number): number {
    const value = this.#json[key] ?? otherwise;
    if (value === undefined)
      throw new CheckpointError(
        `${this.#file} lacks ${key}.`,
        "Use the config.json that was published with the weights.",
      );
    if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
    return this.#wrong(key, "a positive whole number");
  }

  /** A whole number from 0 on. */
  id(key: string, otherwise: number): number {
    const value = this.#json[key] ?? otherwise;
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value < 2 ** 22)
      return value;
    return this.#wrong(key, "a token's id");
  }

  /** A whole number greater than another. */
  above(key: string, least: number): number {
    const value = this.count(key);
    return value > least ? value : this.#wrong(key, `more than ${least}`);
  }

  /** A small positive number. */
  epsilon(key: string, otherwise: number): number {
    // transformers' default where the field is missing, as in the earliest configs
    const value = this.#json[key] === undefined ? otherwise : this.#json[key];
    if (typeof value === "number" && value > 0 && value < 1) return value;
    return this.#wrong(key, "a small positive number");
  }

  /** A finite positive number. */
  positive(key: string, otherwise: number): number {
    const value = this.#json[key] ?? otherwise;
    if (typeof value === "number" && Number.isFinite(value) && value > 0) return value;
    return this.#wrong(key, "a positive number");
  }

  /** Does the field say anything? */
  has(key: string): boolean {
    return (this.#json[key] ?? undefined) !== undefined;
  }

  /** A list; undefined where the field is missing. */
  list(key: string): readonly unknown[] | undefined {
    const value = this.#json[key] ?? undefined;
    return value === undefined || Array.isArray(value) ? value : this.#wrong(key, "a list");
  }

  /** What stands in an object; undefined where the field is missing. */
  inside(key: string): ConfigReader | undefined {
    const value = this.#json[key] ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value !== "object" || Array.isArray(value)) return this.#wrong(key, "an object");
    return new ConfigReader(value as Readonly<Record<string, unknown>>, `${this.#file}: ${key}`);
  }

  /** @throws CheckpointError when the field says anything */
  absent(key: string): void {
    if (this.has(key)) this.refuse(key, "a model without it");
  }

  activation(key: string, otherwise: string): Activation {
    const value = this.#json[key] ?? otherwise;
    if (typeof value === "string" && Object.hasOwn(names, value)) return names[value]!;
    return this.refuse(key, `${Object.keys(names).join(", ")}`);
  }

  /** Whether the decoder is the word embedding matrix, as far as config.json says. */
  tied(): boolean {
    return this.#json.tie_word_embeddings !== false;
  }

  /** @throws CheckpointError when a field has another value than these */
  only<T>(key: string, values: readonly T[], otherwise: T): T {
    const value = (this.#json[key] ?? otherwise) as T;
    if (values.includes(value)) return value;
    return this.refuse(key, values.map((each) => shown(each)).join(" or "));
  }

  /** @throws CheckpointError when a number is greater than another */
  atMost(key: string, value: number, most: number): void {
    if (value > most) this.#wrong(key, `at most ${most}`);
  }

  /** @throws CheckpointError when so many do not share a width evenly */
  divides(key: string, parts: number, widthKey: string, width: number): void {
    if (width % parts === 0) return;
    throw new CheckpointError(
      `${this.#file}: ${widthKey} ${width} cannot be shared among ${parts} attention heads.`,
      `Check ${widthKey} and ${key}.`,
    );
  }

  #wrong(key: string, what: string): never {
    throw new CheckpointError(
      `${this.#file}: ${key} is ${shown(this.#json[key])}, not ${what}.`,
      `Correct ${key}.`,
    );
  }

  /** @throws CheckpointError saying that a field's value is none that can be used */
  refuse(key: string, only: string): never {
    throw new CheckpointError(
      `${this.#file}: ${key} is ${shown(this.#json[key])}, and only ${only} can be used.`,
      "Choose a model that is computed in that way.",
    );
  }
}
