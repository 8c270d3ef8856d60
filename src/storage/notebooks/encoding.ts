// A file's bytes as text. Notebooks are UTF-8; UTF-16 is read where it says so itself, and everything else is refused by
// the place where it shows, since guessing would change the words.

import { invalid, largestFile, noNotebook, tooLarge } from "./refuse.ts";

/**
 * The text of a notebook's file, without a byte order mark.
 * @throws StorageError "notebook-invalid" when it is in another encoding, by its first wrong byte; or too large
 */
export function decodeNotebook(bytes: Uint8Array): string {
  if (bytes.length > largestFile) throw tooLarge(bytes.length);
  const utf16 = utf16Of(bytes);
  try {
    return new TextDecoder(utf16 ?? "utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    if (utf16)
      throw invalid(
        "The file is in UTF-16 and damaged: it holds half a character, or ends within one.",
        "Get the file again, or save it as UTF-8, in an editor by “Save with encoding”.",
        cause,
      );
    // a picture or an archive is in no encoding
    if (!/^\s*\{/.test(String.fromCharCode(...bytes.subarray(0, 1000)))) throw noNotebook(cause);
    const { at, line } = firstWrong(bytes);
    const byte = bytes[at]!.toString(16).toUpperCase().padStart(2, "0");
    throw invalid(
      `The file is not in UTF-8, as notebooks are: byte 0x${byte} in line ${line} (offset ${at}) can be none; it is probably in Latin-1.`,
      "Save it as UTF-8, in an editor by “Save with encoding”, or with: iconv -f latin1 -t utf-8 file.ipynb > copy.ipynb",
      cause,
    );
  }
}

/** UTF-16 by its byte order mark, or, since JSON begins with an ASCII character, by a zero beside it */
function utf16Of([first, second, third]: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (first === undefined || second === undefined) return undefined;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  if (first !== 0 && second === 0 && third !== 0) return "utf-16le";
  return first === 0 && second !== 0 ? "utf-16be" : undefined;
}

/** the first byte that begins no character of UTF-8 (Unicode, table 3-7), and its line, from 1 */
function firstWrong(bytes: Uint8Array): { at: number; line: number } {
  let line = 1;
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at]!;
    if (first === 0x0a) line++;
    const size =
      first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (size === 0) break;
    const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    const follows = (byte: number | undefined, i: number) =>
      byte !== undefined && byte >= (i === 0 ? lowest : 0x80) && byte <= (i === 0 ? highest : 0xbf);
    const rest = Array.from({ length: size - 1 }, (_, i) => bytes[at + 1 + i]);
    if (!rest.every(follows)) break;
    at += size;
  }
  return { at, line };
}
