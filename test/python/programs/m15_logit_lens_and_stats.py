import torch
from transformer_lens import HookedEncoder, utils
torch.set_grad_enabled(False)
model = HookedEncoder.from_pretrained("minibert-blimp")
ids = model.tokenizer("Raymond is selling [MASK] sketches.", return_tensors="pt")["input_ids"]
logits, cache = model.run_with_cache(ids)
acts = torch.stack([cache["post", l][0, 4] for l in range(model.cfg.n_layers)])
print(acts.shape, acts.argmax(-1), (acts > 1).sum(-1), (acts > 0).float().mean(1))
flat = acts.flatten().topk(5)
for v, i in zip(flat.values, flat.indices):
    print(f"L{i // model.cfg.d_mlp} N{i % model.cfg.d_mlp} {v:.3f}")
probs = logits.softmax(-1)
print(probs.sum(-1).shape, f"{probs[0, 4].sum():.4f}", logits[0, 4].argsort(descending=True)[:5], (probs[0, 4] > 0.01).sum(), f"{-(probs[0, 4] * probs[0, 4].log()).sum():.3f}")
rank = (logits[0, 4] > logits[0, 4, model.tokenizer.convert_tokens_to_ids("this")]).sum().item()
print(rank, f"{logits[0, 4].mean():.2f}", f"{logits[0, 4].std():.2f}", f"{acts.mean().item():.4f}")
