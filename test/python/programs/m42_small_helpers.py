import torch
from transformer_lens import HookedEncoder, utils
model = HookedEncoder.from_pretrained("minibert-blimp")
print(repr(utils.get_device()), utils.get_device() == "cpu", torch.zeros(2, device=utils.get_device()))
for asked in (("scale", None, "ln1"), ("normalized", None, "ln2"), ("scale",), ("scale", 4, "ln1"), ("normalized3ln2",), ("scale0",), ("scale", None, "a")):
    print(asked, utils.get_act_name(*asked))
tokenize = model.tokenizer.tokenize
text = "Raymond is selling sketches."
print(tokenize(text), tokenize(text, add_special_tokens=True), tokenize(text, "These."))
for options in (dict(max_length=3, truncation=True), dict(max_length=20, padding="max_length"), dict(padding=True, truncation=True), dict(stride=1)):
    print(options, tokenize(text, **options))
