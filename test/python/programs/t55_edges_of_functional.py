import torch
import torch.nn as nn
import torch.nn.functional as F
torch.manual_seed(0)
x, i, b = torch.arange(9.).reshape(3, 3), torch.tensor([[-8, 2, 9, 3]]), torch.tensor([[True, False]])
# all dropped: no random number is drawn
print(F.dropout(torch.ones(8), 1.0), torch.rand(1), F.dropout(torch.tensor([-1., float("inf")]), 1.0), F.dropout(i, 1.0), F.dropout(b, 1.0), nn.Dropout(1.0)(x), torch.rand(1))
# a variance for every row
rows = torch.tensor([1., 2., 4.])
print(F.gaussian_nll_loss(x, x + 1, rows, reduction="none"), F.gaussian_nll_loss(x, x + 1, rows[:, None], full=True), F.gaussian_nll_loss(x, x + 1, rows[None], reduction="none"), F.gaussian_nll_loss(x, x + 1, 0.5), F.gaussian_nll_loss(x[0], x[1], torch.tensor(2.)), F.gaussian_nll_loss(x[0], x[1], rows))
# a row that sees nothing
q = torch.ones(2, 2, 2)
mask = torch.tensor([[False, False], [True, False]])
print(F.scaled_dot_product_attention(q, q, q, attn_mask=mask), F.scaled_dot_product_attention(q, q, q, attn_mask=torch.zeros(2, 2).masked_fill(~mask, -torch.inf)), F.scaled_dot_product_attention(q, q, q, is_causal=True))
print(F.hardtanh(i), F.hardtanh(i, -2.5, 2.5), F.relu6(i), F.relu6(x), F.hardtanh(x, 1, 2.5))
for before, after in ((1, 2), (3, 3), (-1, 1), (1, -1), (-1, -1), (0, 2)):
    print([F.pad(x, (before, after), mode) for mode in ("circular", "replicate")])
def attempt(what):
    try:
        print(what, eval(what))
    except Exception as error:
        print(what, type(error).__name__)
for name in "gelu silu softplus elu selu leaky_relu mish logsigmoid hardsigmoid glu hardtanh relu6 softsign sigmoid tanh relu tanhshrink dropout".split():
    attempt(f"F.{name}(i)")
    attempt(f"F.{name}(b)")
for what in """F.hardtanh(x, 2, 1)
F.hardtanh(x, 1, 1)
F.gaussian_nll_loss(x, x, rows[:2])
F.gaussian_nll_loss(x, x, rows[:, None, None])
F.gaussian_nll_loss(x, x, torch.ones(1, 1))
F.gaussian_nll_loss(x, x, -x)
F.gaussian_nll_loss(x, x, -1.)
F.gaussian_nll_loss(x, x, x, reduction="x")
F.scaled_dot_product_attention(q, q, q, attn_mask=mask, is_causal=True)
F.scaled_dot_product_attention(q, q, q, attn_mask=mask.long())
F.pad(x, (4, 1), "circular")
F.pad(x[0], (1, 1), "circular")
F.pad(x[0], (1, 1), "reflect")
F.pad(x, (1, 1, 0, 0), "replicate")
F.pad(x[None, None], (1, 1), "replicate")
F.pad(x[None, None], (1, 1, 2, 0), "replicate")""".split("\n"):
    attempt(what)
