import copy
import torch
x = torch.arange(6.).reshape(2, 3)
print(type(x), type(x.shape), type(x.dtype), type(x.device), type(x.max(0)), type(x.sort()), torch.Tensor, x.__class__.__name__)
y = copy.deepcopy({"a": x, "b": [x[0] * 2]})
y["a"][0] = 9
print(x, y)
print(torch.tensor([[[-1377809.1958756468, 478991.9343401999, 1.5], [447076.3193, 996631.3527, 2.5]]] * 2, dtype=torch.float64))
print(torch.tensor([[1e5 + 0.5] * 4] * 2, dtype=torch.float64), torch.arange(9, dtype=torch.float64) / 7)
def attempt(what):
    try:
        print(what, eval(what))
    except Exception as error:
        print(what, type(error).__name__)
for what in """x.permute(0)
x.permute(0, 0)
x.permute(1, 0).shape
x.split([1, 1], dim=1)
x.split([1, 2], dim=1)[1]
x.topk(-1)
x.topk(0).values.shape
None in x
"a" in x
3 in x
x[0] in x
x.size(2)
x.gather(1, torch.tensor([[5]]))
x.narrow(1, 2, 2)""".split("\n"):
    attempt(what)
