"""Repeats, grids and combinations: tensors whose elements occur several times."""

from itertools import combinations as chosen
from itertools import combinations_with_replacement

from ._create import zeros
from ._data import as_tensor, tensor
from ._join import cat, stack
from ._register import both, function
from ._shapes import wrap_dim
from ._types import int64


@both
def repeat_interleave(self, repeats, dim=None, *, output_size=None):
    """Every element several times in a row."""
    x, at = (self.flatten(), 0) if dim is None else (self, wrap_dim(dim, self.ndim))
    size = x.shape[at]
    counts = [repeats] * size if isinstance(repeats, int) else as_tensor(repeats).reshape(-1).tolist()
    counts = counts * size if len(counts) == 1 and size != 1 else counts
    if len(counts) != size:
        raise RuntimeError("repeats must have the same size as input along dim, but got repeats.size(0) = "
                           f"{len(counts)} and input.size({at}) = {size}")
    if any(count < 0 for count in counts):
        raise RuntimeError("repeats can not be negative")
    if output_size not in (None, sum(counts)):
        raise RuntimeError("allocated size does not match required size")
    return x.index_select(at, tensor([i for i, count in enumerate(counts) for _ in range(count)], dtype=int64))


@function
def meshgrid(*tensors, indexing=None):
    if indexing not in (None, "ij", "xy"):
        raise RuntimeError(f"torch.meshgrid: indexing must be one of \"xy\" or \"ij\", but received: {indexing}")
    parts = list(tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)) else tensors)
    swap = indexing == "xy" and len(parts) > 1
    parts = [parts[1], parts[0], *parts[2:]] if swap else parts
    shape = [part.numel() for part in parts]
    out = [part.reshape([-1 if i == d else 1 for d in range(len(parts))]).expand(shape) for i, part in enumerate(parts)]
    return tuple([out[1], out[0], *out[2:]] if swap else out)


@function
def cartesian_prod(*tensors):
    if len(tensors) == 1:
        return tensors[0]
    return stack([t.reshape(-1) for t in meshgrid(*tensors)], 1)


@both
def combinations(self, r=2, with_replacement=False):
    if self.ndim != 1:
        raise RuntimeError(f"Expect a 1D vector, but got shape {list(self.shape)}")
    picked = list((combinations_with_replacement if with_replacement else chosen)(range(self.numel()), r))
    return self[tensor(picked, dtype=int64).reshape(len(picked), r)]


@function
def block_diag(*tensors):
    parts = [t if t.ndim == 2 else t.reshape(1, -1) for t in tensors]
    out = zeros(sum(t.shape[0] for t in parts), sum(t.shape[1] for t in parts), dtype=cat([t.flatten() for t in parts]).dtype)
    row = column = 0
    for t in parts:
        out[row : row + t.shape[0], column : column + t.shape[1]] = t
        row, column = row + t.shape[0], column + t.shape[1]
    return out
