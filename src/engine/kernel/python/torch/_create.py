"""Functions that make tensors. In a file of their own, since torch's names hide Python's all, max, float and bool."""

from math import ceil, prod
from operator import index

from _neuron import kernels

from ._data import as_tensor
from ._shapes import sizes_of
from ._tensor import Tensor
from ._types import float32, int64, kind_of


def full(size, fill_value, *, dtype=None, device=None, requires_grad=False):
    size = tuple(map(index, size))
    if any(n < 0 for n in size):
        raise RuntimeError(f"Trying to create tensor with negative dimension: {list(size)}")
    value = as_tensor(fill_value, dtype)
    return Tensor(kernels.full(value.dtype.name, prod(size), float(value.item())), size, value.dtype)


def zeros(*sizes, size=None, dtype=None, device=None, requires_grad=False):
    return full(sizes_of(sizes) if size is None else size, 0, dtype=dtype or float32)


def ones(*sizes, size=None, dtype=None, device=None, requires_grad=False):
    return full(sizes_of(sizes) if size is None else size, 1, dtype=dtype or float32)


def zeros_like(input, *, dtype=None, device=None):
    return full(input.shape, 0, dtype=dtype or input.dtype)


def ones_like(input, *, dtype=None, device=None):
    return full(input.shape, 1, dtype=dtype or input.dtype)


def full_like(input, fill_value, *, dtype=None, device=None):
    return full(input.shape, fill_value, dtype=dtype or input.dtype)


def arange(start=0, end=None, step=1, *, dtype=None, device=None):
    start, end = (0, start) if end is None else (start, end)
    start, end, step = (v.item() if isinstance(v, Tensor) else v for v in (start, end, step))
    if not step:
        raise RuntimeError("step must be nonzero")
    if (end - start) * step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    kind = kind_of(dtype) or (int64 if all(isinstance(v, int) for v in (start, end, step)) else float32)
    length = ceil((end - start) / step)
    return Tensor(kernels.range(kind.name, start, step, length), (length,), kind)


def linspace(start, end, steps, *, dtype=float32, device=None):
    step = (end - start) / (steps - 1) if steps > 1 else 0
    return Tensor(kernels.range(dtype.name, start, step, steps), (steps,), dtype)


def eye(n, m=None, *, dtype=float32, device=None):
    out = zeros(n, n if m is None else m, dtype=dtype)
    out.diagonal().fill_(1)
    return out
