// A .zip of a few texts, stored as they are: enough to take all notebooks away in one file.

import { crc32 } from "./crc32.ts";

/** @param files texts by their names; the names must differ */
export function toZip(files: ReadonlyMap<string, string>): Blob {
  const encoder = new TextEncoder();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const [name, text] of files) {
    const [label, bytes] = [encoder.encode(name), encoder.encode(text)];
    // version 2.0, names in UTF-8 (bit 11), stored, 1 January 1980, checksum, both lengths, length of the name, no extra
    const common = [
      20,
      2,
      1 << 11,
      2,
      0,
      2,
      0,
      2,
      33,
      2,
      crc32(bytes),
      4,
      bytes.length,
      4,
      bytes.length,
      4,
      label.length,
      2,
      0,
      2,
    ];
    const local = [record([0x04034b50, 4, ...common]), label, bytes];
    // made by 2.0; no comment, disk 0, no attributes
    directory.push(record([0x02014b50, 4, 20, 2, ...common, 0, 2, 0, 2, 0, 2, 0, 4, offset, 4]), label);
    parts.push(...local);
    offset += sum(local);
  }
  const { size } = files;
  const end = record([0x06054b50, 4, 0, 2, 0, 2, size, 2, size, 2, sum(directory), 4, offset, 4, 0, 2]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}

/** @param fields a number and its bytes, little end first, and so on */
function record(fields: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (let i = 0; i < fields.length; i += 2)
    for (let byte = 0; byte < fields[i + 1]!; byte++) bytes.push((fields[i]! >>> (8 * byte)) & 0xff);
  return new Uint8Array(bytes);
}

function sum(parts: readonly Uint8Array[]): number {
  return parts.reduce((length, part) => length + part.length, 0);
}
