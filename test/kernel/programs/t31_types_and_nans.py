import torch
import torch.nn.functional as F
x, i, nan = torch.tensor([[0.5, -1.7, 2.6], [1.5, 0.9, -0.2]]), torch.tensor([[4, 1, 3], [0, 5, 2]]), float("nan")
print(i.masked_fill(i > 2, 2.0), i.masked_fill(i > 2, -1), x.sum(dtype=torch.int64), x.sum(1, dtype=torch.float64), x.cumsum(1, dtype=torch.int64), i.sum(dtype=torch.float32), i.mean(dtype=torch.float32), torch.nan_to_num(i))
print(x.std(correction=6), x.var(1, correction=4), x.var(correction=0), x[:, :1].std(1), x[:, :1].var(1, unbiased=False))
y = torch.tensor([[3., nan, float("inf"), -1.], [2., float("-inf"), 7., 0.]])
print(y.sort(), y.sort(descending=True).indices, y.topk(2).values, y.median(), y.median(1), y[1].median(), y.max(), y.argmax(1), y.min(0).values, y.argsort(0))
print(F.cosine_similarity(x, x[:1], dim=1), torch.cosine_similarity(x, torch.tensor([[2.]]), dim=-1), F.cosine_similarity(x[0], x[1], dim=0), F.normalize(x, dim=0))
print(i.index_select(0, torch.tensor(1)), x.gather(1, i[:, :2] % 3), y.nan_to_num(0.5))
p, q = torch.tensor([0.5, 0.5, 0.]), torch.tensor([0.25, 0.5, 0.25])
print(F.kl_div(q.log(), p, reduction="sum"), F.kl_div(q.log(), p, reduction="none"), F.kl_div(q.log(), p.log(), reduction="batchmean", log_target=True), (p * (p / q).log()).sum())
print(torch.arange(0, 12, 0.3).shape, torch.arange(0, 1, 0.1), torch.arange(1, 0, -0.1).shape)
