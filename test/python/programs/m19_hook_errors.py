import torch
from transformer_lens import HookedEncoder, utils
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
ids = model.tokenizer("Raymond is selling [MASK] sketches.", return_tensors="pt")["input_ids"]
base = model(ids)
def broken(x, hook):
    x[0, 4] = 0.
    raise ValueError(f"in {hook.name}")
def outside(x, hook):
    x[0, 99, 0] = 0.
for hook in (broken, outside):
    try:
        model.run_with_hooks(ids, fwd_hooks=[(utils.get_act_name("post", 9), hook)])
    except Exception as error:
        print(type(error).__name__, error)
print(torch.allclose(model(ids), base, atol=1e-5), model.tokenizer.convert_tokens_to_ids(["notaword"]) == [model.tokenizer.unk_token_id])
model.add_hook(utils.get_act_name("post", 9), lambda x, hook: x * 0)
print(torch.allclose(model(ids), base, atol=1e-5))
model.reset_hooks()
print(torch.allclose(model(ids), base, atol=1e-5))
