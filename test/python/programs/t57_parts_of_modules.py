import torch
import torch.nn as nn
from collections import OrderedDict
l = nn.Linear(2, 2)
def attempt(what):
    try:
        print(what, eval(what))
    except Exception as error:
        print(what, type(error).__name__)
for what in """nn.Embedding(3, 2, padding_idx=5)
nn.Embedding(3, 2, padding_idx=3)
nn.Embedding(3, 2, padding_idx=-4)
nn.Embedding(3, 2, padding_idx=-3)
nn.Sequential({"a": nn.Tanh()})
nn.ModuleList([5])
nn.ModuleDict({"a": 5})
nn.ModuleDict(5)
nn.Embedding(3, 2, 2).weight.tolist()[2]
nn.ModuleList(5)
nn.ModuleList([nn.Tanh(), 5])
nn.ModuleList((nn.Tanh(),))[5]
nn.ModuleList(nn.Tanh() for _ in range(2))
nn.ModuleDict([('a', nn.Tanh())])
nn.ModuleDict({'a.b': nn.Tanh()})
nn.ModuleDict({'keys': nn.Tanh()})
nn.ModuleDict({3: nn.Tanh()})
nn.ModuleDict({'a': None})
nn.ModuleDict(OrderedDict(b=nn.Tanh(), a=nn.ReLU()))
nn.Sequential(OrderedDict(a=5))
nn.Sequential(nn.Tanh(), {'a': nn.Tanh()})
nn.Sequential([nn.Tanh()])
nn.Sequential(nn.Tanh())[3]
nn.Sequential(nn.Tanh(), nn.ReLU())[:1]
nn.Sequential(nn.Tanh).append(3)
nn.Sequential(None)
nn.ModuleList([None])
nn.ModuleList().extend([3])
nn.ModuleList().extend(3)
l.add_module('weight', nn.Tanh())
l.add_module('forward', nn.Tanh())
l.add_module('a.b', nn.Tanh())
l.add_module('', nn.Tanh())
l.add_module(3, nn.Tanh())
l.register_parameter('a', torch.ones(2))
l.register_parameter('a', 5)
l.register_parameter('a.b', nn.Parameter(torch.ones(2)))
l.register_parameter('', nn.Parameter(torch.ones(2)))
l.register_parameter('forward', nn.Parameter(torch.ones(2)))
l.register_parameter('a', None)
l.register_buffer('b', 5)
l.register_buffer('b.c', torch.ones(1))
l.register_buffer('forward', torch.ones(1))
l.register_buffer('weight', torch.ones(1))
l.register_buffer('b', torch.ones(1))
l.register_buffer('b', torch.zeros(1))
l.register_buffer('c', None)
l.register_buffer(3, None)
nn.Embedding(3, 2, _weight=torch.ones(2, 2))
nn.Embedding(3, 2, padding_idx=0)
torch.nn.functional.embedding(torch.tensor([0]), torch.ones(3, 2), -3)
torch.nn.functional.embedding(torch.tensor([0]), torch.ones(3, 2), -4)
nn.Embedding.from_pretrained(torch.ones(3))
nn.Linear(2, 3, bias=False).bias
list(nn.Linear(2, 3, bias=False).named_parameters())[0][0]
list(l.state_dict())""".split("\n"):
    attempt(what)
a, b = nn.Linear(2, 2), nn.Linear(2, 2)
w = a.weight
a.weight = b.weight
two = nn.Sequential(a, b).double()
print(len(list(two.parameters())), a.weight is b.weight, a.weight.dtype, w.dtype, two(torch.ones(2).double()).dtype)
w = b.bias
b.float()
print(w is b.bias, w.dtype, w.requires_grad, type(w))
