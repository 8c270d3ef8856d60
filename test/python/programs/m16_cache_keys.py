import torch
from transformer_lens import ActivationCache, HookedEncoder, utils
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp", device="cpu", cache_dir="anywhere")
ids = model.tokenizer("Raymond is selling [MASK] sketches.", return_tensors="pt")["input_ids"]
logits, cache = model.run_with_cache(ids, names_filter=lambda name: name.endswith("mlp.hook_post"))
print(isinstance(cache, ActivationCache), len(cache), list(cache.keys())[:2], "blocks.3.mlp.hook_post" in cache)
for key in [("post", 9), ("mlp_post", 9), "post9", "blocks.9.mlp.hook_post", utils.get_act_name("post", 9)]:
    print(key, f"{cache[key][0, 4, 1094].item():.4f}")
stacked = torch.stack([cache["post", layer][0, 4] for layer in range(model.cfg.n_layers)])
print(stacked.shape, stacked.argmax(1), (stacked > 2).sum(1))
for name, value in list(cache.items())[-2:]:
    print(name, tuple(value.shape), f"{value.mean().item():.3f} {value.std().item():.3f}")
try:
    cache["nothing", 3]
except KeyError as error:
    print("KeyError")
_, plain = model.run_with_cache(ids, return_cache_object=False, names_filter=["blocks.0.mlp.hook_post"])
print(type(plain), list(plain))
_, flat = model.run_with_cache(ids, remove_batch_dim=True, names_filter=utils.get_act_name("post", 2))
print(flat["post", 2].shape)
