import torch
x = torch.arange(12.).reshape(3, 4)
print(x.gather(1, torch.tensor([[0, 3], [1, 1], [2, 0]])), x.gather(0, torch.tensor([[2, 1, 0, 0]])), x.index_select(1, torch.tensor([3, 0])), x[torch.arange(3), torch.tensor([1, 2, 3])])
x[torch.arange(3), torch.tensor([1, 2, 3])] = -1.
print(x, x.masked_fill(x < 0, 99.), torch.masked_select(x, x > 5), x.nonzero().shape, x.min(1, keepdim=True))
y = x.clone()
y[torch.tensor([True, False, True])] = 0
print(y, (y == 0).sum(1), y[y[:, 0] > 0], y[:, y[1] > 0], y[1, y[1] > 4.5])
