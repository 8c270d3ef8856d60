import torch
import torch.nn as nn
from collections import OrderedDict
def attempt(what):
    try:
        print(what, eval(what))
    except Exception as error:
        print(what, type(error).__name__)
torch.manual_seed(0)
with torch.no_grad():
    layer = nn.Linear(3, 2)
    print(layer, layer.weight, layer.bias, layer(torch.ones(2, 3)), layer.weight.shape, layer.weight.requires_grad, type(layer.weight), type(layer))
    print(nn.Linear(2, 2, bias=False), nn.Linear(20, 3).weight.sum(), nn.Linear(4, 1, dtype=torch.float64).weight)
    e = nn.Embedding(5, 3, padding_idx=-1)
    print(e, e.weight, e(torch.tensor([[0, 4]])), nn.Embedding(30, 2).weight.detach()[-2:], nn.Embedding.from_pretrained(torch.eye(2)).weight)
    norm = nn.LayerNorm(4)
    print(norm, norm(torch.arange(8.).reshape(2, 4)), nn.LayerNorm((2, 3), eps=1e-3, elementwise_affine=False), nn.LayerNorm(2, bias=False))
    drop = nn.Dropout(0.5)
    print(drop, drop(torch.ones(8)), drop.eval()(torch.ones(8)), drop.training, nn.Dropout(p=0.1, inplace=True))
    for made in (nn.ReLU(), nn.ReLU(inplace=True), nn.GELU(), nn.GELU(approximate="tanh"), nn.Softmax(dim=-1), nn.Softmax(), nn.LogSoftmax(dim=1), nn.Sigmoid(), nn.Tanh(), nn.SiLU(), nn.LeakyReLU(0.2), nn.ELU(), nn.Softplus(), nn.Hardtanh(), nn.Identity(), nn.Flatten(), nn.GLU(), nn.SELU(), nn.Softmin(dim=0), nn.Softsign(), nn.Mish()):
        print(made, made(torch.tensor([[-1., 0.5]])))
    class Probe(nn.Module):
        def __init__(self, size):
            super().__init__()
            self.net = nn.Sequential(nn.Linear(size, 4), nn.ReLU(), nn.Linear(4, 2))
            self.scale = nn.Parameter(torch.ones(1))
            self.register_buffer("mean", torch.zeros(size))
            self.layers = nn.ModuleList([nn.Linear(2, 2) for _ in range(3)] + [nn.Tanh()])
            self.by_name = nn.ModuleDict({"a": nn.Identity(), "b": nn.Dropout()})
        def forward(self, x):
            x = self.net(x - self.mean) * self.scale
            for layer in self.layers:
                x = layer(x)
            return self.by_name["b"](self.by_name["a"](x))
    probe = Probe(3)
    print(probe)
    print(probe(torch.ones(2, 3)), probe.eval()(torch.ones(2, 3)))
    print([name for name, _ in probe.named_parameters()], [name for name, _ in probe.named_buffers()], [name for name, _ in probe.named_modules()], [name for name, _ in probe.named_children()])
    print(sum(p.numel() for p in probe.parameters()), len(list(probe.modules())), probe.training, probe.net[0], probe.net[-1].out_features, len(probe.layers), probe.layers[1:], list(probe.by_name), "a" in probe.by_name)
    state = probe.state_dict()
    print(type(state).__name__, list(state), state["scale"], state["net.0.bias"].requires_grad)
    other = Probe(3).eval()
    print(other.load_state_dict(state), torch.equal(other(torch.ones(1, 3)), probe(torch.ones(1, 3))))
    attempt("other.load_state_dict({'scale': torch.ones(2)})")
    attempt("other.load_state_dict({'x': torch.ones(2)}, strict=False)")
    attempt("probe.nothing")
    attempt("probe.net(torch.ones(2, 5))")
    attempt("nn.Module()(1)")
    attempt("nn.Sequential(1)")
    attempt("nn.Linear(2)")
    attempt("nn.Linear(2, 2, size=3)")
    attempt("nn.Dropout(2)")
    print(nn.Sequential(OrderedDict([("first", nn.Linear(2, 3)), ("act", nn.GELU())])), nn.Module(), nn.Sequential(), nn.ModuleList())
    seen = []
    handle = probe.net[0].register_forward_hook(lambda module, args, out: seen.append((type(module).__name__, out.shape)))
    probe(torch.ones(1, 3)); handle.remove(); probe(torch.ones(1, 3))
    print(seen, probe.double().net[0].weight.dtype, probe.apply(lambda m: None) is probe, probe.requires_grad_(False).scale.requires_grad, probe.float().scale)
    w = torch.empty(3, 4)
    for fill in (nn.init.xavier_uniform_, nn.init.xavier_normal_, nn.init.kaiming_uniform_, nn.init.kaiming_normal_, nn.init.zeros_, nn.init.ones_):
        print(fill.__name__, fill(w))
    print(nn.init.normal_(w, 1., 2.)[0], nn.init.uniform_(w, -1, 1)[0], nn.init.constant_(w, 0.3)[0], nn.init.calculate_gain("relu"), nn.init.calculate_gain("leaky_relu", 0.2))
    print(nn.Parameter(torch.ones(2)), [nn.Parameter(torch.ones(1), requires_grad=False)], nn.Parameter(torch.ones(2)) * 2)
