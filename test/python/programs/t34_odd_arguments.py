import torch
x = torch.arange(6.).reshape(2, 3)
print(x.sum(dim=[]), x.mean(dim=()), torch.tensor(-0.), torch.full((2,), -0.0), torch.zeros(2), x[: torch.tensor(1)], x[0:2:1].shape)
print(torch.set_grad_enabled(False), [torch.set_grad_enabled(mode=False)])
def attempt(what):
    try:
        print(what, eval(what))
    except Exception as error:
        print(what, type(error).__name__)
for what in """x.flatten(1, 0)
x.flatten(0, 1)
x[0:1.5]
x.reshape(4, -1)
x.view(-1, 2)
x[5:]
x[-5:1]
x.sum(dim=())
x.max(dim=-3)
x.softmax()
x.transpose(0, 2)""".split("\n"):
    attempt(what)
for what in """x.mul([1, 2, 3])
x.eq("a")
x.mul_([1])
x.lt(None)
x.pow([2])
x == [1]
x * [1]
x.eq(3)
x.mul(2).ge(4)""".split("\n"):
    attempt(what)
