import torch
from transformer_lens import HookedEncoder, utils
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
ids = model.tokenizer("Raymond is selling [MASK] sketches.", return_tensors="pt")["input_ids"]
other = model.tokenizer("Raymond is selling [MASK] sketch.", return_tensors="pt")["input_ids"]
these = model.tokenizer.convert_tokens_to_ids("these")
name = utils.get_act_name("mlp_post", 9)
inner = []
def borrow(x, hook):
    if not inner:
        inner.append(None)
        _, cache = model.run_with_cache(other, names_filter=name)
        x[:, 4] = cache[name][:, 4]
    return x
out = model.run_with_hooks(ids, fwd_hooks=[(name, borrow)])
print(f"{out[0, 4].softmax(0)[these].item():.3e}")
def broken(x, hook):
    raise ValueError("the hook's own error")
try:
    model.run_with_hooks(ids, fwd_hooks=[(name, broken)])
except ValueError as error:
    print(error)
print(f"{model(ids)[0, 4].softmax(0)[these].item():.3e}")
