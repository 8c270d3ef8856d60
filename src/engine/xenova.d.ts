// The deep import has no types of its own; this is the part that tokenizer.ts uses.
declare module "@xenova/transformers/src/tokenizers.js" {
  interface BertTokenizerInstance {
    (text: string, options: { return_tensor: false; add_special_tokens: boolean }): { input_ids: number[] };
    model: { vocab: string[] };
    mask_token_id: number;
    unk_token_id: number;
  }
  export const BertTokenizer: new (json: object, config: object) => BertTokenizerInstance;
}
