import torch
import torch.nn as nn
import torch.nn.functional as F
x = torch.tensor([[1., 2., 0.5], [-1., 0., 3.]])
y, t, w = x + 1, torch.tensor([2, 0]), torch.tensor([1., 2., 0.5])
sign = torch.tensor([1., -1.])
# torch takes these by name only, or by the place they have in torch
print(F.mse_loss(x, y, reduction="sum"), F.l1_loss(x, y, reduction="none"), F.smooth_l1_loss(x, y, reduction="sum", beta=0.5), F.huber_loss(x, y, "sum", 0.5))
print(F.cross_entropy(x, t, w, ignore_index=2, reduction="sum"), F.nll_loss(x, t, w, reduction="none"), F.kl_div(x, y, reduction="batchmean", log_target=True))
print(F.binary_cross_entropy(x.sigmoid(), y.sigmoid(), w, reduction="sum"), F.binary_cross_entropy_with_logits(x, y, w, reduction="sum", pos_weight=w))
print(F.cosine_embedding_loss(x, y, sign, 0.1, reduction="none"), F.margin_ranking_loss(x, y, sign[:, None], 0.1, reduction="sum"), F.triplet_margin_loss(x, y, x, 1., 2., 1e-6, reduction="sum"))
print(nn.MSELoss(reduction="sum")(x, y), nn.CrossEntropyLoss(w, reduction="none")(x, t), nn.HuberLoss("sum", 0.5)(x, y), nn.TripletMarginLoss(1., 2., 1e-6, reduction="sum")(x, y, x), nn.BCEWithLogitsLoss(w, pos_weight=w)(x, y), nn.CosineEmbeddingLoss(0.1)(x, y, sign))
print(F.softmax(x, 1, dtype=torch.float64), F.log_softmax(x, -1, dtype=torch.float64), F.softmin(x, 1, dtype=torch.float64), x.softmax(1, torch.float64), torch.log_softmax(x, 1, torch.float64))
print(F.gelu(x, approximate="tanh"), nn.GELU("tanh"), nn.GELU("tanh")(x), nn.Softmax(1)(x), nn.CosineSimilarity(0, 1e-8)(x, y), nn.PairwiseDistance(1., 1e-6, True)(x, y))
print(F.scaled_dot_product_attention(x, x, x, None, 0.0, True, scale=0.5), nn.Embedding(3, 2, 1, dtype=torch.float64).weight.dtype)
def attempt(what):
    try:
        print(what, eval(what))
    except Exception as error:
        print(what, type(error).__name__)
for what in """F.cross_entropy(x, t, w, -100, "sum")
F.triplet_margin_loss(x, y, x, 1., 2., 1e-6, "sum")
F.gelu(x, "tanh")
F.scaled_dot_product_attention(x, x, x, None, 0.0, False, 2.0)
F.gaussian_nll_loss(x, y, x, False, 1e-6, "sum", 3)
torch.full((2,), 1., torch.float64)
torch.zeros_like(x, torch.float64)
x.quantile(0.5, 1, False, "lower")
x.add(x, 2)
torch.sub(x, x, 2)
torch.div(x, x, "floor")
torch.tensor(1, torch.float64)
nn.GELU("tanh", 1)
nn.Softmax(1, 2)
nn.Tanh(1)""".split("\n"):
    attempt(what)
