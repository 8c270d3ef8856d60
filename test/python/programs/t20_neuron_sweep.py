import torch
acts = ((torch.arange(4 * 50) * 37 % 101).float() - 50 + torch.arange(200) * 0.001).reshape(4, 50) / 10
print(acts.argmax(-1), acts.max(-1).values, acts.mean(0).topk(3).indices, (acts > 4).sum(), (acts > 4).nonzero()[:4])
best = acts.flatten().argsort(descending=True)[:4]
for flat in best.tolist():
    layer, index = divmod(flat, acts.shape[1])
    print(f"L{layer} N{index} {acts[layer, index]:.2f}")
print(acts.std(dim=0)[:4], acts.abs().sum(1), acts[:, ::10], (acts ** 2).mean(dim=1).sqrt())
