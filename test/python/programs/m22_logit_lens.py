import torch
from transformer_lens import HookedEncoder, utils
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
ids = model.tokenizer("Raymond is selling [MASK] sketches.", return_tensors="pt")["input_ids"]
dets = ["this", "that", "these", "those", "the", "some"]
det_ids = model.tokenizer.convert_tokens_to_ids(dets)
last = utils.get_act_name("normalized_resid_post", model.cfg.n_layers - 1)
logits, cache = model.run_with_cache(ids)
for layer in range(model.cfg.n_layers):
    # what the head would say of this layer's output
    early = model.run_with_hooks(ids, fwd_hooks=[(last, lambda value, hook: cache["normalized_resid_post", layer])])
    probs = early[0, 4].softmax(0)
    print(layer, " ".join(f"{p:.2e}" for p in probs[det_ids]), f"{-(probs * probs.log()).sum():.2f}")
print(torch.allclose(early, logits, atol=1e-5))
def predict(value, hook):
    return cache["full_embed"]
print(model.run_with_hooks(ids, fwd_hooks=[(last, predict)])[0, 4].argmax().item() != logits[0, 4].argmax().item())
