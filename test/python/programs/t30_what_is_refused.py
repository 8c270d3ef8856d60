import torch
import torch.nn.functional as F
x, i = torch.arange(6.).reshape(2, 3), torch.arange(6).reshape(2, 3)
def attempt(what):
    try:
        print(what, eval(what))
    except Exception as error:
        print(what, type(error).__name__)
for what in """x.max(dim=(0, 1))
x.argmax(dim=(0, 1))
x.prod((0, 1))
x.sum((0, 0))
x.repeat(2)
x.clamp()
x[0].mT
x[None].t()
x.dot(x)
x.mm(x[0])
torch.bmm(x, x)
x @ 2
i.norm()
i.std()
round(x[0, 1], 2)
torch.cat([])
torch.stack([])
torch.cat([x, 1])
torch.cat(x)
torch.where(i, x, 0)
x.masked_fill(i, 1.)
torch.allclose(x, i)
torch.isclose(x, x.double())
torch.outer(x, x)
x.gather(0, torch.tensor([0]))
x.expand(3)
x[0].expand(-1)
x[[0, 1], [0, 1, 2]]
F.normalize(i, dim=0)""".split("\n"):
    attempt(what)
