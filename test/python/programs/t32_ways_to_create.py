import torch
import torch.nn.functional as F
x = torch.arange(6.).reshape(2, 3)
def attempt(what):
    try:
        print(what, eval(what))
    except Exception as error:
        print(what, type(error).__name__)
for what in """torch.arange(start=1, end=4)
torch.arange(end=3)
torch.arange(0, 10, step=4)
torch.arange(5, 0, -2)
torch.arange(torch.tensor(3))
torch.arange(3, dtype=float)
torch.arange(5, 0)
torch.arange(0, 5, 0)
torch.zeros(size=(2, 2))
torch.zeros(2, dtype=int)
torch.ones(2, 1, dtype=bool)
torch.zeros(2, -1)
torch.zeros(torch.tensor(2))
torch.full((2,), torch.tensor(2.5))
torch.full(2, 1)
torch.full((2,), 2**53 - 1)
torch.tensor([1, 2], dtype=float)
torch.tensor(2**53 - 1)
torch.tensor([float("nan")], dtype=torch.int64)
torch.tensor([x[0, 0], x[1, 1], 3])
torch.tensor([x[0], x[1]])
torch.tensor([x[0].long(), x[1].long()])
torch.tensor([x[:1, 0], x[1:, 0]])
torch.as_tensor([x[0], x[1]])
torch.stack([x[0], x[1]])
torch.Tensor([1, 2])
torch.LongTensor([3, 1])
torch.FloatTensor([[1, 2]])
torch.BoolTensor([1, 0])
isinstance(x, torch.FloatTensor), isinstance(x, torch.LongTensor), isinstance(x > 1, torch.BoolTensor), isinstance(x, torch.Tensor)
x.to(int), x.to(float).dtype, x.to(torch.bool)
x.reshape(-1, -1)
x.sum(axis=0), x.mean(axis=-1, keepdims=True), x.argmax(axis=1), x.max(axis=1).values
torch.cat([x, x], axis=1).shape, torch.stack([x, x], axis=-1).shape, torch.softmax(x, axis=0)[0], x.unsqueeze(axis=0).shape, x.sort(axis=1, descending=True).indices
x.clip(1, 3), torch.clip(x, max=2.5), torch.true_divide(x, 2), x.masked_select(x > 3)
F.softmax(x[0]), F.log_softmax(x), F.softmax(x[None]).shape
(1,) + x.shape, x.shape * 2, x.shape[:1] + (7,), x.shape[1:]
torch.maximum(x, 1)
torch.logical_and(x, 1)
torch.maximum(x, x.mean()), x.minimum(torch.tensor(2))
torch.zeros(0, 3).max(dim=0)
torch.zeros(0, 3).max()
torch.unique(torch.tensor([2., float("nan"), 1.]))
torch.allclose(x > 1, x > 1), torch.isinf(x / 0), x.isinf().any()""".split("\n"):
    attempt(what)
