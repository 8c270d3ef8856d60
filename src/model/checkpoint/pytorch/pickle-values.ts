// What a pickle of tensors may hold, and what the few functions that it may name stand for: plain data. Nothing is called.
//
// Source: torch/_utils.py (_rebuild_tensor_v2, _rebuild_parameter).

import { PickleError } from "./pickle-bytes.ts";

/** a tensor as it lies in its storage */
export interface PickledTensor {
  kind: "tensor";
  storage: Storage;
  /** of its first element in the storage, in elements */
  offset: number;
  shape: number[];
  /** distance of neighbours along each dimension, in elements */
  stride: number[];
}

interface Storage {
  kind: "storage";
  /** torch's name, such as "FloatStorage" */
  type: string;
  /** name of the file below data/ that holds its numbers */
  key: string;
  /** how many numbers it has */
  elements: number;
}

export type Value =
  | null
  | boolean
  | number
  | string
  | Value[]
  | Map<Value, Value>
  | PickledTensor
  | Storage
  | { kind: "global"; name: string };

/** everything that a pickle may name */
const globals: ReadonlySet<string> = new Set([
  "collections OrderedDict",
  "torch._utils _rebuild_tensor_v2",
  "torch._utils _rebuild_parameter",
  ...["Float", "Half", "BFloat16", "Double", "Long", "Int", "Short", "Char", "Byte", "Bool"].map(
    (type) => `torch ${type}Storage`,
  ),
]);

/** A function or class by its name. @throws PickleError for one that no saved tensors need */
export function globalOf(module: string, name: string): Value {
  const full = `${module} ${name}`;
  if (!globals.has(full))
    throw new PickleError(`it names ${`${module}.${name}`.slice(0, 100)}, which no saved tensors need`);
  return { kind: "global", name: full };
}

/** What calling one of the globals would give, as data. */
export function made(callable: Value, args: Value): Value {
  const name = isGlobal(callable) ? callable.name : undefined;
  if (!Array.isArray(args)) throw new PickleError("it is damaged");
  if (name === "collections OrderedDict" && args.length === 0) return new Map();
  if (name === "torch._utils _rebuild_parameter" && isTensor(args[0])) return args[0];
  if (name === "torch._utils _rebuild_tensor_v2") {
    const [storage, offset, shape, stride] = args;
    if (isStorage(storage) && isSize(offset) && isSizes(shape) && isSizes(stride))
      if (shape.length === stride.length) return { kind: "tensor", storage, offset, shape, stride };
  }
  throw new PickleError(
    name === undefined
      ? "it calls something that is no function"
      : `it calls ${name.replace(" ", ".")} wrongly`,
  );
}

/** What torch's reference to a storage, ("storage", type, key, device, elements), stands for. */
export function storageOf(id: Value): Storage {
  if (Array.isArray(id)) {
    const [tag, type, key, , elements] = id;
    if (tag === "storage" && isGlobal(type) && type.name.endsWith("Storage"))
      if (typeof key === "string" && isSize(elements))
        return { kind: "storage", type: type.name.replace("torch ", ""), key, elements };
  }
  throw new PickleError("it refers to something else than a storage");
}

export const isTensor = (value: Value | undefined): value is PickledTensor =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "tensor";
const isGlobal = (value: Value | undefined): value is { kind: "global"; name: string } =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "global";
const isStorage = (value: Value | undefined): value is Storage =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "storage";
const isSize = (value: Value | undefined): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;
const isSizes = (value: Value | undefined): value is number[] => Array.isArray(value) && value.every(isSize);
