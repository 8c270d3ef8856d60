import torch
from transformer_lens import HookedEncoder, utils
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
ids = model.tokenizer("Raymond is selling [MASK] sketches.", return_tensors="pt")["input_ids"]
_, cache = model.run_with_cache(ids)
print(cache["full_embed"].shape, f"{cache['hook_full_embed'][0, 4].norm():.3f}", utils.get_act_name("normalized_resid_post", 5))
for layer in range(model.cfg.n_layers):
    before, after = cache["resid_pre", layer], cache["normalized_resid_post", layer]
    alike = torch.cosine_similarity(before[0, 4], after[0, 4], dim=0)
    print(layer, tuple(after.shape), f"{before[0, 4].norm():.3f} {after[0, 4].norm():.3f} {alike:.3f} {after[0].std():.4f}")
print(torch.equal(cache["resid_pre", 3], cache["normalized_resid_post", 2]), torch.equal(cache["resid_pre", 0], cache["full_embed"]))
_, some = model.run_with_cache(ids, names_filter=lambda name: name.endswith(("resid_pre", "normalized_resid_post")) and int(name.split(".")[1]) < 2)
print(list(some))
_, both = model.run_with_cache(ids, names_filter=["hook_full_embed", "blocks.9.mlp.hook_post"], remove_batch_dim=True)
print([(name, tuple(value.shape)) for name, value in both.items()])
