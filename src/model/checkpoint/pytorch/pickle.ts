// Python's pickle, as far as torch.save writes tensors by name with it. A pickle is a program for a stack machine, and
// Python's own can be made to call anything. This one calls nothing: an opcode that is not in its table is refused, a name
// that pickle-values.ts does not have is refused, and what those few stand for are plain data.
//
// Source: CPython's Lib/pickletools.py (opcodes).

import { PickleBytes, PickleError } from "./pickle-bytes.ts";
import { globalOf, isTensor, made, type PickledTensor, storageOf, type Value } from "./pickle-values.ts";

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

class Machine {
  readonly #bytes: PickleBytes;
  readonly #stack: Stacked[] = [];
  readonly #memo = new Map<number, Value>();

  constructor(bytes: Uint8Array) {
    this.#bytes = new PickleBytes(bytes);
  }

  run(): Value {
    for (;;) {
      const opcode = this.#bytes.byte();
      if (opcode === 0x2e) return this.#pop(); // STOP
      this.#step(opcode);
    }
  }

  /** one opcode; the names behind them are pickletools' */
  #step(opcode: number): void {
    switch (opcode) {
      case 0x80: // PROTO
        if (this.#bytes.byte() > 5) throw new PickleError("it is written in a later version of pickle");
        return;
      case 0x95: // FRAME
        this.#bytes.skip(8);
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
        this.#push(this.#bytes.int32());
        return;
      case 0x4b: // BININT1
        this.#push(this.#bytes.byte());
        return;
      case 0x4d: // BININT2
        this.#push(this.#bytes.uint16());
        return;
      case 0x8a: // LONG1
        this.#push(this.#bytes.long(this.#bytes.byte()));
        return;
      case 0x47: // BINFLOAT
        this.#push(this.#bytes.float64());
        return;
      case 0x58: // BINUNICODE
        this.#push(this.#bytes.text(this.#bytes.uint32()));
        return;
      case 0x8c: // SHORT_BINUNICODE
        this.#push(this.#bytes.text(this.#bytes.byte()));
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
        this.#memo.set(this.#bytes.byte(), this.#top());
        return;
      case 0x72: // LONG_BINPUT
        this.#memo.set(this.#bytes.uint32(), this.#top());
        return;
      case 0x94: // MEMOIZE
        this.#memo.set(this.#memo.size, this.#top());
        return;
      case 0x68: // BINGET
        this.#get(this.#bytes.byte());
        return;
      case 0x6a: // LONG_BINGET
        this.#get(this.#bytes.uint32());
        return;
      case 0x63: // GLOBAL
        this.#push(globalOf(this.#bytes.line(), this.#bytes.line()));
        return;
      case 0x93: {
        // STACK_GLOBAL
        const [module, name] = this.#popMany(2);
        this.#push(globalOf(String(module), String(name)));
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
          `its byte ${this.#bytes.at - 1} is the opcode 0x${opcode.toString(16).padStart(2, "0")}, which no saved tensors need`,
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
}
