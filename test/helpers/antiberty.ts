// AntiBERTy, a pretrained BERT of antibody sequences (MIT), as the wheel of that name on PyPI contains it: a real
// pytorch_model.bin. Its expected values are made by model-export/reference/make_antiberty.py.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { expect } from "vitest";
import { mayAsk } from "./elsewhere.ts";
import { type Encoded, root } from "./fixtures.ts";

mayAsk("pypi.org", "files.pythonhosted.org");

/** what transformers makes of it */
interface Expected {
  wheel: string;
  model: string;
  vocabulary: string;
  sentence: string;
  ids: number[];
  layer: number;
  neuron: number;
  logits: Encoded;
  before: Record<string, number>;
  after: Record<string, number>;
}
export const antiberty: Expected = JSON.parse(
  readFileSync(join(root, "test/fixtures/torch-files/antiberty.json"), "utf8"),
);

/** the wheel's bytes, of the hash that PyPI states; undefined without a network */
async function download(): Promise<Buffer | undefined> {
  const index = await fetch("https://pypi.org/simple/antiberty/", {
    headers: { accept: "application/vnd.pypi.simple.v1+json" },
  }).catch(() => undefined);
  if (!index?.ok) return undefined;
  const list = (await index.json()) as {
    files: { filename: string; url: string; hashes: { sha256: string } }[];
  };
  const { url, hashes } = list.files.find(({ filename }) => filename === antiberty.wheel)!;
  const response = await fetch(url).catch(() => undefined);
  if (!response?.ok) return undefined;
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(hashes.sha256);
  return bytes;
}

/** A file of a wheel, which is a zip with deflated files. */
function unzipped(wheel: Buffer, name: string): Buffer {
  let at = wheel.readUInt32LE(wheel.lastIndexOf(Buffer.from("PK\x05\x06", "latin1")) + 16);
  for (;;) {
    const [packed, nameLength, extra, comment] = [
      wheel.readUInt32LE(at + 20),
      ...[28, 30, 32].map((field) => wheel.readUInt16LE(at + field)),
    ] as [number, number, number, number];
    if (wheel.toString("utf8", at + 46, at + 46 + nameLength) === name) {
      const local = wheel.readUInt32LE(at + 42);
      const begin = local + 30 + wheel.readUInt16LE(local + 26) + wheel.readUInt16LE(local + 28);
      return inflateRawSync(wheel.subarray(begin, begin + packed));
    }
    at += 46 + nameLength + extra + comment;
  }
}

/** Write its checkpoint into a new folder. False where PyPI cannot be reached. */
export async function writeAntiberty(folder: string): Promise<boolean> {
  const wheel = await download();
  if (!wheel) return false;
  mkdirSync(folder);
  for (const name of ["config.json", "pytorch_model.bin"])
    writeFileSync(join(folder, name), unzipped(wheel, `${antiberty.model}/${name}`));
  writeFileSync(join(folder, "vocab.txt"), unzipped(wheel, antiberty.vocabulary));
  return true;
}
