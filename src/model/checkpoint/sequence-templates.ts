// Where a tokenizer puts its special tokens round one sequence and round two, as tokenizer.json writes it.

import type { Specials } from "./added-tokens.ts";

/** [CLS] A [SEP], or [CLS] A [SEP] B [SEP] */
export function template({ cls, sep }: Specials, ...sequences: string[]): object[] {
  const special = (id: string, type_id: number) => ({ SpecialToken: { id, type_id } });
  const parts = sequences.flatMap((id, type_id) => [{ Sequence: { id, type_id } }, special(sep, type_id)]);
  return [special(cls, 0), ...parts];
}

/** <s> A </s></s> B </s> */
export function doubled({ cls, sep }: Specials): object[] {
  const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const [first, second] = ["A", "B"].map((id) => ({ Sequence: { id, type_id: 0 } })) as [object, object];
  return [special(cls), first, special(sep), special(sep), second, special(sep)];
}
