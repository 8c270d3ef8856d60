"""Functions of activations: nonlinearities, softmax, dropout."""

from math import pi, sqrt

from .._random import beside


def softmax(input, dim=None, dtype=None):
    return input.softmax(implicit(input) if dim is None else dim, dtype)


def log_softmax(input, dim=None, dtype=None):
    return input.log_softmax(implicit(input) if dim is None else dim, dtype)


def softmin(input, dim=None, dtype=None):
    return softmax(-input, dim, dtype)


def implicit(input):
    """The dimension that torch takes, with a warning, where none is given."""
    return 0 if input.ndim in (0, 1, 3) else 1


def relu(input, inplace=False):
    return input.relu_() if inplace else input.relu()


def relu6(input, inplace=False):
    return kept(input, input.clamp(0, 6), inplace)


def kept(input, out, inplace):
    return input.copy_(out) if inplace else out


def gelu(input, approximate="none"):
    if approximate == "tanh":
        return input * 0.5 * (1 + (sqrt(2 / pi) * (input + 0.044715 * input * input * input)).tanh())
    if approximate != "none":
        raise RuntimeError("approximate argument must be either none or tanh.")
    return input._float_unary("gelu")


def sigmoid(input):
    return input.sigmoid()


def tanh(input):
    return input.tanh()


def silu(input, inplace=False):
    return kept(input, input._float_unary("silu"), inplace)


def mish(input, inplace=False):
    return kept(input, input * softplus(input).tanh(), inplace)


def softplus(input, beta=1, threshold=20):
    scaled = input * beta
    return input.where(scaled > threshold, scaled.exp().log1p() / beta)


def softsign(input):
    return input / (1 + input.abs())


def tanhshrink(input):
    return input - input.tanh()


def logsigmoid(input):
    return input._float_unary("logsigmoid")


def leaky_relu(input, negative_slope=0.01, inplace=False):
    return kept(input, input.where(input > 0, input * negative_slope), inplace)


def elu(input, alpha=1.0, inplace=False):
    return kept(input, input.where(input > 0, alpha * input.expm1()), inplace)


def selu(input, inplace=False):
    scale, alpha = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717
    return kept(input, scale * input.where(input > 0, alpha * input.expm1()), inplace)


def hardtanh(input, min_val=-1.0, max_val=1.0, inplace=False):
    return kept(input, input.clamp(min_val, max_val), inplace)


def hardsigmoid(input, inplace=False):
    return kept(input, (input + 3).clamp(0, 6) / 6, inplace)


def glu(input, dim=-1):
    if input.shape[dim] % 2:
        raise RuntimeError(f"Halving dimension must be even, but dimension {dim % input.ndim} is size {input.shape[dim]}")
    a, b = input.chunk(2, dim)
    return a * b.sigmoid()


def dropout(input, p=0.5, training=True, inplace=False):
    """Zeros elements with probability p and scales the others, where `training` says so."""
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not training or not p or not input.numel():
        return input
    keep = beside(input).bernoulli_(1 - p)
    return kept(input, input * (keep / (1 - p) if p < 1 else keep), inplace)


def gumbel_softmax(logits, tau=1, hard=False, eps=1e-10, dim=-1):
    if hard:
        raise RuntimeError("gumbel_softmax() has no hard=True here: take one_hot(y.argmax(-1)) of the soft one")
    noise = beside(logits).exponential_().log()
    return ((logits - noise) / tau).softmax(dim)
