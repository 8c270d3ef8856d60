import torch
from transformer_lens import HookedEncoder, utils
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
tok = model.tokenizer
ids = tok("Raymond is selling [MASK] sketches.", return_tensors="pt")["input_ids"]
print(tok.decode(ids), tok.batch_decode(ids), tok.batch_decode(ids[0]), tok.decode([[5, 6], [7]]), tok.batch_decode([[5, 6], [4]], skip_special_tokens=True))
print(tok.decode(ids[0, 4]), tok.decode([ids[0, 4]]), tok.decode(4), tok.decode([]), tok.decode(ids[0, 4:6]), tok.decode(model(ids).argmax(-1))[0].split()[4])
print(tok.decode(tok.encode("It isn't here, is it? I'm sure!", add_special_tokens=False)), tok.convert_ids_to_tokens(99999), tok.tokenize("Unbelievable, isn't it?"))
def attempt(what):
    try:
        result = what()
        print(tuple(result.shape))
    except Exception as error:
        print(type(error).__name__)
for what in (lambda: tok.decode(-1), lambda: tok(5), lambda: tok(None), lambda: tok(ids[0].tolist()), lambda: model(ids[0]), lambda: model(ids.float()), lambda: model(ids.tolist()), lambda: model(ids[0].unsqueeze(0)), lambda: model(ids, return_type="anything else")):
    attempt(what)
print(model(ids, return_type=None))
