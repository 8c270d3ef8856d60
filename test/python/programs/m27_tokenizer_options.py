from transformer_lens import HookedEncoder
model = HookedEncoder.from_pretrained("minibert-blimp")
tok = model.tokenizer
text = "[CLS] Raymond is selling [MASK] sketches. [SEP] Raymond is here. [SEP]"
ids = tok(text, return_tensors="pt")["input_ids"]
print(ids, tok.convert_ids_to_tokens(ids[0]))
print(tok(text, add_special_tokens=False).input_ids, tok.tokenize(text))
a = tok("Raymond is selling [MASK] sketches.", "Raymond is here.", return_tensors="pt")
print(a["input_ids"], a["token_type_ids"], a)
print(tok(["a", "these"], ["b", "those sketches"], padding=True), tok([("a", "b"), ("c", "d")]), tok("a", ""))
b = tok("Raymond is selling [MASK] sketches.", "Unbelievable, isn't it?")
print(b.word_ids(), b.sequence_ids(), b.tokens(), b.n_sequences, b[0], b[0].offsets)
print(tok("Carmen hasn't shocked the unbelievable customers.").word_ids())
print(tok("Carmen hasn't shocked the customers.", return_offsets_mapping=True)["offset_mapping"])
print(tok(["Carmen", "has", "[MASK]", "customers", "."], is_split_into_words=True)["input_ids"])
words = tok([["Carmen", "unbelievable customers", ""], ["these"]], is_split_into_words=True, padding=True, return_offsets_mapping=True)
print(words, words.word_ids(), words.word_ids(1), words.encodings[0].offsets)
for options in (
    dict(max_length=6), dict(max_length=6, truncation=False), dict(truncation=True), dict(truncation=True, max_length=2), dict(truncation=True, max_length=1),
    dict(padding="max_length", max_length=14), dict(padding=True, pad_to_multiple_of=8), dict(padding="longest", padding_side="left", pad_to_multiple_of=12),
    dict(padding="do_not_pad", truncation="longest_first", max_length=5), dict(return_attention_mask=False, return_token_type_ids=False),
    dict(return_length=True, return_special_tokens_mask=True), dict(truncation=True, max_length=6, stride=2, return_overflowing_tokens=True),
    dict(truncation=True, max_length=6, return_overflowing_tokens=True, return_offsets_mapping=True, return_length=True),
):
    print(options, dict(tok("Raymond is selling [MASK] sketches.", **options)))
for strategy, most in (("longest_first", 9), ("only_first", 10), ("only_second", 12), (True, 3)):
    print(strategy, tok("Raymond is selling [MASK] sketches.", "Raymond is here.", truncation=strategy, max_length=most)["input_ids"])
print(tok(["a b", "c"], padding=True, truncation=True, max_length=4, return_tensors="pt", return_special_tokens_mask=True, return_offsets_mapping=True))
print(tok("a", text_target="these"), tok(text_target="these"), tok.encode("a", "b"), tok.encode(["a", "these"]), tok.encode("a", return_tensors="pt"))
print(tok.tokenize("a [MASK]", "b", add_special_tokens=True), tok.pad({"input_ids": [[1], [1, 2]]}), tok.pad([tok("a"), tok("b c")], return_tensors="pt"))
print(tok.pad({"input_ids": [5]}, padding="max_length", max_length=3), tok.pad({"input_ids": [[5], [6, 7]]}, padding_side="left", pad_to_multiple_of=4))
print(tok.padding_side, tok.truncation_side, tok.model_max_length, tok.max_len_single_sentence, tok.max_len_sentences_pair, tok.num_special_tokens_to_add(), tok.num_special_tokens_to_add(True))
print(tok.special_tokens_map, tok.model_input_names, tok.is_fast, tok.pad_token_type_id, tok.get_special_tokens_mask([2, 5, 3], already_has_special_tokens=True))
tok.padding_side = "left"
print(tok(["Raymond is here.", "Raymond is selling [MASK] sketches."], padding=True)["input_ids"])
tok.padding_side, tok.truncation_side = "right", "left"
print(tok("Raymond is selling [MASK] sketches.", truncation=True, max_length=5, return_overflowing_tokens=True)["input_ids"])
tok.truncation_side = "right"
e = tok(["these sketches", "unbelievable these"], padding=True)
print(e.token_to_chars(2), e.char_to_token(7), e.word_to_tokens(1), e.word_to_chars(1), e.char_to_word(7), e.token_to_word(2), e.token_to_sequence(1), e.token_to_chars(0), e.char_to_token(5))
print(e.word_to_tokens(1, 0), e.token_to_word(1, 3), e.token_to_chars(1, 2), e.char_to_token(1, 3), e.tokens(1), e.word_ids(0), e[1].attention_mask, e[0].special_tokens_mask, e[0].type_ids, len(e[0]))
print(list(e), "input_ids" in e, len(e), dict(e) == dict(e.items()), e.is_fast, tok("a", return_tensors="pt").to("cpu")["input_ids"])
print(tok.convert_tokens_to_string(["do", "not", "##s", "."]), tok.decode(tok("It isn't here, is it? They've it .")["input_ids"]), tok.clean_up_tokenization(" a . It 's"))
row = tok("It isn't here, is it? I'm sure!")["input_ids"]
print(tok.decode(row, clean_up_tokenization_spaces=True), tok.decode(row, clean_up_tokenization_spaces=False, skip_special_tokens=True), tok.decode(tok("a")), tok.batch_decode([row, row[:3]], skip_special_tokens=True))
for c in ["this", "these", "unbelievable", "the customer"]:
    print(c, tok(c, add_special_tokens=False)["input_ids"])
def attempt(what):
    try:
        print(what())
    except Exception as error:
        print(type(error).__name__)
for what in (
    lambda: tok(None), lambda: tok([5]), lambda: tok("a", padding="x"), lambda: tok("a", truncation="x"), lambda: tok("a", return_tensors="xx"),
    lambda: tok(["a", "b c"], return_tensors="pt"), lambda: tok(["a"], "b"), lambda: tok(["a", "b"], ["c"]), lambda: tok("a", padding=True, padding_side="x"),
    lambda: tok("a b", truncation=True, max_length=-1), lambda: tok("a b", truncation=True, max_length=3, padding=True, pad_to_multiple_of=4),
    lambda: tok("a b", truncation="only_second", max_length=3), lambda: tok("a")["x"], lambda: tok("a").x, lambda: tok.encode_plus("a"), lambda: tok([]),
):
    attempt(what)
