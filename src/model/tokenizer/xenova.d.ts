// The deep import has no types of its own; this is the part that is used here.
declare module "@xenova/transformers/src/tokenizers.js" {
  interface Model {
    /** words to their pieces */
    encode(words: string[]): string[];
    tokens_to_ids: ReadonlyMap<string, number>;
  }
  /** what tokenizer.json calls its model: WordPiece, BPE */
  export const TokenizerModel: { fromConfig(config: object): Model };
}
