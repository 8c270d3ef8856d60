// The deep import has no types of its own; this is the part that tokenizer.ts uses.
declare module "@xenova/transformers/src/tokenizers.js" {
  interface BertTokenizerInstance {
    /** WordPiece */
    model: {
      /** words to their pieces */
      encode(words: string[]): string[];
      tokens_to_ids: ReadonlyMap<string, number>;
    };
  }
  export const BertTokenizer: new (json: object, config: object) => BertTokenizerInstance;
}
