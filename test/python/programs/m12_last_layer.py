import torch
from transformer_lens import HookedEncoder
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
ids = model.tokenizer("Raymond is selling [MASK] sketches.", return_tensors="pt")["input_ids"]
logits, cache = model.run_with_cache(ids)
final = cache["blocks.11.hook_normalized_resid_post"]
print(final.shape, f"{final[0, 4].norm().item():.3f}", final[0, :, 0].argmax())
def swap(x, hook):
    return x.flip(1) if False else x[:, [0, 1, 2, 3, 5, 4, 6, 7]]
out = model.run_with_hooks(ids, fwd_hooks=[("blocks.11.hook_normalized_resid_post", swap)])
print(torch.allclose(out[0, 5], logits[0, 4], atol=1e-4), out.shape, out[0, 4].argmax() == logits[0, 5].argmax())
