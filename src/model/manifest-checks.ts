// What manifest.ts cannot say as a schema: names that must exist, counts that must agree, files that must not contradict
// each other.

import { familyOf } from "./families/index.ts";
import { DECODER, elementsOf, shardTensors } from "./graph/layout.ts";
import { hookPointsOf } from "./hook-points.ts";
import { type Manifest, type ManifestFile, manifestLimits, type Segment } from "./manifest-schema.ts";
import { isDense, keptLength, placeChunks } from "./stored-weights.ts";
import { tensorNames } from "./tensor-names.ts";

const { parts } = manifestLimits;

/** What a schema cannot say: names that must exist, counts that must agree. Nothing is yielded for a good manifest. */
export function* complaints(m: Manifest): Generator<string, undefined> {
  yield* optionComplaints(m);
  yield* fileComplaints(m);
  yield* shardComplaints(m);
  yield* tensorComplaints(m);
  yield* splitComplaints(m);
  yield* selfTestComplaints(m);
}

/** the family's own numbers, all of them and no others */
function* optionComplaints({ model }: Manifest): Generator<string> {
  const { options: known = {} } = familyOf(model);
  const given = model.options ?? {};
  const strange = Object.keys(given).find((key) => !Object.hasOwn(known, key));
  if (strange !== undefined) yield `model.options.${strange}: the family ${model.family} has no such number`;
  for (const [key, [least, most, kind]] of Object.entries(known)) {
    const value = given[key];
    const whole = kind === "any" || Number.isInteger(value);
    if (value === undefined || value < least || value > most || !whole)
      yield `model.options.${key}: must be a ${kind === "any" ? "" : "whole "}number from ${least} to ${most}`;
  }
}

/** one content per path and one length per content, or the store would hold one file for another */
function* fileComplaints(m: Manifest): Generator<string> {
  const files = namedFiles(m);
  const hashes = new Map<string, string>();
  const lengths = new Map<string, number>();
  for (const [field, { file, byteLength, sha256 }] of files) {
    if ((hashes.get(file) ?? sha256) !== sha256) yield `${field}.sha256: ${file} has another one elsewhere`;
    if ((lengths.get(sha256) ?? byteLength) !== byteLength)
      yield `${field}.byteLength: a file with the same sha256 has another length`;
    hashes.set(file, sha256);
    lengths.set(sha256, byteLength);
  }
  const total = [...lengths.values()].reduce((sum, length) => sum + length, 0);
  if (total > manifestLimits.total)
    yield `shards: all files together have ${total} bytes, which no model has`;
}

function* shardComplaints({ shards, encoding }: Manifest): Generator<string> {
  const entries = Object.entries(shards);
  if (entries.length > parts) yield `shards: there are ${entries.length}`;
  const tensors = new Set<string>();
  for (const [name, shard] of entries) {
    const kept = shard.chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
    if (kept !== keptLength(shard, encoding)) yield `shards.${name}: its chunks do not add up to byteLength`;
    if (encoding === "int8" && !isDense(shard)) yield `shards.${name}: its tensors do not fill it`;
    if (!placeChunks(shard, encoding)) yield `shards.${name}: a chunk ends inside a number or a row`;
    for (const [i, tensor] of shard.tensors.entries()) {
      const field = `shards.${name}.tensors.${i}`;
      const bytes = 4 * elementsOf(tensor.shape);
      if (tensors.has(tensor.name)) yield `${field}.name: "${tensor.name}" is there twice`;
      if (tensor.offset % 4 !== 0) yield `${field}.offset: is not a multiple of 4`;
      if (tensor.offset + bytes > shard.byteLength) yield `${field}: it reaches beyond its shard`;
      tensors.add(tensor.name);
    }
  }
}

/** the tensors that graphs of the model's family and dimensions read, all of them and no others */
function* tensorComplaints({ model, shards }: Manifest): Generator<string> {
  const given = Object.entries(shards).flatMap(([shard, { tensors }]) =>
    tensors.map((tensor, i) => ({ ...tensor, field: `shards.${shard}.tensors.${i}` })),
  );
  const tied = !given.some(({ name }) => name === DECODER);
  const missing = new Map([...shardTensors({ ...model, tied }).values()].flat());
  for (const { name, shape, field } of given) {
    const wanted = missing.get(name);
    if (!wanted) yield `${field}.name: the family ${model.family} has no tensor "${name}"`;
    else if (wanted.join() !== shape.join())
      yield `${field}.shape: of "${name}" it is [${shape.join(", ")}], and the model's dimensions make it [${wanted.join(", ")}]`;
    missing.delete(name);
  }
  const [first] = missing.keys();
  if (first !== undefined)
    yield `shards: the family ${model.family} has a tensor "${first}", which is in none of them`;
}

