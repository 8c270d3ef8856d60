import torch
def attempt(name, make, statements):
    """Run each statement on a tensor of its own."""
    for what in statements.split("\n"):
        own = {"torch": torch, name: make()}
        try:
            exec(what, own)
            print(what, own[name].tolist())
        except Exception as error:
            print(what, type(error).__name__, own[name].tolist())
attempt("x", lambda: torch.arange(1., 6.), """x /= x[0]
x *= x[1]
x[1:] = x[:-1]
x[1:] += x[:-1]
x[0:1] += x[0]
x[0] += x[0]
x[0] += x[1]
x[:2] += x[2:4]
x[1:] = x[0]
x[1:] = x[0:1]
x[:] = x
x += x
x -= x.view(5)
x += x.flip(0)
x += x[2:3]
x += x[0].double()
x.copy_(x[0])
x.copy_(x[:])
x.fill_(x[1])
x.fill_(x)
x.clamp_(min=x[1])
x.clamp_(max=x[2:3])
x.lerp_(x, 0.5)
x.lerp_(x[0], 0.5)
x.lerp_(torch.ones(5), x[0])
x.addcmul_(x[0], x[1])
x.addcmul_(x, x)
x.add_(other=x[0])
x.add_(x[0], alpha=2)
x.pow_(x[0])
x.masked_fill_(x > 2, x[0])
x.index_add_(0, torch.tensor([0]), x[1:2])
x.index_add_(0, torch.tensor([0, 1, 2, 3, 4]), x)
x.scatter_add_(0, torch.tensor([0]), x)
x.scatter_(0, torch.tensor([0]), x[1:2])
x[0].expand(3)[:] = 7
x[0].expand(3)[:] = torch.tensor(7.)
x[0].expand(3).fill_(torch.tensor(7.))
x[0].expand(3).copy_(torch.tensor(7.))
x[0].expand(3).scatter_(0, torch.tensor([0]), 1.)""")
attempt("M", lambda: torch.arange(1., 10.).reshape(3, 3), """M -= M[0]
M += M.T
M += M.T.T
M.add_(M[0])
M.copy_(M.T)
M.clamp_(min=M[0])
M.index_add_(0, torch.tensor([0]), M[1:2])
M[0] += M[1]
M.sub_(M.mean(0))
M[0] = M[0, 1]
M[:, 0] = M[1, 0]
M[:, 1:] -= M[:, :1]
M[:, :2] += M[:, :1].clone()
M[1:] = M[:-1]
M[1:] = M[:1]
M[:2] += M[1:]
M[0] = M[:, 0]
M[:1].add_(M[0].unsqueeze(0))
M[:1].add_(M[0])
M[[0, 1]] = M[[1, 0]]
M[0].addcmul_(M[1], M[2])
M.diagonal().mul_(M.diagonal())""")
attempt("b", lambda: torch.tensor([True, False, True]), """b &= b[0]
b |= b
b.masked_fill_(b, False)
b.masked_fill_(b[0], False)""")
