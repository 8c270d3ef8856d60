import torch
x = torch.tensor([1., 2., 3.])
m, n = torch.tensor([True, True]), torch.tensor([True, False])
print((m + m).sum(), (m + n).sum(), m.add(True).sum(), torch.equal(m + m, m), (m + m).exp(), (m + 1).sum())
print(((x > 0) + (x > 1) + (x > 2)).sum(), x * ((x > 0) + (x > 1)), ((x > 0) + (x > 1)).cumsum(0))
print(torch.add(m, n, alpha=2).sum(), torch.add(m, n, alpha=False).sum(), torch.add(n, n, alpha=0).sum(), torch.tensor(True) + True)
m += m
print(m.sum(), m * 3)
where, ones = torch.tensor([0, 0, 1]), torch.ones(3, dtype=bool)
print(torch.zeros(3, dtype=bool).scatter_add_(0, where, ones).long(), torch.zeros(3, dtype=bool).index_add_(0, where, ones).long())
print(torch.zeros(3).scatter_add_(0, where, x), torch.zeros(3).index_add_(0, where, x, alpha=0.5), x.add(where, alpha=0.5), where.add(where, alpha=3))
def attempt(what):
    try:
        print(what, eval(what))
    except Exception as error:
        print(what, type(error).__name__)
for what in """where.add(where, alpha=0.5)
where.sub(where, alpha=torch.tensor(1.5))
x.add(x, alpha=True)
where.add([1], alpha=2)
where.add(where, alpha=1.)""".split("\n"):
    attempt(what)
