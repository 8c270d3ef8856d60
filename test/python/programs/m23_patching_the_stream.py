import torch
from transformer_lens import HookedEncoder, utils
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
plural = model.tokenizer("Raymond is selling [MASK] sketches.", return_tensors="pt")["input_ids"]
single = model.tokenizer("Raymond is selling [MASK] sketch.", return_tensors="pt")["input_ids"]
this, these = model.tokenizer.convert_tokens_to_ids(["this", "these"])
def gap(logits):
    return (logits[0, 4, this] - logits[0, 4, these]).item()
print(f"{gap(model(plural)):+.3f} {gap(model(single)):+.3f}")
_, clean = model.run_with_cache(single)
for layer in range(0, model.cfg.n_layers, 2):
    for position in (4, 5):
        def patch(resid, hook):
            resid[:, position] = clean[hook.name][:, position]
            return resid
        out = model.run_with_hooks(plural, fwd_hooks=[(utils.get_act_name("resid_pre", layer), patch)])
        print(layer, position, f"{gap(out):+.3f}")
# two hook points stand at one place: what the first leaves, the second sees
def double(x, hook):
    return x * 2
seen = []
def look(x, hook):
    seen.append((hook.name, hook.layer(), f"{x[0, 4].norm():.3f}"))
fwd_hooks = [("blocks.3.hook_resid_pre", look), ("blocks.2.hook_normalized_resid_post", look), ("blocks.2.hook_normalized_resid_post", double)]
print(f"{gap(model.run_with_hooks(plural, fwd_hooks=fwd_hooks)):+.3f}", seen)
def forget(x, hook):
    x[0, 5] = 0
print(f"{gap(model.run_with_hooks(plural, fwd_hooks=[('hook_full_embed', forget)])):+.3f}")
mixed = [("blocks.9.mlp.hook_post", lambda x, hook: x * 0), (lambda name: name.endswith("resid_pre"), look)]
del seen[:]
print(f"{gap(model.run_with_hooks(plural, fwd_hooks=mixed)):+.3f}", len(seen), seen[-1])
