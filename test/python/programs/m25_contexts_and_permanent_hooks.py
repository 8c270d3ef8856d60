import torch
from transformer_lens import HookedEncoder, utils
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
tok = model.tokenizer
ids = tok("Raymond is selling [MASK] sketches.", return_tensors="pt")["input_ids"]
name = utils.get_act_name("post", 9)
these = tok.convert_tokens_to_ids("these")
p = lambda: f"{model(ids)[0, 4].softmax(-1)[these]:.3e}"
def zero(x, hook):
    x[:, 4, 1094] = 0.
def remember(x, hook):
    hook.ctx["norm"] = f"{x[0, 4].norm().item():.3f}"
    hook.ctx["runs"] = hook.ctx.get("runs", 0) + 1
model.run_with_hooks(ids, fwd_hooks=[(name, remember)])
model.run_with_hooks(ids, fwd_hooks=[(name, remember)])
print(model.hook_dict[name].ctx)
model.reset_hooks()
print(model.hook_dict[name].ctx)
model.run_with_hooks(ids, fwd_hooks=[(name, remember)], clear_contexts=True)
print(model.hook_dict[name].ctx)
with model.hooks(fwd_hooks=[(name, remember)], reset_hooks_end=False):
    model(ids)
model(ids)
model.reset_hooks(clear_contexts=False)
print(model.hook_dict[name].ctx["runs"], model.hook_dict[name])
print(p())
model.add_hook(name, zero, is_permanent=True)
print(p())
model.reset_hooks()
print(p(), len(model.hook_dict[name].fwd_hooks))
with model.hooks(fwd_hooks=[(name, remember)]):
    print(p(), len(model.hook_dict[name].fwd_hooks))
model.blocks[9].mlp.hook_post.remove_hooks()
print(p())
model.reset_hooks(including_permanent=True)
print(p(), len(model.hook_dict[name].fwd_hooks))
