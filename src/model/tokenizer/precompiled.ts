// SentencePiece's compiled normalizer: a table of what each character, or cluster of few bytes, becomes. It is read as the Rust
// crate `spm_precompiled` and Precompiled of `tokenizers` read it, with what is odd in them.

/** clusters of so many bytes are looked up character by character */
const longCluster = 6;

/**
 * A function that normalizes texts.
 * @param base64 precompiled_charsmap of tokenizer.json: the length of a double-array trie in bytes (uint32), the trie
 *   (uint32 each), and the texts that its values point into, each ended by a zero byte; all little-endian
 * @throws RangeError when it is anything else
 */
export function precompiled(base64: string): (text: string) => string {
  const bytes = decoded(base64);
  const view = new DataView(bytes.buffer);
  if (bytes.length < 4) throw new RangeError("normalizer: it is cut short");
  const size = view.getUint32(0, true);
  if (4 + size > bytes.length) throw new RangeError("normalizer: it is cut short");
  const trie = Array.from({ length: size / 4 }, (_, i) => view.getUint32(4 + 4 * i, true));
  const texts = bytes.subarray(4 + size);
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const clusters = new Intl.Segmenter("en", { granularity: "grapheme" });

  /** What stands for a chunk: that of its shortest beginning which the table has. */
  const replaced = (chunk: Uint8Array): string | undefined => {
    const found = shortestPrefix(trie, chunk);
    return found === undefined ? undefined : decoder.decode(texts.subarray(found, texts.indexOf(0, found)));
  };
  return (text) => {
    let out = "";
    for (const { segment } of clusters.segment(text)) {
      const whole = encoder.encode(segment);
      const cluster = whole.length < longCluster ? replaced(whole) : undefined;
      if (cluster !== undefined) out += cluster;
      else for (const character of segment) out += replaced(encoder.encode(character)) ?? character;
    }
    return out;
  };
}

function decoded(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw new RangeError("normalizer: it is not base64", { cause });
  }
}

/** The value of the shortest key that some bytes begin with, in a double-array trie (Darts: each unit has label, offset, leaf). */
function shortestPrefix(trie: readonly number[], key: Uint8Array): number | undefined {
  const offset = (unit: number) => (unit >>> 10) << ((unit & 0x200) >>> 6);
  let node = offset(trie[0] ?? 0);
  for (const byte of key) {
    if (byte === 0) return undefined;
    node ^= byte;
    const unit = trie[node] ?? 0;
    if ((unit & 0x800000ff) >>> 0 !== byte) return undefined;
    node ^= offset(unit);
    if ((unit >>> 8) & 1) return (trie[node] ?? 0) & 0x7fffffff;
  }
  return undefined;
}
