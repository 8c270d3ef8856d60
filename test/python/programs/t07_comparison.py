import torch
x = torch.tensor([[1, 5, 3], [4, 2, 6]])
print(x == 5, x != 5, x < 3, x <= 3, x > x.float().mean(), x >= torch.tensor([2, 2, 5]))
m = (x > 1) & (x < 5)
print(m, m.any(), m.all(), m.sum(), m.any(dim=0), m.all(1), ~m, m | (x == 6), m ^ (x == 4))
print(x[m], torch.where(m, x, 0), torch.where(m), m.nonzero(), torch.where(x > 3, 1.0, -1.0))
print(bool((x == x).all()), torch.equal(x, x.clone()), torch.allclose(x.float(), x.float() + 1e-9), 5 in x, 7 in x)
if x.max() > 5:
    print("yes", x.max().item(), x.min().item())
