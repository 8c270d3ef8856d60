"""Functions that make tensors. In a file of their own, since torch's names hide Python's all, max, float and bool."""

from math import prod

from _neuron import kernels

from ._tensor import Tensor, sizes_of
from ._types import dtype_of, float32, int64


def full(size, fill_value, *, dtype=None, device=None, requires_grad=False):
    kind = dtype or dtype_of(fill_value)
    size = (size,) if isinstance(size, int) else tuple(size)
    return Tensor(kernels.full(kind.name, prod(size), fill_value), size, kind)


def zeros(*size, dtype=float32, device=None, requires_grad=False):
    return full(sizes_of(size), 0, dtype=dtype)


def ones(*size, dtype=float32, device=None, requires_grad=False):
    return full(sizes_of(size), 1, dtype=dtype)



def zeros_like(input, *, dtype=None, device=None):
    return full(input.shape, 0, dtype=dtype or input.dtype)


def ones_like(input, *, dtype=None, device=None):
    return full(input.shape, 1, dtype=dtype or input.dtype)


def full_like(input, fill_value, *, dtype=None, device=None):
    return full(input.shape, fill_value, dtype=dtype or input.dtype)



def arange(*bounds, dtype=None, device=None):
    start, stop, step = (0, bounds[0], 1) if len(bounds) == 1 else (*bounds, 1)[:3]
    kind = dtype or (int64 if all(isinstance(v, int) for v in (start, stop, step)) else float32)
    length = max(0, -int(-(stop - start) // step))
    return Tensor(kernels.range(kind.name, start, step, length), (length,), kind)


def linspace(start, end, steps, *, dtype=float32, device=None):
    step = (end - start) / (steps - 1) if steps > 1 else 0
    return Tensor(kernels.range(dtype.name, start, step, steps), (steps,), dtype)


def eye(n, m=None, *, dtype=float32, device=None):
    out = zeros(n, m or n, dtype=dtype)
    out.diagonal().fill_(1)
    return out
