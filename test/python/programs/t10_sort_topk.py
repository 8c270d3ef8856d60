import torch
x = torch.tensor([3.0, -1.0, 7.5, 0.25, 7.0])
print(torch.topk(x, 2), x.topk(3, largest=False), x.sort(), x.sort(descending=True), x.argsort(), torch.argsort(x, descending=True))
values, indices = x.topk(2)
print(values.tolist(), indices.tolist())
m = torch.tensor([[3, 1, 2], [9, 7, 8]])
print(m.sort(dim=1).values, m.sort(0, descending=True).indices, m.topk(2, dim=1).values, m.argsort(dim=-1), torch.sort(m)[0])
for rank, i in enumerate(x.argsort(descending=True)[:3]):
    print(rank, i.item(), i, x[i].item())
