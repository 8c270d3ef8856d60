from transformer_lens import HookedEncoder
model = HookedEncoder.from_pretrained("minibert-blimp")
t = model.tokenizer
print(t.mask_token, t.mask_token_id, t.cls_token_id, t.sep_token_id, t.pad_token_id, t.unk_token, t.unk_token_id, t.vocab_size, len(t))
out = t("Raymond is selling [MASK] sketches.", return_tensors="pt")
print(out["input_ids"], out.input_ids.shape, out["attention_mask"], out["token_type_ids"], list(out.keys()))
print(t("these sketches")["input_ids"], t.encode("these sketches"), t.tokenize("Raymond is selling sketches."), t.encode("those", add_special_tokens=False))
print(t.convert_tokens_to_ids("these"), t.convert_tokens_to_ids(["this", "that", "nonsenseword"]), t.convert_ids_to_tokens([5, 6, 7]), t.convert_ids_to_tokens(out["input_ids"][0]))
print(t.decode(out["input_ids"][0]), "|", t.decode(out.input_ids[0], skip_special_tokens=True), "|", t.decode([t.convert_tokens_to_ids("these")]))
print(t(["these sketches", "this"], padding=True, return_tensors="pt")["input_ids"].shape, t(["these sketches", "this"])["input_ids"], t.batch_decode([[5, 6], [7]]), "these" in t.vocab, t.get_vocab()["these"])
tokens, types, mask = model.to_tokens(["these sketches", "this"])
print(tokens.shape, types.sum(), mask)
