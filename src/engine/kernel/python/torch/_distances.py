"""Distances, areas under curves, and places in sorted numbers."""

from bisect import bisect_left, bisect_right

from ._data import as_tensor, tensor
from ._register import both, function
from ._tensor import KINDS, Tensor
from ._types import int64

MODES = tuple(f"{how}use_mm_for_euclid_dist{when}" for how, when in (("", "_if_necessary"), ("", ""), ("donot_", "")))


@both
def dist(self, other, p=2):
    return (self - other).norm(p)


@function
def cdist(x1, x2, p=2.0, compute_mode="use_mm_for_euclid_dist_if_necessary"):
    """The distance of every row of x1 to every row of x2, subtracted element by element whatever compute_mode says."""
    if compute_mode not in MODES:
        raise ValueError(f"{compute_mode} is not a valid value for compute_mode")
    if x1.ndim < 2 or x2.ndim < 2:
        raise RuntimeError(f"cdist only supports at least 2D tensors, X{1 if x1.ndim < 2 else 2} got: {min(x1.ndim, x2.ndim)}D")
    if x1.shape[-1] != x2.shape[-1]:
        raise RuntimeError(
            f"X1 and X2 must have the same number of columns. X1: {x1.shape[-1]} X2: {x2.shape[-1]}"
        )
    if not x1.dtype.is_floating_point:
        raise RuntimeError(f"cdist only supports floating-point dtypes, X1 got: {KINDS[x1.dtype]}")
    return (x1.unsqueeze(-2) - x2.unsqueeze(-3)).norm(p, -1)


def searched(name, sorted_sequence, values, out_int32, right, side):
    if out_int32:
        raise RuntimeError(f"{name}() gives int64 here: leave out_int32 out")
    if side not in (None, "left", "right"):
        raise RuntimeError(f"torch.searchsorted(): side can only be 'left' or 'right' but got {side}")
    find = bisect_right if right or side == "right" else bisect_left
    of = as_tensor(values)
    if sorted_sequence.ndim > 1:
        if of.shape[:-1] != sorted_sequence.shape[:-1]:
            raise RuntimeError(
                "torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries tensor "
                f"and input value tensor must match, but we got boundaries tensor {list(sorted_sequence.shape)} and input value "
                f"tensor {list(of.shape)}"
            )
        rows = zip(sorted_sequence.reshape(-1, sorted_sequence.shape[-1]).tolist(), of.reshape(-1, of.shape[-1]).tolist())
    else:
        rows = [(sorted_sequence.tolist(), of.reshape(-1).tolist())]
    places = [len(row) if x != x else find(row, x) for row, xs in rows for x in xs]
    return tensor(places, dtype=int64).reshape(of.shape)


@function
def searchsorted(sorted_sequence, input, *, out_int32=False, right=False, side=None, sorter=None):
    if sorter is not None:
        raise RuntimeError("searchsorted() takes no sorter here: sort the sequence first, by .sort().values")
    return searched("searchsorted", sorted_sequence, input, out_int32, right, side)


@function
def bucketize(input, boundaries, *, out_int32=False, right=False):
    if boundaries.ndim != 1:
        raise RuntimeError(f"boundaries tensor must be 1 dimension, but got dim({boundaries.ndim})")
    return searched("bucketize", boundaries, input, out_int32, right, None)


@function
def trapezoid(y, x=None, *, dx=1, dim=-1):
    size = y.shape[dim]
    ends = y.narrow(dim, 1, size - 1) + y.narrow(dim, 0, size - 1)
    if x is None:
        return ends.sum(dim) * dx / 2
    return (ends * x.diff(dim=-1 if x.ndim == 1 else dim)).sum(dim) / 2


@function
def trapz(y, x=None, *, dx=1, dim=-1):
    return trapezoid(y, x, dx=dx, dim=dim)


@function
def cosine_similarity(x1, x2, dim=1, eps=1e-8):
    """The cosine of the angle between two vectors along a dimension."""
    if not isinstance(x1, Tensor) or not isinstance(x2, Tensor):
        raise TypeError(f"cosine_similarity() compares Tensors, not a {type(x1).__name__} and a {type(x2).__name__}")
    if not (x1 + x2).dtype.is_floating_point:
        raise RuntimeError(f"expected common dtype to be floating point, yet common dtype is {KINDS[(x1 + x2).dtype]}")
    shape = (x1 + x2).shape
    first, second = (x / x.norm(dim=dim, keepdim=True).clamp(min=eps) for x in (x1.expand(shape), x2.expand(shape)))
    return (first * second).sum(dim)


@function
def pairwise_distance(x1, x2, p=2.0, eps=1e-6, keepdim=False):
    return (x1 - x2 + eps).norm(p, -1, keepdim)
