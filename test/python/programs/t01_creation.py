import torch
print(torch.zeros(2, 3), torch.ones((2, 2), dtype=torch.int64), torch.full((2,), 7), torch.full((2, 2), 0.5))
print(torch.arange(5), torch.arange(2, 10, 3), torch.arange(0, 1, 0.25), torch.eye(3))
print(torch.tensor([1, 2, 3]).dtype, torch.tensor([1., 2]).dtype, torch.tensor([True, False]), torch.tensor(3.5), torch.tensor(7))
x = torch.tensor([[1, 2], [3, 4]])
print(torch.zeros_like(x), torch.ones_like(x, dtype=torch.float32), torch.full_like(x, 9), torch.linspace(0, 1, 5))
print(x.shape, x.size(), x.size(0), x.ndim, x.dim(), x.numel(), len(x), x.device, x.dtype)
