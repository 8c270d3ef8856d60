import torch
x = torch.arange(6.).reshape(2, 3)
m = x > 2
def attempt(what):
    try:
        print(what())
    except Exception as error:
        print(type(error).__name__)
for what in (lambda: 1 - m, lambda: m - m, lambda: m - 1, lambda: x - m, lambda: x - True, lambda: -m, lambda: m.abs(), lambda: m.argmax(), lambda: m.argmin(1), lambda: m.topk(1), lambda: m.median(), lambda: m.mean(), lambda: ~x):
    attempt(what)
print(~m, m.logical_not(), 1 - m.float(), m.float().argmax(1), m.max(), m.max(1), m.min(0).indices, m.sort(descending=True).values, m.cumsum(1), m * x, m + m, m + 1, m * 2.5, m / 2, m // 2, m ** 2, m.long().sum(1), m.sum() / m.numel())
