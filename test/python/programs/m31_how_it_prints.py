import torch
from transformer_lens import HookedEncoder
model = HookedEncoder.from_pretrained("minibert-blimp")
print(model)
print(model.blocks[9], model.mlm_head, model.unembed.hook_in, repr(model.blocks[9].mlp.hook_post), model.blocks[9].attn.hook_z)
print(len(model.hook_dict), list(model.hook_dict) == [name for name in model.mod_dict if "hook_" in name], model.all_head_labels()[:5])
print(sorted((name, value) for name, value in model.cfg.to_dict().items() if name not in ("model_name", "tokenizer_name", "attn_scale", "initializer_range")))
print(f"{model.cfg.attn_scale:.6f} {model.cfg.initializer_range:.6f}", model.cfg.is_layer_norm_activation(), list(model.cfg.to_dict()))
print(model.tokenizer("Raymond is selling [MASK] sketches.", return_tensors="pt"))
print(model.tokenizer(["a", "these"]))
def hook(value, hook):
    pass
model.add_hook("blocks.9.mlp.hook_post", hook)
print(model.blocks[9].mlp, {name: len(hooks) for name, hooks in model.list_hooks().items()}, model.blocks[9].mlp.hook_post.has_hooks())
model.reset_hooks()
print(model.list_hooks(), model.blocks[9].mlp.hook_post, model.context_level)
