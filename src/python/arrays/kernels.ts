// The loops under Python's torch: strided arithmetic on typed arrays, called one operation at a time. Every result is a
// new contiguous storage unless the name says otherwise. Sums are float64, rounded once at the end.

import * as elementwise from "./elementwise.ts";
import { type Dtype, parse, rows, runs, type Storage } from "./layout.ts";
import * as random from "./random.ts";
import { reduce as reducing, scan as scanning } from "./rows.ts";

export type { Dtype, Storage };

/** a Python array('d') */
interface Buffered {
  getBuffer(type: "f64"): { data: Float64Array; release(): void };
}

const arrays = { float32: Float32Array, float64: Float64Array, int64: Float64Array, bool: Uint8Array };
const make = (dtype: Dtype, length: number): Storage => new arrays[dtype](length);
const from = (dtype: Dtype, values: ArrayLike<number>): Storage => arrays[dtype].from(values);

/**
 * int64 lies in float64s: a result they may not hold exactly is an error, and so is a fraction. What is not finite became
 * the least int64, which may be handed on (`least`) but not reckoned with
 */
function exact(dtype: Dtype, out: Storage, least = false): Storage {
  if (dtype !== "int64") return out;
  const wrong = out.find((x) => !Number.isSafeInteger(x) && !(least && x === -(2 ** 63)));
  if (wrong === undefined) return out;
  throw new RangeError(Math.abs(wrong) < 2 ** 53 ? "a fraction in int64" : "from 2 ** 53 on");
}

