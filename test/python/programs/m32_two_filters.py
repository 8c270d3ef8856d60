import torch
from transformer_lens import HookedEncoder, utils
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
ids = model.tokenizer("Raymond is selling [MASK] sketches.", return_tensors="pt")["input_ids"]
def off(x, hook):
    x[:, :, 1094] = 0.
with model.hooks(fwd_hooks=[("blocks.9.mlp.hook_post", off)]):
    inside = model(ids)[0, 4, :4]
    with model.hooks(fwd_hooks=[(lambda name: name == "blocks.10.mlp.hook_post", off)]):
        deeper = model(ids)[0, 4, :4]
    print(inside, deeper, torch.equal(model(ids)[0, 4, :4], inside))
print(model.list_hooks())
kept = model.add_caching_hooks(lambda name: name.endswith("mlp.hook_post"))
model(ids)
print(len(kept), kept["blocks.3.mlp.hook_post"].shape, model.is_caching)
model.reset_hooks()
_, cache = model.run_with_cache(ids, names_filter=["blocks.9.mlp.hook_post", "blocks.2.mlp.hook_post"], remove_batch_dim=True)
print(cache, cache["post", 9].shape, cache.has_batch_dim)
_, cache = model.run_with_cache(ids, names_filter=utils.get_act_name("post", 9), reset_hooks_end=False)
print(len(cache), len(model.list_hooks()))
model.reset_hooks()
model.add_perma_hook("blocks.9.mlp.hook_post", off)
model.reset_hooks()
print(torch.equal(model(ids)[0, 4, :4], inside), len(model.list_hooks(including_permanent=False)))
model.reset_hooks(including_permanent=True)
print(model.run_with_hooks(ids, fwd_hooks=[("blocks.0.mlp.hook_post", lambda x, hook: hook.ctx.update(seen=1))])[0, 4, :2], model.blocks[0].mlp.hook_post.ctx)
model.clear_contexts()
print(model.blocks[0].mlp.hook_post.ctx, model.run_with_cache(ids, return_type=None, names_filter="hook_full_embed")[0])
