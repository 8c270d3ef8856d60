import torch
from functools import partial
from transformer_lens import HookedEncoder
from transformer_lens.utils import get_act_name
from transformer_lens.hook_points import HookPoint
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
ids = model.tokenizer("Raymond is selling [MASK] sketches.", return_tensors="pt").input_ids
these = model.tokenizer.convert_tokens_to_ids("these")
p = lambda logits: f"{logits[0, 4].softmax(0)[these].item():.4e}"
def inplace(x, hook):
    x[:, 4, 1094] = 0
def fresh(x, hook):
    y = x.clone()
    y[:, 4, 1094] = 0
    return y
def scaled(value, hook, factor):
    value[0, 4, 1094] *= factor
    return value
def where(x: torch.Tensor, hook: HookPoint) -> torch.Tensor:
    print(hook.name, hook.layer(), x.shape, x.dtype)
    return x
name = get_act_name("post", 9)
print(p(model(ids)), p(model.run_with_hooks(ids, fwd_hooks=[(name, inplace)])), p(model.run_with_hooks(ids, fwd_hooks=[(name, fresh)])))
for factor in (0.0, 0.5, 1.0, 2.0, -1.0):
    print(factor, p(model.run_with_hooks(ids, fwd_hooks=[(name, partial(scaled, factor=factor))])))
print(p(model.run_with_hooks(ids, fwd_hooks=[(name, where), (name, inplace), (name, lambda x, hook: print(x[0, 4, 1094].item()))])))
print(p(model.run_with_hooks(ids, fwd_hooks=[(lambda n: n == name, lambda x, hook: torch.zeros_like(x))])), p(model(ids)))