function* splitComplaints({ model, shards, splits, head, defaultLayer }: Manifest): Generator<string> {
  const names = new Set<string>();
  const points = hookPointsOf(model).map((point) => point.name);
  yield* segmentComplaints("head", head, shards);
  for (const [i, { name, cuts, segments, tail }] of splits.entries()) {
    const field = `splits.${i}`;
    if (names.has(name)) yield `${field}.name: "${name}" is there twice`;
    names.add(name);
    if (segments.length !== cuts.length + 1)
      yield `${field}.segments: "${name}" has the wrong number of segments`;
    const places = cuts.map((cut) => points.indexOf(cut, 0));
    // the encoder's end is where the last segment ends, not a cut
    if (
      places.some(
        (place, j) => place < 0 || place === points.length - 1 || (j > 0 && place <= places[j - 1]!),
      )
    )
      yield `${field}.cuts: "${name}" has cuts that are not hook points of the model in their order`;
    for (const [j, segment] of segments.entries())
      yield* segmentComplaints(`${field}.segments.${j}`, segment, shards);
    if (tail) {
      yield* segmentComplaints(`${field}.tail`, tail, shards);
      if (!cuts.includes(tail.from)) yield `${field}.tail.from: "${name}" is not cut at ${tail.from}`;
    }
  }
  if (!splits.some(({ cuts }) => cuts.includes(tensorNames.mlpPost(defaultLayer))))
    yield `defaultLayer: no split is cut at layer ${defaultLayer}`;
}

function* segmentComplaints(field: string, segment: Segment, shards: Manifest["shards"]): Generator<string> {
  const unknown = segment.shards.find((name) => !Object.hasOwn(shards, name));
  if (unknown !== undefined) yield `${field}.shards: it names the shard "${unknown}", which shards lacks`;
  if (new Set(segment.shards).size < segment.shards.length) yield `${field}.shards: a name is there twice`;
}

function* selfTestComplaints({ selfTest, model }: Manifest): Generator<string> {
  for (const [i, { inputIds, position, top }] of selfTest.entries()) {
    const field = `selfTest.${i}`;
    if (inputIds.length > model.positions)
      yield `${field}.inputIds: there are more than the model's positions`;
    if (position >= inputIds.length) yield `${field}.position: it lies beyond the inputIds`;
    if (inputIds.some((id) => id >= model.vocabulary))
      yield `${field}.inputIds: an id is not in the vocabulary`;
    if (top.some(({ id }) => id >= model.vocabulary)) yield `${field}.top: an id is not in the vocabulary`;
  }
}

/** Every file of a model: weights, all graphs, tokenizer. */
export function allFiles(manifest: Manifest): ManifestFile[] {
  const files = namedFiles(manifest).map(([, file]) => file);
  return [...new Map(files.map((file) => [file.sha256, file])).values()];
}

/** every file of a model with the name of its field; weights in the order in which opening needs them */
function namedFiles({ tokenizer, head, splits, shards }: Manifest): [string, ManifestFile][] {
  const first = [...(splits[0]?.segments[0]?.shards ?? []), ...head.shards].filter((name) =>
    Object.hasOwn(shards, name),
  );
  const inOrder = [...new Set([...first, ...Object.keys(shards)])];
  return [
    ["tokenizer.json", tokenizer.json],
    ["tokenizer.config", tokenizer.config],
    ["head.graph", head.graph],
    ...splits.flatMap(({ segments, tail }, i): [string, ManifestFile][] => [
      ...segments.map(({ graph }, j): [string, ManifestFile] => [`splits.${i}.segments.${j}.graph`, graph]),
      ...(tail ? [[`splits.${i}.tail.graph`, tail.graph] as [string, ManifestFile]] : []),
    ]),
    ...inOrder.flatMap((name) =>
      shards[name]!.chunks.map((chunk, i): [string, typeof chunk] => [`shards.${name}.chunks.${i}`, chunk]),
    ),
  ];
}
