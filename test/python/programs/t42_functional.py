import torch
import torch.nn as nn
import torch.nn.functional as F
x = torch.tensor([[-2., -1., -0.5, 0.], [0.5, 1., 2., 7.]])
y = torch.tensor([0, 2, 3])
n = torch.tensor([float("nan"), float("inf"), -float("inf")])
def attempt(what):
    try:
        print(what, eval(what))
    except Exception as error:
        print(what, type(error).__name__)
for name in "relu relu6 gelu sigmoid tanh silu mish softplus softsign tanhshrink logsigmoid leaky_relu elu selu hardtanh hardsigmoid glu softmin softmax log_softmax".split():
    for given in (x, x.double(), n):
        if name == "gelu" and given is not x:
            continue
        attempt(f"F.{name}({'x' if given is x else 'x.double()' if given is not n else 'n'})" if name not in ("glu",) else f"F.{name}(x)")
for what in """F.one_hot(y), F.one_hot(y, num_classes=5), F.one_hot(y.reshape(3, 1)), F.one_hot(torch.tensor(2), 4)
F.one_hot(y, 2)
F.one_hot(x)
F.one_hot(-y)
F.one_hot(y[:0])
F.one_hot(y[:0], 3)
F.gelu(x, approximate="tanh"), F.leaky_relu(x, 0.2), F.elu(x, alpha=0.5), F.softplus(x, beta=2, threshold=3), F.hardtanh(x, -2, 0.3), F.glu(x, dim=0), F.softmax(x, dim=0), F.log_softmax(x, 1, dtype=torch.float64)
F.gelu(x, approximate="x")
F.glu(x[:, :3])
F.layer_norm(x, (4,)), F.layer_norm(x, (2, 4)), F.layer_norm(x, [4], weight=torch.arange(4.), bias=torch.ones(4)), F.layer_norm(x, (4,), eps=1.0), F.layer_norm(x.double(), (4,)), F.rms_norm(x, (4,)), F.rms_norm(x, (4,), weight=torch.arange(4.), eps=0.1)
F.layer_norm(x, (3,))
F.layer_norm(x, 4)
F.normalize(x), F.normalize(x, dim=0), F.normalize(x, p=1), F.normalize(torch.zeros(2, 2)), F.normalize(x[0], dim=0, eps=10.)
F.linear(x, torch.ones(3, 4)), F.linear(x[0], torch.ones(3, 4), torch.tensor([1., 2., 3.])), F.linear(x[None], x, None)
F.linear(x, torch.ones(3, 3))
F.embedding(y, torch.arange(8.).reshape(4, 2)), F.embedding(y.reshape(1, 3), x.T)
F.embedding(y + 3, x.T)
F.embedding(x, x)
F.pad(x, (1, 1)), F.pad(x, (1, 0, 0, 2), value=9.), F.pad(y, (0, 3), "constant", -1), F.pad(x, (-1, 1)), F.pad(x, (2, 1), mode="reflect"), F.pad(x, (1, 2), mode="replicate"), F.pad(x, (1, 2), mode="circular"), F.pad(x, ())
F.pad(x, (1,))
F.pad(x, (1, 1, 1, 1, 1, 1))
F.pad(x, (1, 1), mode="x")
F.pad(x, (-5, 0))
F.pad(x, (5, 5), mode="reflect")
F.dropout(x, 0.5, training=False), F.dropout(x, 0.), F.dropout(x, 1.)
torch.manual_seed(0) and (F.dropout(torch.ones(3, 6)), F.dropout(torch.ones(20), p=0.2), torch.rand(1))
F.dropout(x, 1.5)
F.scaled_dot_product_attention(x[None], x[None] / 2, x[None]), F.scaled_dot_product_attention(x[None], x[None], x[None], is_causal=True), F.scaled_dot_product_attention(x[None], x[None], x[None], attn_mask=torch.tensor([[True, False], [True, True]])), F.scaled_dot_product_attention(x, x, x, scale=0.1)
torch.manual_seed(0) and F.gumbel_softmax(torch.zeros(2, 3), tau=0.5)
F.cosine_similarity(x, x[:1]), F.cosine_similarity(x[0], x[1], dim=0), F.cosine_similarity(torch.zeros(2), torch.ones(2), dim=0)
F.cosine_similarity(y, y, dim=0)
F.relu(x, inplace=True), x""".split("\n"):
    attempt(what)
