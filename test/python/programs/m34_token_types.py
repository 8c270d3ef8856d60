import torch
from transformer_lens import HookedEncoder
torch.set_grad_enabled(False)
torch.set_printoptions(sci_mode=False)
model = HookedEncoder.from_pretrained("minibert-blimp")
tok = model.tokenizer
pieces = tok.tokenize("[CLS] Raymond is selling [MASK] sketches. [SEP] Raymond is here. [SEP]")
segment = [0 if i <= pieces.index("[SEP]") else 1 for i in range(len(pieces))]
x = torch.tensor([tok.convert_tokens_to_ids(pieces)])
types = torch.tensor([segment])
print(types)
print(model(x)[0, 4].topk(3).indices)
print(model(x, token_type_ids=types)[0, 4].topk(3).indices)
print(model(x)[0, 4, :6], model(x, token_type_ids=types)[0, 4, :6], model(x, token_type_ids=torch.zeros_like(x))[0, 4, :6])
pair = tok("Raymond is selling [MASK] sketches.", "Raymond is here.", return_tensors="pt")
print(torch.equal(pair["input_ids"], x), torch.equal(pair["token_type_ids"], types))
print(model(pair["input_ids"], token_type_ids=pair["token_type_ids"], one_zero_attention_mask=pair["attention_mask"])[0, 4, :6])
pairs = tok(["Raymond is selling [MASK] sketches.", "[MASK] sketches bore Raymond."], ["Raymond is here.", "Some waiters explored the mall, and Craig left."], return_tensors="pt", padding=True)
rows, cols = (pairs["input_ids"] == tok.mask_token_id).nonzero(as_tuple=True)
def off(value, hook):
    value[torch.arange(value.size(0)), cols, 1094] = 0
for types in (None, pairs["token_type_ids"], 1 - pairs["token_type_ids"]):
    options = dict(token_type_ids=types, one_zero_attention_mask=pairs["attention_mask"])
    print(model(pairs["input_ids"], **options)[rows, cols, 2800:2806])
    print(model.run_with_hooks(pairs["input_ids"], fwd_hooks=[("blocks.9.mlp.hook_post", off)], **options)[rows, cols, 2800:2806])
    _, cache = model.run_with_cache(pairs["input_ids"], **options)
    print(cache["hook_full_embed"][:, 3, :5], cache["post", 9].sum(-1), cache["post", 9][rows, cols, 1094])
torch.set_printoptions(profile="default")
