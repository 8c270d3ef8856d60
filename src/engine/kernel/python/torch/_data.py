"""Tensors made of Python's numbers and lists."""

from array import array
from math import isfinite

from ._kernels import kernels
from ._register import maker
from ._tensor import Tensor, is_number
from ._types import bool_, dtype_of, float32, int64, kind_of, promote


@maker
def as_tensor(data, dtype=None):
    """A tensor of this type from a tensor, a number or (nested) sequences; a tensor of the type is returned itself."""
    if isinstance(data, Tensor):
        return data if dtype is None or dtype is data.dtype else data.to(dtype)
    if is_number(data):
        kind = kind_of(dtype) or dtype_of(data)
        if kind is int64 and not isfinite(data):
            raise RuntimeError("value cannot be converted to type int64 without overflow")
        value = bool(data) if kind is bool_ else int(data) if kind is int64 else data
        return Tensor(kernels.full(kind.name, 1, float(value)), (), kind)
    return tensor(data, dtype=dtype)


@maker
def tensor(data, *, dtype=None):
    if isinstance(data, Tensor):
        return data.clone() if dtype is None else data.clone().to(dtype)
    if is_number(data):
        return as_tensor(data, dtype)
    shape, level = [], data
    while not is_number(level) and not isinstance(level, Tensor):
        if not isinstance(level, (list, tuple, range)):
            raise TypeError(f"a tensor is made of numbers, in lists or not, and not of {type(level).__name__}")
        shape.append(len(level))
        if not len(level):
            break
        level = level[0]
    flat, kinds = [], set()

    def walk(value, depth):
        if depth == len(shape):
            if isinstance(value, Tensor):
                kinds.add(value.dtype)
                if value.numel() != 1:
                    error = ValueError if value.dtype.is_floating_point else TypeError
                    raise error("only one element tensors can be converted to Python scalars; torch.stack() joins tensors")
                value = value.item()
            elif is_number(value):
                kinds.add(dtype_of(value))
            else:
                raise TypeError(f"not a sequence of equal lengths at dim {depth}: found {type(value).__name__}")
            flat.append(value)
        else:
            if is_number(value) or len(value) != shape[depth]:
                raise ValueError(f"expected sequence of length {shape[depth]} at dim {depth} (got {len(value) if hasattr(value, '__len__') else 'a number'})")
            for item in value:
                walk(item, depth + 1)

    walk(data, 0)
    kind = kind_of(dtype)
    if kind is None:
        kind = float32
        if kinds:
            kind, *others = kinds
            for other in others:
                kind = promote(kind, other)
    if kind is int64:
        if not all(map(isfinite, flat)):
            raise RuntimeError("value cannot be converted to type int64 without overflow")
        flat = [int(value) for value in flat]
    if kind is bool_:
        flat = [bool(value) for value in flat]
    return Tensor(kernels.load(kind.name, array("d", flat)), shape, kind)
