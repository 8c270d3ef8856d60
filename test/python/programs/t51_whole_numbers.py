import torch
x, y = torch.tensor([2, 4]), torch.tensor([-1, -1])
print((10 ** torch.arange(-3, 3)) * 1000, (2 ** y).sum(), x ** y * 4, torch.tensor([1, -1, -1, 3, 0]) ** torch.tensor([-5, -5, -4, -1, 0]))
print((-1) ** torch.arange(-3, 3), 2 ** torch.tensor([0, 10, 52]), (-3) ** torch.arange(4), x ** True, torch.float_power(x, y))
x **= y
print(x * 8)
for many in (
    torch.arange(0, 2, 0.5, dtype=torch.int64), torch.arange(0.5, 3, dtype=torch.int64) * 2, torch.arange(1, 6, 1.5, dtype=int),
    torch.arange(-0.5, 3, dtype=int), torch.arange(5, 0, -1.5, dtype=int), torch.arange(3.5, dtype=int), torch.arange(-2, 3, 0.9, dtype=int),
    torch.arange(0, 1, 0.25, dtype=torch.float64), torch.arange(0., 5, 2),
):
    print(many, many.sum())
print(torch.tensor([2**53 - 2]) + 1, torch.tensor([2**52]).bitwise_or(torch.tensor([1])), -torch.tensor([2**53 - 1]))
print(torch.tensor([1e30, -1e30, float("inf"), float("nan"), -2.7]).long())
def attempt(what):
    try:
        print(what, eval(what))
    except Exception as error:
        print(what, type(error).__name__)
for what in """torch.arange(2, dtype=torch.bool)
torch.arange(0, dtype=bool)
torch.linspace(0, 1, 3, dtype=bool)
torch.arange(float("nan"))
torch.arange(float("inf"))
torch.arange(0, 5, 0.)
torch.tensor([2, 3]) ** -1""".split("\n"):
    attempt(what)
