"""Modules without weights of their own: each keeps options and gives them to a function of torch.nn.functional."""

from inspect import Parameter, Signature

from .._distances import cosine_similarity, pairwise_distance
from . import _activations, _losses
from ._module import Module


def plain(name, where, function, shown="", **options):
    """The class; `options` are {name: default}, `shown` how they print, as in "dim={dim}"."""
    parameters = [Parameter(option, Parameter.POSITIONAL_OR_KEYWORD, default=default) for option, default in options.items()]
    of = Signature(parameters)

    def __init__(self, *args, **kwargs):
        Module.__init__(self)
        try:
            given = of.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{name}.__init__() {error}") from None
        given.apply_defaults()
        for option, value in given.arguments.items():
            if option in ("weight", "pos_weight"):
                self.register_buffer(option, value)
            else:
                setattr(self, option, value)

    def forward(self, *input):
        return function(*input, **{option: getattr(self, option) for option in options})

    def extra_repr(self):
        if shown == "inplace":
            return "inplace=True" if self.inplace else ""
        return shown.format(**{option: repr(getattr(self, option)) for option in options})

    made = type(name, (Module,), dict(__init__=__init__, forward=forward, extra_repr=extra_repr))
    made.__module__, made.__signature__, made.__doc__ = f"torch.nn.modules.{where}", of, function.__doc__
    return made


A = _activations
Softmax = plain("Softmax", "activation", A.softmax, "dim={dim}", dim=None)
LogSoftmax = plain("LogSoftmax", "activation", A.log_softmax, "dim={dim}", dim=None)
Softmin = plain("Softmin", "activation", A.softmin, "dim={dim}", dim=None)
ReLU = plain("ReLU", "activation", A.relu, "inplace", inplace=False)
ReLU6 = plain("ReLU6", "activation", A.relu6, "inplace", inplace=False)
SiLU = plain("SiLU", "activation", A.silu, "inplace", inplace=False)
Mish = plain("Mish", "activation", A.mish, "inplace", inplace=False)
SELU = plain("SELU", "activation", A.selu, "inplace", inplace=False)
GELU = plain("GELU", "activation", A.gelu, "approximate={approximate}", approximate="none")
Sigmoid = plain("Sigmoid", "activation", A.sigmoid)
Tanh = plain("Tanh", "activation", A.tanh)
Softsign = plain("Softsign", "activation", A.softsign)
Tanhshrink = plain("Tanhshrink", "activation", A.tanhshrink)
LogSigmoid = plain("LogSigmoid", "activation", A.logsigmoid)
GLU = plain("GLU", "activation", A.glu, "dim={dim}", dim=-1)
Softplus = plain("Softplus", "activation", A.softplus, "beta={beta}, threshold={threshold}", beta=1.0, threshold=20.0)
LeakyReLU = plain("LeakyReLU", "activation", A.leaky_relu, "negative_slope={negative_slope}", negative_slope=0.01, inplace=False)
ELU = plain("ELU", "activation", A.elu, "alpha={alpha}", alpha=1.0, inplace=False)
Hardtanh = plain("Hardtanh", "activation", A.hardtanh, "min_val={min_val}, max_val={max_val}", min_val=-1.0, max_val=1.0, inplace=False)
CosineSimilarity = plain("CosineSimilarity", "distance", cosine_similarity, dim=1, eps=1e-8)
PairwiseDistance = plain("PairwiseDistance", "distance", pairwise_distance, p=2.0, eps=1e-6, keepdim=False)

L = _losses
CrossEntropyLoss = plain(
    "CrossEntropyLoss", "loss", L.cross_entropy, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
)
NLLLoss = plain("NLLLoss", "loss", L.nll_loss, weight=None, ignore_index=-100, reduction="mean")
KLDivLoss = plain("KLDivLoss", "loss", L.kl_div, reduction="mean", log_target=False)
MSELoss = plain("MSELoss", "loss", L.mse_loss, reduction="mean")
L1Loss = plain("L1Loss", "loss", L.l1_loss, reduction="mean")
SmoothL1Loss = plain("SmoothL1Loss", "loss", L.smooth_l1_loss, reduction="mean", beta=1.0)
HuberLoss = plain("HuberLoss", "loss", L.huber_loss, reduction="mean", delta=1.0)
BCELoss = plain("BCELoss", "loss", L.binary_cross_entropy, weight=None, reduction="mean")
BCEWithLogitsLoss = plain(
    "BCEWithLogitsLoss", "loss", L.binary_cross_entropy_with_logits, weight=None, reduction="mean", pos_weight=None
)
CosineEmbeddingLoss = plain("CosineEmbeddingLoss", "loss", L.cosine_embedding_loss, margin=0.0, reduction="mean")
MarginRankingLoss = plain("MarginRankingLoss", "loss", L.margin_ranking_loss, margin=0.0, reduction="mean")
TripletMarginLoss = plain("TripletMarginLoss", "loss", L.triplet_margin_loss, margin=1.0, p=2.0, eps=1e-6, reduction="mean")
