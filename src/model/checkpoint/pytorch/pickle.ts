// Python's pickle, as far as torch.save writes tensors by name with it. A pickle is a program for a stack machine, and
// Python's own can be made to call anything. This one calls nothing: an opcode that is not in its table is refused, a name
// that is not in `globals` is refused, and what those few stand for are plain data.
//
// Source: CPython's Lib/pickletools.py (opcodes), torch/_utils.py (_rebuild_tensor_v2, _rebuild_parameter).

/** A pickle that holds something else than tensors: what, without a full stop. */
export class PickleError extends Error {}

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

type Value =
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
const globals = new Set([
  "collections OrderedDict",
  "torch._utils _rebuild_tensor_v2",
  "torch._utils _rebuild_parameter",
  ...["Float", "Half", "BFloat16", "Double", "Long", "Int", "Short", "Char", "Byte", "Bool"].map(
    (type) => `torch ${type}Storage`,
  ),
]);

const mark = Symbol("mark");
type Stacked = Value | typeof mark;

/**
 * The tensors of a state_dict by name.
 * @throws PickleError naming the global, the opcode, or what is there in place of tensors
 */
export function readStateDict(bytes: Uint8Array): Map<string, PickledTensor> {
  const top = new Machine(bytes).run();
  if (!(top instanceof Map)) throw new PickleError("it holds no tensors by name");
  const tensors = new Map<string, PickledTensor>();
  for (const [name, value] of top) {
    if (typeof name !== "string" || !isTensor(value))
      throw new PickleError(
        typeof name === "string"
          ? `"${name.slice(0, 100)}" in it is no tensor; only a state_dict's own tensors are read`
          : "it holds no tensors by name",
      );
    tensors.set(name, value);
  }
  return tensors;
}

const isTensor = (value: Value | undefined): value is PickledTensor =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "tensor";

