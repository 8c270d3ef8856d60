import torch
def base():
    return torch.arange(48.).reshape(2, 3, 8)
def show(name, make, *shape):
    x = base()
    v = make(x)
    try:
        w = v.view(shape)
        said = f"view {tuple(w.stride())}"
    except RuntimeError as error:
        said = type(error).__name__
    r = v.reshape(shape)
    if r.numel():
        r.view(-1)[0:1].fill_(-7.) if r.is_contiguous() else r[(0,) * r.ndim].fill_(-7.)
    print(name, shape, said, tuple(r.shape), r.stride(), r.is_contiguous(), bool((x == -7).any()), r.sum())
for name, make in {
    "whole": lambda x: x, "permuted": lambda x: x.permute(1, 0, 2), "transposed": lambda x: x.transpose(1, 2), "columns": lambda x: x[:, :, 2:6],
    "every other": lambda x: x[:, :, ::2], "row": lambda x: x[1], "column": lambda x: x[:, :, 3], "expanded": lambda x: x[:, :1].expand(2, 4, 8),
    "unsqueezed": lambda x: x.permute(2, 0, 1).unsqueeze(1), "none": lambda x: x[:0], "one": lambda x: x[1, 2, 3],
}.items():
    n = make(base()).numel()
    show(name, make, *make(base()).shape)
    show(name, make, -1)
    show(name, make, 1, -1, 1)
    for shape in ((2, -1), (3, 2, -1), (2, 3, 2, -1), (-1, 4), (6, -1), (8, -1), (4, 2, -1)):
        known = -int(torch.tensor(shape).prod())
        if n and n % known == 0:
            show(name, make, *shape)
x = base()
x.permute(1, 0, 2).flatten(2).zero_()
print(x.sum(), base().transpose(0, 1).flatten(0, 1).shape, base().permute(1, 0, 2).ravel().is_contiguous(), base()[0, 0].expand(3, 8).ravel().stride())
x = base()
x.permute(1, 0, 2).unflatten(2, (2, 4))[:, :, 0] = 0
print(x)
