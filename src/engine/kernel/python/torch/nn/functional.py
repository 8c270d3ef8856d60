"""The functions of torch.nn.functional that read activations and logits."""

from .._elementwise import where as _where
from .._shapes import broadcast_shapes as _broadcast_shapes
from .._types import missing as _missing


def softmax(input, dim=None, dtype=None):
    return input.softmax(_implicit(input) if dim is None else dim, dtype)


def log_softmax(input, dim=None, dtype=None):
    return input.log_softmax(_implicit(input) if dim is None else dim, dtype)


def _implicit(input):
    """The dimension that torch takes, with a warning, where none is given."""
    return 0 if input.ndim in (0, 1, 3) else 1


def relu(input):
    return input.relu()


def gelu(input, approximate="none"):
    if approximate != "none":
        raise RuntimeError("only the erf form of gelu is here, the one BERT uses")
    return input._float_unary("gelu")


def sigmoid(input):
    return input.sigmoid()


def normalize(input, p=2, dim=1, eps=1e-12):
    return input / input.norm(p, dim, keepdim=True).clamp(min=eps)


def cosine_similarity(x1, x2, dim=1, eps=1e-8):
    shape = _broadcast_shapes(x1.shape, x2.shape)
    first, second = (x / x.norm(dim=dim, keepdim=True).clamp(min=eps) for x in (x1.expand(shape), x2.expand(shape)))
    return (first * second).sum(dim)


def mse_loss(input, target):
    return ((input - target) ** 2).mean()


def kl_div(input, target, reduction="mean", log_target=False):
    each = target.exp() * (target - input) if log_target else _where(target == 0, 0, target * target.log()) - target * input
    if reduction == "batchmean":
        return each.sum() / input.shape[0]
    return {"none": lambda: each, "sum": each.sum, "mean": each.mean}[reduction]()


_NAMES = [name for name in list(globals()) if not name.startswith("_")]


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    raise _missing("torch.nn.functional", name, _NAMES)
