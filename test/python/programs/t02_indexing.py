import torch
x = torch.arange(24).reshape(2, 3, 4)
print(x[0], x[-1, -1], x[0, 1, 2], x[0, 1, 2].item())
print(x[:, 1], x[..., 0], x[0, ..., -1], x[:, :, 1:3], x[0, ::2])
print(x[[0, 1], [0, 2]], x[0, [0, 2]], x[:, [0, 2], 1], x[:, :, [3, 0]].shape)
print(x[torch.tensor([1, 0])][:, 0], x[0, :, torch.tensor([0, 1])])
print(x[x > 20], x[0][x[0] % 2 == 0], x[:, None].shape, x[None, 0, :, None].shape)
ids = torch.tensor([[0, 2], [1, 1]])
print(x[0][ids], x[0][ids].shape, x[1, torch.tensor(2)], x[:, -1, -2:])
