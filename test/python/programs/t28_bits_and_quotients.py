import torch
i = torch.tensor([0, 5, 6, -3])
m = torch.tensor([True, False, True, True])
print(i & 3, i | 8, i ^ i, 1 & i, i & m, m & m, m | False, m ^ True, i & torch.tensor([[1], [2]]))
i &= 6
m &= i > 0
print(i, m, m & (i < 5), torch.logical_and(i, m))
try:
    torch.ones(4) & m
except NotImplementedError as error:
    print(type(error).__name__)
x = torch.tensor([-3.5, -0.3, 0., 0.3, 2., float("inf")])
for mode in (None, "floor", "trunc"):
    print(torch.div(x, 0.7, rounding_mode=mode), i.div(2, rounding_mode=mode), torch.div(x, -2, rounding_mode=mode), x.div(0, rounding_mode=mode))
print(x // 0.1, x % 0.1, x // -0.7, x % -0.7, x // float("inf"), x % float("inf"), -x // float("inf"), 1 // x, i // -4, i % -4, 7 // (i + 4), x // 0, i // 2.5)
print(torch.add(x, 1, alpha=2), x.sub(x, alpha=0.5)[:5], x.add_(i.sum(), alpha=2)[:3], torch.tensor([1., -1., 0.]) ** float("nan"))
def attempt(what):
    try:
        print(what())
    except Exception as error:
        print(type(error).__name__)
for what in (lambda: i ** -1, lambda: i.float() ** -1, lambda: x.mul(2, alpha=3), lambda: x.div(2, rounding_mode="up"), lambda: i // 0, lambda: i % 0, lambda: i.div(0, rounding_mode="trunc"), lambda: x.__iadd__([1]), lambda: x + None):
    attempt(what)
try:
    x *= [1, 2]
except TypeError as error:
    print(error)
