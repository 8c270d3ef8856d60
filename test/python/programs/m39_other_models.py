import torch
from transformer_lens import HookedEncoder
torch.set_grad_enabled(False)
# a model whose mask is called <mask>
model = HookedEncoder.from_pretrained("angle")
tok = model.tokenizer
print(tok.mask_token, tok.mask_token_id, tok.cls_token, tok.cls_token_id, tok.sep_token_id, tok.pad_token_id, tok.unk_token_id, tok.all_special_tokens, tok.all_special_ids)
ids = tok(f"Raymond is selling {tok.mask_token} sketches.", return_tensors="pt")["input_ids"]
print(ids, tok.convert_ids_to_tokens(ids[0]))
at = (ids[0] == tok.mask_token_id).nonzero()
print(at)
ids = tok("Raymond is selling <mask> sketches.", return_tensors="pt")["input_ids"]
print(tok.convert_ids_to_tokens(ids[0]), tok.decode(ids[0], skip_special_tokens=True))
print(model("Raymond is selling <mask> sketches.", return_type="predictions"))
print(tok(["this", "this and that here"], padding=True)["input_ids"])
print(tok.convert_tokens_to_ids(["these", "zzz"]), tok.tokenize("[MASK] is not a <mask>"))
# more rows than words
model = HookedEncoder.from_pretrained("padded")
tok = model.tokenizer
ids = tok("Raymond is selling [MASK] sketches.", return_tensors="pt")["input_ids"]
logits = model(ids)
print(model.cfg.d_vocab, tok.vocab_size, len(tok), logits.shape)
top = logits[0, 4].topk(6).indices
print(top, tok.convert_ids_to_tokens(top.tolist()), tok.convert_ids_to_tokens([logits.shape[-1] - 1]), repr(tok.decode([logits.shape[-1] - 1])))
# small letters only, and tokens that were added, one of which is matched after the letters are made small
model = HookedEncoder.from_pretrained("added-decoder")
tok = model.tokenizer
print(tok.convert_tokens_to_ids(["Paris", "paris"]), tok("Paris")["input_ids"], tok.tokenize("She is selling [MASK] sketches."))
text = "@User, she IS selling HTTPURL httpurl to @USER and @user [MASK]."
row = tok(text, return_offsets_mapping=True)
print(tok.tokenize(text), row.tokens(), row["input_ids"], row["offset_mapping"], row.word_ids())
print(tok.convert_ids_to_tokens(row["input_ids"]), tok.decode(row["input_ids"]), row[0].tokens)
print(tok(["@User", "she is"], ["HTTPURL @USER", "x"], padding=True).tokens(0), tok.tokenize("@User", "@USER", add_special_tokens=True))
print(tok([["@User", "is"]], is_split_into_words=True).tokens(), tok("@USER she is @User", truncation=True, max_length=4).tokens())
print(len(tok), tok.vocab_size, tok.all_special_tokens)
# Chinese
model = HookedEncoder.from_pretrained("zh")
tok = model.tokenizer
ids = tok("今天[MASK][MASK]很好，我们去散步吧。", return_tensors="pt")["input_ids"]
print(tok.convert_ids_to_tokens(ids[0]), tok.decode(ids[0]))
print(model(ids, return_type="predictions"))
print(model(ids)[0, 3:5].topk(3).indices)
