"""Products of matrices and vectors."""

from math import prod

from ._kernels import kernels
from ._register import methods
from ._shapes import broadcast_shapes
from ._tensor import KINDS, Tensor
from ._types import bool_, float32, float64, int64


def _both(name, ndim, *tensors):
    if any(t.ndim != ndim for t in tensors):
        raise RuntimeError(f"{name}(): {ndim}D tensors expected, but got {' and '.join(f'{t.ndim}D' for t in tensors)} tensors")
    return tensors


def matmul(a, b):
    if a.dtype is not b.dtype:
        if a.ndim == b.ndim == 1:
            first, second = (KINDS[t.dtype] for t in (a, b))
            raise RuntimeError(f"dot : expected both vectors to have same dtype, but found {first} and {second}")
        names = {bool_: "bool", int64: "long int", float32: "float", float64: "double"}
        raise RuntimeError(f"expected m1 and m2 to have the same dtype, but got: {names[a.dtype]} != {names[b.dtype]}")
    first, last = a.ndim == 1, b.ndim == 1
    if not a.shape or not b.shape:
        raise RuntimeError("both arguments to matmul need to be at least 1D")
    a = a.unsqueeze(0) if first else a
    b = b.unsqueeze(1) if last else b
    (m, k), (inner, n) = a.shape[-2:], b.shape[-2:]
    if k != inner:
        raise RuntimeError(f"mm: mat1 and mat2 shapes cannot be multiplied ({m}x{k} and {inner}x{n})")
    batch = broadcast_shapes(a.shape[:-2], b.shape[:-2])
    left, right = a.expand(batch + (m, k)).contiguous(), b.expand(batch + (k, n)).contiguous()
    left, right = (t if t._offset == 0 else t.clone() for t in (left, right))
    out = Tensor(kernels.matmul(a.dtype.name, left._storage, right._storage, prod(batch), m, k, n), batch + (m, n), a.dtype)
    out = out.squeeze(-2) if first else out
    return out.squeeze(-1) if last else out


@methods
class Products:
    def matmul(self, other):
        return matmul(self, other)

    def __matmul__(self, other):
        return matmul(self, other) if isinstance(other, Tensor) else NotImplemented

    def dot(self, other):
        return matmul(*_both("dot", 1, self, other))

    def mm(self, other):
        return matmul(*_both("mm", 2, self, other))

    def bmm(self, other):
        return matmul(*_both("bmm", 3, self, other))
