"""torch.nn.init: filling weights."""

from math import sqrt as _sqrt

from .._missing import module_getattr as _module_getattr


def constant_(tensor, val):
    return tensor.fill_(val)


def zeros_(tensor):
    return tensor.fill_(0)


def ones_(tensor):
    return tensor.fill_(1)


def uniform_(tensor, a=0.0, b=1.0, generator=None):
    return tensor.uniform_(a, b, generator=generator)


def normal_(tensor, mean=0.0, std=1.0, generator=None):
    return tensor.normal_(mean, std, generator=generator)


def calculate_gain(nonlinearity, param=None):
    gains = dict.fromkeys("linear conv1d conv2d conv3d sigmoid".split(), 1.0) | {"tanh": 5.0 / 3, "relu": _sqrt(2.0), "selu": 3.0 / 4}
    if nonlinearity == "leaky_relu":
        return _sqrt(2.0 / (1 + (0.01 if param is None else param) ** 2))
    if nonlinearity not in gains:
        raise ValueError(f"Unsupported nonlinearity {nonlinearity}")
    return gains[nonlinearity]


def _fans(tensor):
    if tensor.ndim < 2:
        raise ValueError("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions")
    field = tensor[0, 0].numel()
    return tensor.shape[1] * field, tensor.shape[0] * field


def _fan(tensor, mode):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"Mode {mode} not supported, please use one of ['fan_in', 'fan_out']")
    return _fans(tensor)[mode == "fan_out"]


def xavier_uniform_(tensor, gain=1.0, generator=None):
    bound = _sqrt(3.0) * gain * _sqrt(2.0 / sum(_fans(tensor)))
    return tensor.uniform_(-bound, bound, generator=generator)


def xavier_normal_(tensor, gain=1.0, generator=None):
    return tensor.normal_(0.0, gain * _sqrt(2.0 / sum(_fans(tensor))), generator=generator)


def kaiming_uniform_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu", generator=None):
    bound = _sqrt(3.0) * calculate_gain(nonlinearity, a) / _sqrt(_fan(tensor, mode))
    return tensor.uniform_(-bound, bound, generator=generator)


def kaiming_normal_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu", generator=None):
    return tensor.normal_(0, calculate_gain(nonlinearity, a) / _sqrt(_fan(tensor, mode)), generator=generator)


__getattr__ = _module_getattr("torch.nn.init", globals())
