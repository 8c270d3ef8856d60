import torch
x = torch.arange(5.)
def attempt(what):
    try:
        print(what, eval(what))
    except Exception as error:
        print(what, type(error).__name__)
for what in """x.narrow(0, -3, 3)
x.narrow(0, -3, 2)
x.narrow(0, -5, 5)
x.narrow(0, 5, 0)
x.narrow(0, torch.tensor(-2), 2)
torch.narrow(x, dim=0, start=-2, length=2)
x.narrow(0, -6, 1)
x.narrow(0, 6, 0)
x.narrow(0, 1, -1)
x.narrow(0, -3, 4)
x.narrow(0, torch.tensor([2]), 2)
x.narrow(0, torch.tensor(2.), 2)
x.narrow(1, 0, 1)
x.narrow(0, 0.5, 1)
x[0].narrow(0, 0, 1)
torch.zeros(0, 3).narrow(0, 0, 0)
torch.trapezoid(torch.zeros(0))
x.narrow(0, -3, 3).zero_()
x""".split("\n"):
    attempt(what)
