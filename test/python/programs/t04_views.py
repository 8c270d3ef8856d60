import torch
x = torch.zeros(2, 3)
row = x[1]
row[0] = 1.
row += 2
col = x[:, 2]
col.fill_(9)
x.view(-1)[1] = 4
x.T[0, 0] = -3
x.reshape(6)[5] = 100
print(x, row, col, x.view(3, 2), x.t())
y = x.clone()
y.zero_()
d = x.detach()
d[0, 0] = 42
print(x, y)
x[0].copy_(torch.tensor([1, 2, 3]))
print(x, x.flatten(), x.unsqueeze(0).shape, x.squeeze().shape, x.transpose(0, 1).contiguous().is_contiguous())
for r in x:
    r.mul_(2)
print(x)
