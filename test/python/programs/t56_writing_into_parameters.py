import copy, warnings
import torch
import torch.nn as nn
import torch.nn.functional as F
warnings.simplefilter("ignore")
before = torch.is_grad_enabled()
torch.set_grad_enabled(True)
x = torch.arange(4.).reshape(2, 2)
p = nn.Parameter(torch.ones(2, 2))
lin = nn.Linear(2, 2)
view = p[0]
def attempt(what):
    try:
        exec(what)
        print(what, p.tolist())
    except Exception as error:
        print(what, type(error).__name__, p.tolist())
for what in """p.add_(1)
p[0] = 5
p[:, [0, 1]] = x
p[0] += 1
p.copy_(x)
p.relu_()
p.uniform_()
p.masked_fill_(x > 1, 0.)
p.scatter_(0, torch.tensor([[0]]), 1.)
p.fill_diagonal_(3)
p.view(4).zero_()
p.t()[0].fill_(2)
view[0] = 3
lin.weight[0] = 5
lin.weight.copy_(x)
lin.weight += 1
F.relu(p, inplace=True)
F.dropout(p, inplace=True)
nn.init.constant_(p, 4)
p.detach()[0] = 9
p.detach().view(4).add_(1)
p.data[0, 0] = 7
p.data.mul_(2)
p.data += 1
p.data = x.clone()
p.data = 5
p.data = [1.]
p.data = x.long()
p.requires_grad_(False).add_(1)
p.requires_grad_().add_(1)
nn.Parameter(torch.ones(2).long())
nn.Parameter(torch.ones(2).bool())
nn.Parameter(torch.ones(2).long(), requires_grad=False).requires_grad_()
nn.Parameter(torch.ones(2).long(), requires_grad=False)[0] = 2
nn.Parameter([1.])
lin.load_state_dict(lin.state_dict())
copy.deepcopy(lin).weight.data.zero_()""".split("\n"):
    attempt(what)
for name in "add sub mul truediv floordiv mod pow".split():
    attempt(f"import operator; operator.i{name}(p, 2)")
with torch.no_grad():
    p += 1
    p[0] = 5
    view = p[1]
    view.fill_(8)
    p.copy_(p * 2)
    print(p)
@torch.no_grad()
def first(amount=1):
    p.add_(amount)
    return torch.is_grad_enabled()
@torch.no_grad
def second():
    p.add_(1)
    return torch.is_grad_enabled()
@torch.inference_mode()
def third():
    return torch.is_grad_enabled(), torch.is_inference_mode_enabled()
@torch.set_grad_enabled(False)
def fourth():
    p.add_(1)
    return torch.is_grad_enabled()
print(first(amount=2), first(), second(), third(), fourth(), torch.is_grad_enabled(), first.__name__, p)
with torch.set_grad_enabled(False):
    p += 1
with torch.no_grad():
    with torch.set_grad_enabled(True):
        attempt("p.add_(1)")
    with torch.inference_mode(False):
        print(torch.is_grad_enabled(), torch.is_inference_mode_enabled())
with torch.inference_mode(), torch.no_grad():
    print(torch.is_grad_enabled(), torch.is_inference_mode_enabled())
try:
    with torch.no_grad():
        raise ValueError
except ValueError:
    print(torch.is_grad_enabled(), torch.is_inference_mode_enabled(), p)
# .data
q = nn.Parameter(torch.ones(2)); d = q.data; q.data += 1
print(q, d, type(d), d.requires_grad)
lin.weight.data = torch.eye(2, dtype=torch.float64)
print(lin.weight, lin.weight.dtype, lin.weight.shape)
y = torch.ones(2); part = y[:1]; y.data = torch.zeros(3); part.fill_(7)
print(y, part)
z = torch.ones(2, 3); y.data = z.t(); y += 1
print(z, y, y.shape, y.stride())
y.data = z.long(); y.data += 1; y.data[0] = 0
print(y, y.dtype, z)
# as text
s = nn.Parameter(torch.tensor(1.5))
print(f"{s}", str(s), f"{nn.Parameter(torch.ones(2))}", f"{s.data:.2f} {s.item():.2f}")
attempt("f'{s:.2f}'")
attempt("format(nn.Parameter(torch.ones(2)), '.1f')")
print(nn.Embedding.from_pretrained(x.long()).weight, nn.Embedding.from_pretrained(x, freeze=False).weight, nn.Embedding(3, 2, padding_idx=1).weight[1].tolist())
attempt("nn.Embedding.from_pretrained(x.long(), freeze=False)")
torch.set_grad_enabled(before)
torch.set_grad_enabled(True)
@torch.no_grad()
def one_by_one(layer):
    for p in layer.parameters():
        p -= p
        print((yield p.shape), torch.is_grad_enabled())
    return "all"
def read(layer):
    print((yield from one_by_one(layer)))
for shape in read(nn.Linear(2, 3)):
    print(shape, torch.is_grad_enabled())
torch.set_grad_enabled(before)
print(type(nn.Parameter(torch.zeros(2))[0]).__name__, type(nn.Linear(2, 3).weight.T), type(nn.Linear(2, 3).weight))