class Machine {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #stack: Stacked[] = [];
  readonly #memo = new Map<number, Value>();
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): Value {
    for (;;) {
      const opcode = this.#byte();
      if (opcode === 0x2e) return this.#pop(); // STOP
      this.#step(opcode);
    }
  }

  /** one opcode; the names behind them are pickletools' */
  #step(opcode: number): void {
    switch (opcode) {
      case 0x80: // PROTO
        if (this.#byte() > 5) throw new PickleError("it is written in a later version of pickle");
        return;
      case 0x95: // FRAME
        this.#take(8);
        return;
      case 0x28: // MARK
        this.#stack.push(mark);
        return;
      case 0x4e: // NONE
        this.#push(null);
        return;
      case 0x88: // NEWTRUE
        this.#push(true);
        return;
      case 0x89: // NEWFALSE
        this.#push(false);
        return;
      case 0x4a: // BININT
        this.#push(this.#view.getInt32(this.#take(4), true));
        return;
      case 0x4b: // BININT1
        this.#push(this.#byte());
        return;
      case 0x4d: // BININT2
        this.#push(this.#view.getUint16(this.#take(2), true));
        return;
      case 0x8a: // LONG1
        this.#push(this.#long(this.#byte()));
        return;
      case 0x47: // BINFLOAT
        this.#push(this.#view.getFloat64(this.#take(8)));
        return;
      case 0x58: // BINUNICODE
        this.#push(this.#text(this.#view.getUint32(this.#take(4), true)));
        return;
      case 0x8c: // SHORT_BINUNICODE
        this.#push(this.#text(this.#byte()));
        return;
      case 0x7d: // EMPTY_DICT
        this.#push(new Map());
        return;
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
        this.#push([]);
        return;
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        this.#push(this.#popMany(opcode - 0x84));
        return;
      case 0x74: // TUPLE
        this.#push(this.#popToMark());
        return;
      case 0x61: // APPEND
        this.#append([this.#pop()]);
        return;
      case 0x65: // APPENDS
        this.#append(this.#popToMark());
        return;
      case 0x73: // SETITEM
        this.#setItems(this.#popMany(2));
        return;
      case 0x75: // SETITEMS
        this.#setItems(this.#popToMark());
        return;
      case 0x71: // BINPUT
        this.#memo.set(this.#byte(), this.#top());
        return;
      case 0x72: // LONG_BINPUT
        this.#memo.set(this.#view.getUint32(this.#take(4), true), this.#top());
        return;
      case 0x94: // MEMOIZE
        this.#memo.set(this.#memo.size, this.#top());
        return;
      case 0x68: // BINGET
        this.#get(this.#byte());
        return;
      case 0x6a: // LONG_BINGET
        this.#get(this.#view.getUint32(this.#take(4), true));
        return;
      case 0x63: // GLOBAL
        this.#global(this.#line(), this.#line());
        return;
      case 0x93: {
        // STACK_GLOBAL
        const [module, name] = this.#popMany(2);
        this.#global(String(module), String(name));
        return;
      }
      case 0x51: // BINPERSID
        this.#push(storageOf(this.#pop()));
        return;
      case 0x52: {
        // REDUCE
        const [callable, args] = this.#popMany(2);
        this.#push(made(callable!, args!));
        return;
      }
      case 0x62: // BUILD: attributes of the OrderedDict, such as _metadata, which nothing here needs
        this.#pop();
        if (!(this.#top() instanceof Map))
          throw new PickleError("it gives attributes to something else than a dict");
        return;
      default:
        throw new PickleError(
          `its byte ${this.#at - 1} is the opcode 0x${opcode.toString(16).padStart(2, "0")}, which no saved tensors need`,
        );
    }
  }

  #push(value: Value): void {
    this.#stack.push(value);
  }

  #pop(): Value {
    const value = this.#stack.pop();
    if (value === undefined || value === mark) throw new PickleError("it is damaged");
    return value;
  }

  #top(): Value {
    const value = this.#pop();
    this.#stack.push(value);
    return value;
  }

  #popMany(count: number): Value[] {
    return Array.from({ length: count }, () => this.#pop()).reverse();
  }

  #popToMark(): Value[] {
    const at = this.#stack.lastIndexOf(mark);
    if (at < 0) throw new PickleError("it is damaged");
    return this.#stack.splice(at).slice(1) as Value[];
  }

  #append(values: readonly Value[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw new PickleError("it is damaged");
    for (const value of values) list.push(value);
  }

  #setItems(items: readonly Value[]): void {
    const dict = this.#top();
    if (!(dict instanceof Map) || items.length % 2 !== 0) throw new PickleError("it is damaged");
    for (let i = 0; i < items.length; i += 2) dict.set(items[i]!, items[i + 1]!);
  }

  #get(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw new PickleError("it is damaged");
    this.#stack.push(value);
  }

  #global(module: string, name: string): void {
    const full = `${module} ${name}`;
    if (!globals.has(full))
      throw new PickleError(`it names ${`${module}.${name}`.slice(0, 100)}, which no saved tensors need`);
    this.#push({ kind: "global", name: full });
  }

  /** the next bytes, by their place */
  #take(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.byteLength) throw new PickleError("it is cut off");
    this.#at += length;
    return at;
  }

  #byte(): number {
    return this.#bytes[this.#take(1)]!;
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw new PickleError("it is cut off");
    const text = this.#text(end - this.#at);
    this.#at++;
    return text;
  }

  #text(length: number): string {
    const at = this.#take(length);
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
        this.#bytes.subarray(at, at + length),
      );
    } catch {
      throw new PickleError("a text in it is not UTF-8");
    }
  }

  /** a whole number in so many bytes, little-endian, two's complement */
  #long(length: number): number {
    if (length > 8) throw new PickleError("it holds a number beyond 64 bits");
    const at = this.#take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.#bytes[at + i]!);
    return Number(BigInt.asIntN(8 * length, value));
  }
}

/** What calling one of the globals would give, as data. */
function made(callable: Value, args: Value): Value {
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

/** ("storage", type, key, device, elements) */
function storageOf(id: Value): Storage {
  if (Array.isArray(id)) {
    const [tag, type, key, , elements] = id;
    if (tag === "storage" && isGlobal(type) && type.name.endsWith("Storage"))
      if (typeof key === "string" && isSize(elements))
        return { kind: "storage", type: type.name.replace("torch ", ""), key, elements };
  }
  throw new PickleError("it refers to something else than a storage");
}

const isGlobal = (value: Value | undefined): value is { kind: "global"; name: string } =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "global";
const isStorage = (value: Value | undefined): value is Storage =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "storage";
const isSize = (value: Value | undefined): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;
const isSizes = (value: Value | undefined): value is number[] => Array.isArray(value) && value.every(isSize);
