import torch
a, b = torch.tensor([[1, 2], [3, 4]]), torch.tensor([[5, 6]])
print(torch.cat([a, b]), torch.cat((a, a), dim=1), torch.stack([a, a * 2]).shape, torch.stack([a[0], b[0]], dim=1), torch.cat([a, b.float()]))
s = torch.stack([torch.tensor(1.5), torch.tensor(2.5)])
print(s, a.unbind(), a.split(1), torch.chunk(torch.arange(5), 2), a.repeat(2, 2), b.expand(3, 2), torch.tensor([t for t in s]))
print(torch.arange(6).view(2, -1), torch.arange(6).reshape(3, 2).T, a.permute(1, 0), torch.arange(8).reshape(2, 2, 2).flatten(1), a.diag())
results = []
for i in range(3):
    results.append(torch.tensor([i, i ** 2, i ** 3]))
print(torch.stack(results))
