"""Functions that make tensors. In a file of their own, since torch's names hide Python's all, max, float and bool."""

from math import ceil, prod
from operator import index

from ._data import as_tensor
from ._kernels import kernels
from ._register import maker
from ._shapes import sizes_of
from ._tensor import Tensor, is_number
from ._types import float32, int64, kind_of


@maker
def full(size, fill_value, *, dtype=None):
    size = tuple(map(index, size))
    if any(n < 0 for n in size):
        raise RuntimeError(f"Trying to create tensor with negative dimension {min(size)}: {list(size)}")
    value = as_tensor(fill_value, dtype)
    return Tensor(kernels.full(value.dtype.name, prod(size), float(value.item())), size, value.dtype)


@maker
def zeros(*size, dtype=None):
    return full(sizes_of(size), 0, dtype=dtype or float32)


@maker
def ones(*size, dtype=None):
    return full(sizes_of(size), 1, dtype=dtype or float32)


@maker
def empty(*size, dtype=None):
    """Zeros: what was in the memory before is nobody's business."""
    return full(sizes_of(size), 0, dtype=dtype or float32)


@maker
def zeros_like(input, *, dtype=None):
    return full(input.shape, 0, dtype=dtype or input.dtype)


@maker
def empty_like(input, *, dtype=None):
    return full(input.shape, 0, dtype=dtype or input.dtype)


@maker
def ones_like(input, *, dtype=None):
    return full(input.shape, 1, dtype=dtype or input.dtype)


@maker
def full_like(input, fill_value, *, dtype=None):
    return full(input.shape, fill_value, dtype=dtype or input.dtype)


@maker
def arange(start=0, end=None, step=1, *, dtype=None):
    start, end = (0, start) if end is None else (start, end)
    start, end, step = (v.item() if isinstance(v, Tensor) else v for v in (start, end, step))
    for value in (start, end, step):
        if not is_number(value):
            raise TypeError(f"arange() counts in numbers, not in {type(value).__name__}")
    if not step:
        raise RuntimeError("step must be nonzero")
    if (end - start) * step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    kind = kind_of(dtype) or (int64 if all(isinstance(v, int) for v in (start, end, step)) else float32)
    length = ceil((end - start) / step)
    return Tensor(kernels.range(kind.name, float(start), float(step), length), (length,), kind)


@maker
def linspace(start, end, steps, *, dtype=None):
    """Evenly spaced numbers, reckoned from the nearer end, as torch does."""
    start, end = (float(v) for v in (start, end))
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    step = (end - start) / (steps - 1) if steps > 1 else 0
    values = [start + i * step if i < steps // 2 or steps == 1 else end - (steps - 1 - i) * step for i in range(steps)]
    return as_tensor(values, kind_of(dtype) or float32)


@maker
def logspace(start, end, steps, base=10.0, *, dtype=None):
    return as_tensor([base**x for x in linspace(start, end, steps, dtype=float).tolist()], kind_of(dtype) or float32)


@maker
def eye(n, m=None, *, dtype=None):
    out = zeros(n, n if m is None else m, dtype=dtype)
    out.diagonal().fill_(1)
    return out


@maker
def scalar_tensor(s, *, dtype=None):
    return as_tensor(float(s), dtype)
