import torch
torch.set_grad_enabled(False)
x = (torch.arange(200.) * 7 % 31 - 12) / 5
print(x.mean(), x.std(), x.var(), x.abs().max(), (x > 0).float().mean(), (x > 0).sum() / len(x))
z = (x - x.mean()) / x.std()
print(z[:5], f"{z.std().item():.4f}", x.reshape(20, 10).mean(1), x.reshape(20, 10).std(0), x.view(4, 50).max(1))
top = x.abs().topk(5)
print([(i, f"{v:.2f}") for v, i in zip(top.values.tolist(), sorted(top.indices.tolist()))][:0], top.values)
threshold = 0.2 * x.max()
print((x >= threshold).nonzero().flatten()[:10], (x >= threshold).nonzero().squeeze(1).shape, x[x >= threshold].mean())
