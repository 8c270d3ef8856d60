import torch
x = torch.zeros(3, 4)
x[0, 1] = 5
x[1] = torch.tensor([1., 2., 3., 4.])
x[:, -1] = -1
x[2, [0, 2]] = 7.5
print(x)
x[..., 0] = torch.tensor([9., 8., 7.])
x[x > 8] = 0.25
x[[0, 2], [1, 1]] = torch.tensor([3., 4.])
print(x)
x[1:, 1:3] *= 10
x[0] += 1
x[:, [0, 3]] -= 2
print(x)
i = torch.arange(6)
i[::2] = 0
i[-1] = 3.9
print(i)
