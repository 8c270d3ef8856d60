"""Tensors joined to one."""

from math import prod

from _neuron import kernels

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
