import torch
x = torch.tensor([[0.5, -1.25, 3.0], [2.0, 4.5, -0.75]])
print(x.sum(), x.sum(0), x.sum(dim=1), x.sum(-1, keepdim=True), x.mean(), x.mean(0), x.mean(dim=(0, 1)), x.prod())
print(x.std(), x.std(0), x.std(dim=1, unbiased=False), x.var(), x.var(1), x.norm(), x.norm(dim=1))
print(x.max(), x.min(), x.argmax(), x.argmax(dim=0), x.argmin(1), x.max(dim=1), x.min(0).values, x.amax(0), x.abs().max(dim=-1).indices)
print(x.cumsum(1), x.logsumexp(0), torch.mean(x, dim=0), torch.sum(x), torch.abs(x).mean().item())
