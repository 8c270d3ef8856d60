import torch
x = torch.arange(12.).reshape(3, 4)
y = torch.tensor([0, 2, 3])
c = torch.arange(24).reshape(2, 3, 4)
def attempt(what):
    try:
        print(what, eval(what))
    except Exception as error:
        print(what, type(error).__name__)
for what in """torch.tril(x), torch.tril(x, 1), torch.tril(x, diagonal=-1), x.triu(), x.triu(2), torch.triu(c, -1), torch.tril(torch.ones(3, 3, dtype=torch.bool))
torch.tril(y)
torch.tril_indices(3, 3), torch.triu_indices(2, 3, 1)
torch.diag(y), torch.diag(y, 1), torch.diag(x), torch.diag(x, 1), x.diag(-1), torch.diagonal(c, 0, 1, 2), c.diagonal(offset=1, dim1=0, dim2=2), torch.diag_embed(x[:2, :2]), torch.diagflat(y), torch.trace(x), x.diagonal(9)
torch.diag(c)
x.clone().fill_diagonal_(7)
torch.rot90(x), torch.rot90(x, 2), torch.rot90(x, -1, [0, 1]), torch.rot90(c, 1, (1, 2)).shape
torch.swapaxes(x, 0, 1).shape, torch.swapdims(c, 0, 2).shape, torch.moveaxis(c, 0, -1).shape, torch.movedim(c, (0, 1), (2, 0)).shape, c.movedim(-1, 0).shape
torch.broadcast_to(y, (2, 3)), [t.shape for t in torch.broadcast_tensors(y, x[:, :1])], torch.broadcast_shapes((2, 1), (3,)), torch.ravel(x), c.unflatten(2, (2, 2)).shape, torch.unflatten(c, -1, (2, -1)).shape, torch.select(x, 1, 2), x.reshape_as(x.t()).shape
torch.unflatten(x, 1, (3, 2))
torch.select(x, 1, 9)
x.unfold(1, 2, 1), x.unfold(0, 2, 2).shape, y.unfold(0, 2, 1)
x.unfold(1, 9, 1)
torch.repeat_interleave(y, 2), torch.repeat_interleave(x, 2, dim=1), torch.repeat_interleave(x, torch.tensor([1, 0, 2]), dim=0), y.repeat_interleave(torch.tensor([2, 1, 0])), torch.repeat_interleave(x[:2], 2)
torch.repeat_interleave(y, torch.tensor([1, 2]))
torch.meshgrid(y, torch.tensor([5, 6]), indexing="ij"), torch.meshgrid(y, torch.tensor([5, 6]), indexing="xy")[0]
torch.cartesian_prod(y, torch.tensor([5, 6])), torch.cartesian_prod(y), torch.combinations(y), torch.combinations(y, 3), torch.combinations(y, 2, True)
torch.tensor_split(x, 3, dim=1), torch.tensor_split(y, (1, 2)), torch.chunk(x, 2, dim=1)
torch.atleast_1d(torch.tensor(1)), torch.atleast_2d(y), torch.atleast_3d(y).shape, torch.atleast_3d(x).shape, torch.atleast_2d(y, torch.tensor(2))
torch.vstack([y, y]), torch.hstack([y, y]), torch.dstack([y, y]), torch.column_stack([y, y]), torch.row_stack([y, y])
torch.take(x, y), torch.take_along_dim(x, y[:, None], 1), torch.take_along_dim(x, x.argsort(1, descending=True), 1), torch.take_along_dim(x, y)
torch.take_along_dim(x, y, 1)
x.index_fill(1, y[:1], -1), torch.index_fill(x, 0, torch.tensor([2, 0]), 5), x.index_add(0, torch.tensor([0, 0]), torch.ones(2, 4)), x.index_copy(1, torch.tensor([3, 0]), torch.zeros(3, 2)), x.index_add(1, y, torch.ones(3, 3), alpha=10)
torch.zeros(3).scatter_add(0, torch.tensor([0, 0, 2]), torch.tensor([1., 2., 3.])), torch.zeros(2, 3).scatter_add_(1, torch.tensor([[0, 0], [1, 2]]), torch.ones(2, 2))
torch.masked_scatter(x, x > 8, torch.tensor([-1., -2., -3., -4.]))
torch.addcmul(x[0], x[1], x[2], value=0.1), torch.addcdiv(x[0], x[1], x[2], value=2)
torch.linspace(0, 1, 5), torch.linspace(3, -1, 4), torch.linspace(0, 10, 1), torch.linspace(0, 10, 3, dtype=torch.int64), torch.linspace(0, 1, 11, dtype=torch.float64), torch.linspace(0, 1, 0), torch.logspace(0, 2, 3), torch.logspace(0, 3, 4, base=2)
torch.linspace(0, 1, -1)
torch.scalar_tensor(3), torch.eye(2, 3), torch.eye(2, dtype=torch.int64), torch.full((2,), True), torch.empty(0).shape, torch.empty_like(x).shape
torch.flip(x, dims=[0]), torch.flip(x, (0, 1))[0], torch.permute(c, dims=(2, 0, 1)).shape, torch.tile(y, (2,)), torch.tile(y, dims=(2, 2))
torch.one_hot""".split("\n"):
    attempt(what)
