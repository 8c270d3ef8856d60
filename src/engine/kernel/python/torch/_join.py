"""Tensors joined to one."""

from math import prod

from ._kernels import kernels
from ._register import FUNCTIONS, function
from ._shapes import wrap_dim
from ._tensor import Tensor
from ._types import result_type


def _list_of(name, tensors):
    if not isinstance(tensors, (list, tuple)):
        raise TypeError(f"{name}(): argument 'tensors' must be a list or tuple of Tensors, not {type(tensors).__name__}")
    for i, t in enumerate(tensors):
        if not isinstance(t, Tensor):
            raise TypeError(f"{name}(): expected Tensor as element {i} in argument 0, but got {type(t).__name__}")
    return tensors


@function
def cat(tensors, dim=0):
    tensors = _list_of("cat", tensors)
    if not tensors:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors")
    to = result_type(*tensors)
    if any(not t.shape for t in tensors):
        raise RuntimeError("zero-dimensional tensor (at position 0) cannot be concatenated")
    tensors = [t for t in tensors if t.shape != (0,)] or tensors[:1]
    dim = wrap_dim(dim, tensors[0].ndim)
    shape = list(tensors[0].shape)
    for i, t in enumerate(tensors):
        if t.ndim != len(shape):
            raise RuntimeError(f"Tensors must have same number of dimensions: got {len(shape)} and {t.ndim}")
        for d, (wanted, size) in enumerate(zip(shape, t.shape)):
            if d != dim and wanted != size:
                raise RuntimeError(
                    f"Sizes of tensors must match except in dimension {dim}. "
                    f"Expected size {wanted} but got size {size} for tensor number {i} in the list."
                )
    shape[dim] = sum(t.shape[dim] for t in tensors)
    out = Tensor(kernels.full(to.name, prod(shape), 0), shape, to)
    start = 0
    for t in tensors:
        out.narrow(dim, start, t.shape[dim]).copy_(t)
        start += t.shape[dim]
    return out


@function
def stack(tensors, dim=0):
    tensors = _list_of("stack", tensors)
    if not tensors:
        raise RuntimeError("stack expects a non-empty TensorList")
    for i, t in enumerate(tensors):
        if t.shape != tensors[0].shape:
            raise RuntimeError(
                f"stack expects each tensor to be equal size, but got {list(tensors[0].shape)} at entry 0 and "
                f"{list(t.shape)} at entry {i}"
            )
    return cat([t.unsqueeze(dim) for t in tensors], dim)


@function
def vstack(tensors):
    return cat([t if t.ndim > 1 else t.reshape(1, -1) for t in _list_of("vstack", tensors)])


@function
def hstack(tensors):
    tensors = [t if t.ndim else t.reshape(1) for t in _list_of("hstack", tensors)]
    return cat(tensors, 0 if tensors[0].ndim == 1 else 1)


@function
def dstack(tensors):
    return cat([at_least(t, 3) for t in _list_of("dstack", tensors)], 2)


@function
def column_stack(tensors):
    return cat([t.reshape(t.numel(), 1) if t.ndim < 2 else t for t in _list_of("column_stack", tensors)], 1)


def at_least(x, ndim):
    """With dimensions of size 1 put in as numpy does."""
    if x.ndim >= ndim:
        return x
    return x.reshape(((1, 1, 1), (1, x.numel(), 1), (*x.shape, 1))[x.ndim] if ndim == 3 else (1,) * (ndim - x.ndim) + x.shape)


def each(name, tensors, change):
    """What atleast_1d and its like do: one tensor gives one, several give a tuple."""
    if len(tensors) == 1 and isinstance(tensors[0], Tensor):
        return change(tensors[0])
    return tuple(map(change, _list_of(name, tensors[0] if len(tensors) == 1 else tensors)))


@function
def atleast_1d(*tensors):
    return each("atleast_1d", tensors, lambda x: at_least(x, 1))


@function
def atleast_2d(*tensors):
    return each("atleast_2d", tensors, lambda x: at_least(x, 2))


@function
def atleast_3d(*tensors):
    return each("atleast_3d", tensors, lambda x: at_least(x, 3))


for _other in ("concat", "concatenate"):
    FUNCTIONS[_other] = cat
FUNCTIONS["row_stack"] = vstack
