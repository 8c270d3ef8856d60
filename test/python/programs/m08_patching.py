import torch
from transformer_lens import HookedEncoder, utils
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
tok = lambda s: model.tokenizer(s, return_tensors="pt")["input_ids"]
plural, singular = tok("Raymond is selling [MASK] sketches."), tok("Raymond is selling [MASK] sketch.")
this, these = model.tokenizer.convert_tokens_to_ids(["this", "these"])
print(plural.shape, singular.shape)
_, clean = model.run_with_cache(plural)
diff = lambda logits: (logits[0, 4, these] - logits[0, 4, this]).item()
print(f"{diff(model(plural)):.3f} {diff(model(singular)):.3f}")
for layer in (0, 4, 8, 9, 10, 11):
    name = utils.get_act_name("mlp_post", layer)
    def patch(x, hook):
        x[:, 4] = clean[hook.name][:, 4]
        return x
    print(layer, f"{diff(model.run_with_hooks(singular, fwd_hooks=[(name, patch)])):.3f}")
