// Strided layouts of tensors: how Python's shapes and strides are walked. Python owns shapes, strides and types; a layout
// arrives as plain numbers, which cost Pyodide least: ndim, shape[ndim], then for every operand its strides[ndim], in
// elements; a broadcast dimension has stride 0.

/** an array under a tensor; int64 lies in float64s, which are exact to 2^53 */
export type Storage = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;
export type Dtype = "float32" | "float64" | "int64" | "bool";

/** numbers of a layout as { shape, strides per operand, count } */
export function parse(layout: readonly number[], operands: number) {
  const n = layout[0]!;
  const shape = layout.slice(1, 1 + n);
  const strides: number[][] = [];
  for (let k = 0; k < operands; k++) strides.push(layout.slice(1 + n * (k + 1), 1 + n * (k + 2)));
  return { shape, strides, count: shape.reduce((product, size) => product * size, 1) };
}

/**
 * Calls row(offsets, steps, length) for every innermost run, in row-major order. Neighbouring dimensions that every
 * operand passes through evenly are one run.
 */
export function rows(
  shape: readonly number[],
  strides: readonly number[][],
  offsets: readonly number[],
  row: (at: readonly number[], steps: readonly number[], length: number) => void,
): void {
  const sizes: number[] = [];
  const steps: number[][] = strides.map(() => []);
  for (let d = 0; d < shape.length; d++) {
    if (shape[d] === 0) return;
    if (shape[d] === 1) continue;
    const last = sizes.length - 1;
    if (last >= 0 && strides.every((s, k) => steps[k]![last] === s[d]! * shape[d]!)) {
      sizes[last]! *= shape[d]!;
      for (const [k, s] of strides.entries()) steps[k]![last] = s[d]!;
    } else {
      sizes.push(shape[d]!);
      for (const [k, s] of strides.entries()) steps[k]!.push(s[d]!);
    }
  }
  const inner = sizes.pop() ?? 1;
  const innerSteps = steps.map((s) => s.pop() ?? 0);
  const at = [...offsets];
  const index = sizes.map(() => 0);
  for (;;) {
    row(at, innerSteps, inner);
    let d = sizes.length - 1;
    for (; d >= 0; d--) {
      index[d]!++;
      for (let k = 0; k < at.length; k++) at[k]! += steps[k]![d]!;
      if (index[d]! < sizes[d]!) break;
      for (let k = 0; k < at.length; k++) at[k]! -= steps[k]![d]! * sizes[d]!;
      index[d] = 0;
    }
    if (d < 0) return;
  }
}

/** calls each(run, k) with every innermost run as float64s; the run is the last `inner` dimensions taken together */
export function runs(
  a: Storage,
  offset: number,
  layout: readonly number[],
  inner: number,
  each: (run: Float64Array<ArrayBuffer>, k: number) => void,
): void {
  const { shape, strides } = parse(layout, 1);
  const outer = shape.length - inner;
  const rest = shape.slice(outer);
  const run = new Float64Array(rest.reduce((product, size) => product * size, 1));
  const total = shape.slice(0, outer).reduce((product, size) => product * size, 1);
  const index = new Array<number>(outer).fill(0);
  for (let k = 0; k < total; k++) {
    let from = offset;
    for (let d = 0; d < outer; d++) from += index[d]! * strides[0]![d]!;
    let i = 0;
    rows(rest, [strides[0]!.slice(outer)], [from], ([first], [step], length) => {
      let at = first!;
      for (let j = 0; j < length; j++, at += step!) run[i++] = a[at]!;
    });
    each(run, k);
    for (let d = outer - 1; d >= 0 && ++index[d]! === shape[d]; d--) index[d] = 0;
  }
}
