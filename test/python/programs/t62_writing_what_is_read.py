import torch
import torch.nn as nn
def attempt(line):
    x, v = torch.arange(12.).reshape(3, 4), torch.arange(48.).reshape(2, 4, 6)
    i, b = torch.tensor([2, 0, 1]), torch.tensor([True, False, True])
    names = dict(x=x, v=v, i=i, b=b, e=nn.Embedding.from_pretrained(torch.arange(6.).reshape(3, 2)))
    try:
        exec(line, dict(torch=torch, nn=nn), names)
        print(line, *(names[name].tolist() for name in ("x", "i", "b")), names.get("out"), v[0].tolist() if "v" in line else "")
    except Exception as error:
        print(line, type(error).__name__)
# what is read lies apart, or where it is written
attempt("v[:, [0, 1]] = v[:, 2:4]")
attempt("v[:, [0, 1]] = v[:, 1:2].clone()")
attempt("x[:, [0, 1]] = x[:, 2:]")
attempt("x[[0, 2]] = x[[2, 0]]")
attempt("x[:, [1, 2]] = x[:, 1:3]")
attempt("x[x > 3] = x[0, 1]")
attempt("x[torch.tensor([0, 2]), 1] = x[1, 2:]")
attempt("b[b] = False")
# an index that lies in what is written
attempt("i[i] = 7")
attempt("i[i] += 1")
attempt("i[i[:2]] = torch.tensor([4, 5])")
attempt("x[[1, 2]] = x[:2]")
attempt("x.T[[0, 1, 2, 3]] = x.T")
attempt("x.T[[0, 1, 2, 3]] = x.T.clone()")
# rows that are copies
attempt("out = e(torch.tensor(1)); out += 1; out = e.weight")
attempt("x.take(torch.tensor(0)).fill_(7)")
attempt("out = x.take(torch.tensor([[1, 2], [3, 0]]))")
# numbers in tensors, and lists for numbers
attempt("out = x.topk((x[0] > 1).sum()).values")
attempt("out = x[0].topk(torch.tensor(2)).indices")
attempt("x.fill_([3, 4])")
attempt("x.copy_([3, 4])")
attempt("x.copy_(5)")
