import torch
def attempt(what):
    x = torch.arange(6.).reshape(2, 3)
    i = torch.arange(6).reshape(2, 3)
    try:
        exec(what, {"torch": torch, "x": x, "i": i})
        print(what, "|", x.tolist(), i.tolist())
    except Exception as error:
        print(what, "|", type(error).__name__)
for what in """x[[0]] = torch.tensor([1, 2, 3])
x[[0]] = torch.tensor(1)
x[0] = torch.tensor([1, 2, 3])
x[x > 2] = torch.tensor(5)
x[:, x[0] > 1] = torch.tensor([5])
x[x > 2] = torch.tensor([5, 6, 7])
x[x > 2] = torch.tensor([5., 6., 7.])
x[0, torch.tensor([1])] = torch.tensor(2)
x[0, torch.tensor(1)] = torch.tensor(2)
x[[1]] = x[0]
x[[1]] = x[0].clone()
x[[1]] = x[[0]]
x[[0, 1]] = x[[1, 0]]
x[1, [0, 1]] = x[1, 1:]
x[1, [0, 1]] = x[0, 1:]
x[:, [1, 2]] = x[:, 0:1]
x[x > 2] *= 2
x[[0]] += torch.tensor([1, 2, 3])
x[[0, 1], [0, 1, 2]] = 1.
x[0] = [1., 2., 3.]
x[[0]] = 7
x[True] = 8.
i[i > 2] = 1.9
i[0] = float("nan")
i[[0]] = torch.tensor(1.5)
i[[0]] *= 2
i[[0]] *= 2.5
x[:1].expand(2, 3).add_(1)
x[:1].expand(2, 3)[:] = 1
x[:1].expand(2, 3).copy_(x)
x[0].copy_(x)""".split("\n"):
    attempt(what)
d = torch.zeros(2, dtype=torch.float64)
d[0] = 0.1
print(d.tolist(), d.fill_(0.3).tolist(), d.masked_fill(d > 0, 0.7).tolist())
