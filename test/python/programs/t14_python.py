import torch
x = torch.tensor([0.1, 0.2, 0.30000001])
print(x.tolist(), x[0].item(), float(x[1]), [v.item() for v in x], sum(x.tolist()), [f"{v:.3f}" for v in x])
i = torch.tensor([[1, 2], [3, 4]])
print(i.tolist(), int(i[0, 1]), i[1].tolist(), torch.tensor(5).item(), list(i), [a for a in i[0]], tuple(i.shape), i.shape[0], i.shape == (2, 2))
words = ["a", "b", "c", "d"]
print(words[i[0, 0]], [words[j] for j in i[0]], dict(zip(words, x.tolist())), max(zip(x.tolist(), words)), sorted(x.tolist(), reverse=True))
print(range(3)[torch.tensor(1)], round(x[0].item(), 2), "%.2f" % x[1], "{:.1e}".format(x[2]), bool(torch.tensor(0.)), i.shape.numel(), *i.shape)
