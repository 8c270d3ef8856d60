import torch
from transformer_lens import HookedEncoder, ActivationCache, utils
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp", device="cpu")
ids = model.tokenizer("Raymond is selling [MASK] sketches.", return_tensors="pt")["input_ids"]
these = model.tokenizer.convert_tokens_to_ids("these")
p = lambda: f"{model(ids)[0, 4].softmax(0)[these].item():.3e}"
def zero(x, hook):
    x[0, 4, 1094] = 0.
print(p())
with model.hooks(fwd_hooks=[("blocks.9.mlp.hook_post", zero)]):
    print(p())
print(p())
model.add_hook("blocks.9.mlp.hook_post", zero)
print(p())
model.reset_hooks()
print(p(), model.cfg.n_layers, model.cfg.d_mlp, model.cfg.d_model, model.cfg.n_ctx, model.cfg.d_vocab, model.cfg.n_heads)
model.blocks[9].mlp.hook_post.add_hook(zero)
print(p())
model.blocks[9].mlp.hook_post.remove_hooks()
logits, cache = model.run_with_cache(ids, remove_batch_dim=True)
print(cache["post", 9].shape, isinstance(cache, ActivationCache), "blocks.0.mlp.hook_post" in cache.keys(), model.hook_dict["blocks.9.mlp.hook_post"])
print(utils.get_act_name("post", 3), utils.get_act_name("k6"), utils.get_act_name("pre5"), utils.get_act_name("resid_post", 2), utils.get_act_name("scale4ln1"), utils.get_act_name("embed"), utils.get_act_name("attn", 1))