export const kernels = {
  /** whether two storages hold the same numbers; a NaN is itself */
  same: (a: Storage, b: Storage): boolean => a.length === b.length && a.every((x, i) => Object.is(x, b[i])),

  full: (dtype: Dtype, length: number, value: number): Storage =>
    Object.is(value, 0) ? make(dtype, length) : exact(dtype, make(dtype, length).fill(value), true),

  range(dtype: Dtype, start: number, step: number, length: number): Storage {
    const out = make(dtype, length);
    for (let i = 0; i < length; i++) out[i] = start + i * step;
    return exact(dtype, out);
  },

  /** a Python array('d') as a storage */
  load(dtype: Dtype, values: Buffered): Storage {
    const buffer = values.getBuffer("f64");
    try {
      return exact(dtype, from(dtype, buffer.data), true);
    } finally {
      buffer.release();
    }
  },

  get: (a: Storage, i: number) => a[i],
  set(a: Storage, i: number, value: number): void {
    a[i] = value;
  },

  /** the elements of a layout as one Float64Array */
  read(a: Storage, offset: number, ...layout: number[]): Storage {
    return kernels.unary("copy", "float64", a, offset, ...layout);
  },

  unary(op: string, dtype: Dtype, a: Storage, offset: number, ...layout: number[]): Storage {
    const { shape, strides, count } = parse(layout, 1);
    const f = elementwise.unary[op]!;
    const out = make(dtype, count);
    let i = 0;
    rows(shape, strides, [offset], ([from], [step], length) => {
      let at = from!;
      for (let j = 0; j < length; j++, at += step!) out[i++] = f(a[at]!);
    });
    return op === "copy" || op === "integer" ? out : exact(dtype, out, true);
  },

  binary(
    op: string,
    dtype: Dtype,
    a: Storage,
    aOffset: number,
    b: Storage,
    bOffset: number,
    ...layout: number[]
  ): Storage {
    const { shape, strides, count } = parse(layout, 2);
    const f = elementwise.binary[op]!;
    const out = make(dtype, count);
    let i = 0;
    rows(shape, strides, [aOffset, bOffset], ([aFrom, bFrom], [aStep, bStep], length) => {
      let at = aFrom!;
      let bt = bFrom!;
      for (let j = 0; j < length; j++, at += aStep!, bt += bStep!) out[i++] = f(a[at]!, b[bt]!);
    });
    return exact(dtype, out, op === "maximum" || op === "minimum");
  },

  where(
    dtype: Dtype,
    c: Storage,
    cOffset: number,
    a: Storage,
    aOffset: number,
    b: Storage,
    bOffset: number,
    ...layout: number[]
  ): Storage {
    const { shape, strides, count } = parse(layout, 3);
    const out = make(dtype, count);
    let i = 0;
    rows(shape, strides, [cOffset, aOffset, bOffset], ([ct, at, bt], [cs, as, bs], length) => {
      for (let j = 0; j < length; j++)
        out[i++] = c[ct! + j * cs!] !== 0 ? a[at! + j * as!]! : b[bt! + j * bs!]!;
    });
    return out;
  },

  /** in place: the elements of `to` become those of `from`, which is not a view of the same storage */
  assign(to: Storage, toOffset: number, from: Storage, fromOffset: number, ...layout: number[]): void {
    const { shape, strides } = parse(layout, 2);
    rows(shape, strides, [toOffset, fromOffset], ([aFrom, bFrom], [aStep, bStep], length) => {
      let at = aFrom!;
      let bt = bFrom!;
      for (let j = 0; j < length; j++, at += aStep!, bt += bStep!) to[at] = from[bt]!;
    });
  },

  /** as many elements from each of the given places of a storage on */
  take(dtype: Dtype, a: Storage, places: Storage, count: number): Storage {
    const out = make(dtype, places.length * count);
    if (count === 1) for (let i = 0; i < places.length; i++) out[i] = a[places[i]!]!;
    else
      for (let i = 0; i < places.length; i++)
        out.set(a.subarray(places[i]!, places[i]! + count) as never, i * count);
    return out;
  },

  /** in place: `count` elements from `at` on become those of `from`, beginning with element `first` */
  copyInto(a: Storage, at: number, from: Storage, first: number, count: number): void {
    a.set(from.subarray(first, first + count) as never, at);
  },

  /** in place: elements at the given places become those of the contiguous `from`; the sum of two Trues is True */
  put(dtype: Dtype, a: Storage, places: Storage, from: Storage, add: boolean): void {
    const most = dtype === "bool" ? 1 : Number.POSITIVE_INFINITY;
    for (let i = 0; i < places.length; i++)
      a[places[i]!] = add ? Math.min(most, a[places[i]!]! + from[i]!) : from[i]!;
    if (add) exact(dtype, a, true);
  },

  /** row-major indices of what is not zero */
  nonzero(a: Storage, offset: number, ...layout: number[]): Storage {
    const flat = kernels.read(a, offset, ...layout);
    const found: number[] = [];
    for (let i = 0; i < flat.length; i++) if (flat[i] !== 0) found.push(i);
    return Float64Array.from(found);
  },

  reduce(op: string, dtype: Dtype, inner: number, a: Storage, offset: number, ...layout: number[]): Storage {
    const values: number[] = [];
    runs(a, offset, layout, inner, (run) => values.push(reducing[op]!(run)));
    return exact(dtype, from(dtype, values), op === "max" || op === "min");
  },

  scan(op: string, dtype: Dtype, a: Storage, offset: number, ...layout: number[]): Storage {
    const out = make(dtype, parse(layout, 1).count);
    const round = dtype === "float32" ? Math.fround : (x: number) => x;
    runs(a, offset, layout, 1, (run, k) =>
      scanning[op]!(run, out.subarray(k * run.length, (k + 1) * run.length), round),
    );
    return exact(dtype, out);
  },

  /** the first `keep` of every innermost run when sorted, stably, NaN greatest: [values, indices] */
  sort(
    dtype: Dtype,
    descending: boolean,
    keep: number,
    a: Storage,
    offset: number,
    ...layout: number[]
  ): [Storage, Storage] {
    const values: number[] = [];
    const indices: number[] = [];
    runs(a, offset, layout, 1, (run) => {
      const sign = descending ? -1 : 1;
      const order = Uint32Array.from(run, (_, i) => i).sort((i, j) => {
        const x = run[i]!;
        const y = run[j]!;
        if (x < y) return -sign;
        if (x > y) return sign;
        return sign * (Number(Number.isNaN(x)) - Number(Number.isNaN(y))) || i - j;
      });
      for (const i of order.subarray(0, keep)) {
        values.push(run[i]!);
        indices.push(i);
      }
    });
    return [from(dtype, values), Float64Array.from(indices)];
  },

  /** start a generator's state from 32 bits */
  seed: random.seed,

  /** random numbers of one kind, which move the generator's state on */
  draw(kind: string, dtype: Dtype, state: Storage, length: number, a: number, b: number): Storage {
    const out = make(dtype, length);
    random.draw[kind]!(dtype, state, out, a, b);
    return out;
  },

  /** contiguous [batch, m, k] x [batch, k, n] */
  matmul(dtype: Dtype, a: Storage, b: Storage, batch: number, m: number, k: number, n: number): Storage {
    const out = make(dtype, batch * m * n);
    const row = new Float64Array(n);
    for (let r = 0; r < batch * m; r++) {
      row.fill(0);
      const base = Math.floor(r / m) * k * n;
      for (let i = 0; i < k; i++) {
        const x = a[r * k + i]!;
        for (let j = 0; j < n; j++) row[j]! += x * b[base + i * n + j]!;
      }
      out.set(row, r * n);
    }
    return exact(dtype, out);
  },
};
