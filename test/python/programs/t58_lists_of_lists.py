import torch
x, a = torch.tensor([[1, 2], [3, 4]]), torch.arange(6.)
def attempt(what):
    try:
        print(what, eval(what))
    except Exception as error:
        print(what, type(error).__name__)
for what in """x[[[0, 1], [1, 0]]]
x[[[0, 1]]]
x[[[[0, 1], [1, 0]]]]
x[[[0], 1]]
x[[(0, 1), (0, 1)]]
x[[range(2), range(2)]]
x[[torch.tensor(0), torch.tensor(1)]]
x[[torch.tensor([0, 1])]]
x[[x[0] - 1, x[0] - 1]]
x[[torch.tensor(True), 0]]
x[[True, False]]
x[[[True, False], [True, True]]]
x[[slice(0, 1), 0]]
x[[None, 0]]
x[[..., 0]]
x[[0, 1]]
x[[]]
x[[[]]]
x[([0, 1], [0, 1]),]
x[[[0]] * 31]
x[[[0]] * 32].shape
x[[0] * 40].shape
x[[[0, 1], [1, 0], [0, 0]]]
a[[[1, 2]]]
a[[[1, 2], [3, 4]]]
a[[torch.tensor(1), torch.tensor(3)]]
x[[0.5, [0]]]
x["a"]
x[["a"]]
x[0.5]
x.index_put_(([0, 1], [1, 0]), torch.tensor(4))""".split("\n"):
    attempt(what)
x = torch.zeros(3, 3)
x[[[0, 1], [1, 2]]] = 100
print(x)
x[[[0, 1], [1, 2]]] += 1
x[[torch.tensor([0, 2]), torch.tensor([2, 0])]] = torch.tensor([7., 8.])
print(x)
x[[slice(1, 2), 0]] = 9
x[[None, 0]] = 3
print(x)
